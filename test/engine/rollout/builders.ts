import { instant, plus } from '../../../src/base/instant.ts';
import type { Json } from '../../../src/base/json.ts';
import type { RolloutInput, RolloutOutcome } from '../../../src/engine/rollout/outcome.ts';
import type {
  ClusterProgress,
  DecisionGroup,
  PlannedCluster,
  RolloutStatus,
} from '../../../src/engine/rollout/progress.ts';
import { liftRolloutStrategy } from '../../../src/ir/lift/rollout.ts';

/** 2022-01-01T00:00:00Z, the clock of the worked cases of semantics/rollout.md. */
export const now = instant(1_640_995_200_000);

/** `canary:c1,c2`, `:c3` (no name) or `2=b:c4` (index 2); indexes count from 0 otherwise. */
export function groups(...texts: readonly string[]): DecisionGroup[] {
  return texts.map((text, at) => {
    const [head = '', clusters = ''] = text.split(':');
    const [index, name = head] = head.includes('=') ? head.split('=') : [String(at)];
    return { name, index: Number(index), clusters: clusters.split(',').filter((c) => c !== '') };
  });
}

/** `c1 Failed 60` (since 60 seconds) or `c1 Succeeded` (since an unknown time). */
export function existing(...texts: readonly string[]): ClusterProgress[] {
  return texts.map((text) => {
    const [cluster = '', status = '', seconds] = text.split(' ');
    return {
      cluster,
      group: { name: '', index: 0 },
      status: status as RolloutStatus,
      since: seconds === undefined ? null : plus(now, -1000 * Number(seconds)),
    };
  });
}

/** An input from an upstream strategy as JSON. */
export function rolloutOf(
  strategy: Json,
  decided: readonly DecisionGroup[],
  known: readonly ClusterProgress[] = [],
): RolloutInput {
  return { strategy: liftRolloutStrategy(strategy), groups: decided, existing: known, now };
}

/** An outcome as one line, in the words of semantics/rollout.md. */
export function told(outcome: RolloutOutcome): string {
  if (!outcome.ok) return `error ${outcome.error}`;
  const names = (list: readonly PlannedCluster[]) =>
    list.map(({ cluster, status }) => `${cluster} ${status}`).join(', ') || '–';
  const parts = [`roll out ${names(outcome.rollout)}`];
  if (outcome.timedOut.length > 0) parts.push(`timed out ${names(outcome.timedOut)}`);
  if (outcome.removed.length > 0) parts.push(`removed ${names(outcome.removed)}`);
  if (outcome.halted) parts.push('halted');
  if (outcome.recheckAt !== null) parts.push(`recheck after ${(outcome.recheckAt - now) / 1000} s`);
  return parts.join('; ');
}
