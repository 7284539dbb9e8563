import type { Nanos } from '../../kube/duration.ts';
import { planNative } from './native.ts';
import type { RolloutInput, RolloutOutcome } from './outcome.ts';
import { plannedInInstants, progressInNanos, toInstant, toNanos } from './timeline.ts';
import { planUpstream } from './upstream/plan.ts';

/** Decides which clusters may be touched now: strategy, known statuses, decision groups and clock in, a plan out. */
export function plan(input: RolloutInput): RolloutOutcome {
  const outcome = planInNanos({
    ...input,
    now: toNanos(input.now),
    existing: input.existing.map(progressInNanos),
  });
  if (!outcome.ok) return outcome;
  return {
    ...outcome,
    rollout: outcome.rollout.map(plannedInInstants),
    timedOut: outcome.timedOut.map(plannedInInstants),
    removed: outcome.removed.map(plannedInInstants),
    recheckAt: outcome.recheckAt === null ? null : toInstant(outcome.recheckAt),
  };
}

/** `plan` with times in nanoseconds since the epoch, for callers that need Go's precision. */
export function planInNanos(input: RolloutInput<Nanos>): RolloutOutcome<Nanos> {
  return input.compat === 'upstream' ? planUpstream(input) : planNative(input);
}
