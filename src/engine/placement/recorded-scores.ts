import type { Instant } from '../../base/instant.ts';
import { plus } from '../../base/instant.ts';
import { compareText } from '../../base/json.ts';
import type { IrPlacement } from '../../ir/program.ts';
import { nanosPerMilli, parseDuration } from '../../kube/duration.ts';

/** Scores as the decisions of a placement hold them. */
export interface RecordedScores {
  readonly scores: ReadonlyMap<string, number>;
  /** When they were last updated; null where that is not known. */
  readonly at: Instant | null;
}

/** Milliseconds between updates of scores where the placement does not say (the default of the API). */
const usualLimit = 60_000;

/** How often scores are updated at most, in milliseconds; null where that is no length of time. */
export function rescoreLimit({ rescore }: Pick<IrPlacement, 'rescore'>): number | null {
  if (rescore === undefined) return usualLimit;
  const parsed = parseDuration(rescore);
  return parsed.ok && parsed.nanos >= 0n ? Number(parsed.nanos / nanosPerMilli) : null;
}

export interface Rescored extends RecordedScores {
  /** The clusters, the best first by these scores. */
  readonly ranked: readonly string[];
  /** When what has changed is to be recorded; null where nothing has. */
  readonly due: Instant | null;
}

/**
 * The scores to record. Where they alone have changed, and not the clusters, those recorded before hold until the limit
 * is over (api `cluster/v1beta1/types_placement.go` ScoreRateLimit).
 */
export function rescore(
  fresh: ReadonlyMap<string, number>,
  before: RecordedScores | undefined,
  { placement, now }: { readonly placement: IrPlacement; readonly now: Instant },
): Rescored {
  const old = before?.scores ?? new Map<string, number>();
  const sameClusters = old.size === fresh.size && [...fresh.keys()].every((name) => old.has(name));
  const same = sameClusters && [...fresh].every(([name, score]) => old.get(name) === score);
  const at = before?.at ?? null;
  if (same) return { scores: old, at: at ?? now, ranked: rankedBy(old), due: null };
  const next = at === null ? now : plus(at, rescoreLimit(placement) ?? usualLimit);
  // A time that lies ahead was written by a clock that has been set back since.
  const waits = sameClusters && now < next && (at ?? now) <= now;
  return waits
    ? { scores: old, at, ranked: rankedBy(old), due: next }
    : { scores: fresh, at: now, ranked: rankedBy(fresh), due: null };
}

/** Clusters in order of score, then name. */
export function rankedBy(scores: ReadonlyMap<string, number>): readonly string[] {
  return [...scores].sort(([a, x], [b, y]) => y - x || compareText(a, b)).map(([name]) => name);
}
