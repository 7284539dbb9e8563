import type { IrRolloutStrategy } from './program.ts';

/** What a placement of an app or add-on means that says no rollout (language.md §9.3). */
export const allAtOnce: IrRolloutStrategy = {
  type: 'All',
  minSuccessTime: null,
  progressDeadline: null,
  maxFailures: null,
  maxConcurrency: null,
  mandatoryDecisionGroups: [],
};
