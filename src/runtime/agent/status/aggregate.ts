import { compareText } from '../../../base/json.ts';
import type { NewCondition } from '../../../kube/conditions.ts';
import type { Condition } from '../../../kube/object.ts';
import { type ManifestCondition, workConditions } from '../../../kube/ocm/work.ts';

/** Reasons of conditions that condition rules made start so; on a work too. */
const byRule = 'ConditionRule';

/** Whether a condition was made by a condition rule. */
export function isByRule({ reason }: { readonly reason: string }): boolean {
  return reason.startsWith(byRule);
}

interface Tally {
  readonly True: number;
  readonly False: number;
  readonly Unknown: number;
  readonly message: string;
}
const none: Tally = { True: 0, False: 0, Unknown: 0, message: '' };

/**
 * The conditions of a work made of those of its manifests: Available always, the others where a rule made one
 * (ocm/pkg/work/spoke/conditions/helpers.go). Of Progressing and Degraded any True wins; of the others any False.
 * Upstream lets False win for Degraded too, which hides a broken manifest behind a sound one.
 */
export function aggregate(
  manifests: readonly ManifestCondition[],
  generation: number,
  compat?: 'upstream',
): readonly NewCondition[] {
  const tallies = new Map<string, Tally>([[workConditions.available, none]]);
  for (const condition of manifests.flatMap(({ conditions }) => conditions)) {
    if (condition.type === workConditions.available || isByRule(condition)) {
      tallies.set(condition.type, count(tallies.get(condition.type) ?? none, condition));
    }
  }
  return [...tallies]
    .map(([type, tally]) =>
      type === workConditions.available
        ? available(tally, generation, manifests.length)
        : ruled(type, tally, generation, compat),
    )
    .sort((a, b) => compareText(a.type, b.type));
}

function count(tally: Tally, { status, message }: Condition): Tally {
  return { ...tally, [status]: tally[status] + 1, message: message || tally.message };
}

function available(tally: Tally, observedGeneration: number, total: number): NewCondition {
  const of = { type: workConditions.available, observedGeneration };
  if (tally.False > 0) {
    const message = `${tally.False} of ${total} resources are not available`;
    return { ...of, status: 'False', reason: 'ResourcesNotAvailable', message };
  }
  const unknown = { ...of, status: 'Unknown', reason: 'ResourcesStatusUnknown' } as const;
  if (tally.Unknown > 0) {
    return { ...unknown, message: `${tally.Unknown} of ${total} resources have unknown status` };
  }
  if (tally.True === 0) return { ...unknown, message: 'cannot get any available resource ' };
  const message = 'All resources are available';
  return { ...of, status: 'True', reason: 'ResourcesAvailable', message };
}

function ruled(
  type: string,
  tally: Tally,
  observedGeneration: number,
  compat: 'upstream' | undefined,
): NewCondition {
  const total = tally.True + tally.False + tally.Unknown;
  const anyTrueWins =
    type === workConditions.progressing ||
    (type === workConditions.degraded && compat !== 'upstream');
  return {
    type,
    status: anyTrueWins ? anyTrue(tally) : anyFalse(tally),
    reason: 'ConditionRulesAggregated',
    message:
      total === 1 && tally.message !== ''
        ? tally.message
        : `Aggregated from ${total} manifest conditions`,
    observedGeneration,
  };
}

function anyTrue(tally: Tally): Condition['status'] {
  if (tally.True > 0) return 'True';
  return tally.Unknown > 0 ? 'Unknown' : 'False';
}

function anyFalse(tally: Tally): Condition['status'] {
  if (tally.False > 0) return 'False';
  return tally.Unknown > 0 || tally.True === 0 ? 'Unknown' : 'True';
}
