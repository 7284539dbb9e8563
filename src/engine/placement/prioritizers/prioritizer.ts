import type { ClusterFacts } from '../../inventory/facts.ts';
import type { Ranking } from '../../inventory/ranking.ts';
import type { PipelineInput } from '../input.ts';
import type { ScheduleStatus } from '../status.ts';

/** Scores of clusters, in two forms that must agree: cluster by cluster, and on the columns of an inventory. */
export interface Prioritizer {
  /** By name; a cluster without an entry counts 0. Written to be read: the reference. */
  readonly score: (among: readonly ClusterFacts[], input: PipelineInput) => Scores;
  /** Adds `weight` times the score of every row to its sum. */
  readonly add: (to: Ranking, weight: number, input: PipelineInput) => ScheduleStatus | null;
}

export interface Scores {
  readonly scores: ReadonlyMap<string, number>;
  readonly warning?: ScheduleStatus;
}

/** Scores from a function of each cluster. */
export function scoresOf(
  among: readonly ClusterFacts[],
  of: (cluster: ClusterFacts) => number,
): ReadonlyMap<string, number> {
  return new Map(among.map((cluster) => [cluster.name, of(cluster)]));
}

/** Adds a score per place; `of` gets the row and the place. */
export function addScores(
  { rows, sums }: Ranking,
  weight: number,
  of: (row: number, place: number) => number,
): void {
  for (let place = 0; place < rows.length; place += 1) {
    sums[place] = (sums[place] ?? 0) + weight * of(rows[place] ?? 0, place);
  }
}
