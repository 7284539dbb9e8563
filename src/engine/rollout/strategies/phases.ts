import type { Read } from '../limits.ts';
import type { DecisionGroup } from '../progress.ts';
import type { Standing } from '../standing.ts';

/** What a strategy chooses from: the groups that go first, the others, and where each cluster stands. */
export interface Phases {
  readonly mandatory: readonly DecisionGroup[];
  readonly rest: readonly DecisionGroup[];
  /** In decision order. */
  readonly standings: ReadonlyMap<string, Standing>;
  readonly maxConcurrency: number | string | null;
}

/** The clusters a strategy would start now, had nothing failed. */
export type Starts = Read<readonly string[]>;

/** The first group that has something left to do, and its clusters that are still to be started. */
export function nextGroup(
  groups: readonly DecisionGroup[],
  standings: ReadonlyMap<string, Standing>,
): readonly string[] | null {
  const isOver = (cluster: string) => {
    const phase = standings.get(cluster)?.phase;
    return phase === 'settled' || phase === 'failed';
  };
  const group = groups.find(({ clusters }) => !clusters.every(isOver));
  return group === undefined ? null : toApply(group.clusters, standings);
}

/** Those of some clusters that are still to be started. */
export function toApply(
  clusters: readonly string[],
  standings: ReadonlyMap<string, Standing>,
): readonly string[] {
  return clusters.filter((cluster) => standings.get(cluster)?.phase === 'toApply');
}
