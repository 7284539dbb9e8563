import type { RolloutStrategy } from '../../kube/ocm/work.ts';
import type { LiftedRolloutStrategy } from '../lift/rollout.ts';

/** Upstream's nested RolloutStrategy; what is not said is not written (Rule 65). */
export function lowerRolloutStrategy(strategy: LiftedRolloutStrategy): RolloutStrategy {
  const { type, minSuccessTime, progressDeadline, maxFailures, maxConcurrency } = strategy;
  const { mandatoryDecisionGroups } = strategy;
  const config = {
    ...(minSuccessTime === null ? {} : { minSuccessTime }),
    ...(progressDeadline === null ? {} : { progressDeadline }),
    ...(maxFailures === null ? {} : { maxFailures }),
    ...(mandatoryDecisionGroups.length > 0 ? { mandatoryDecisionGroups } : {}),
  };
  switch (type) {
    case 'Progressive': {
      const width = maxConcurrency === null ? {} : { maxConcurrency };
      return {
        type,
        ...(isEmpty({ ...config, ...width }) ? {} : { progressive: { ...config, ...width } }),
      };
    }
    case 'ProgressivePerGroup':
      return { type, ...(isEmpty(config) ? {} : { progressivePerGroup: config }) };
    default:
      return { type: 'All', ...(isEmpty(config) ? {} : { all: config }) };
  }
}

function isEmpty(config: object): boolean {
  return Object.keys(config).length === 0;
}
