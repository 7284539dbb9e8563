import type { Instant } from '../../base/instant.ts';
import { compareText } from '../../base/json.ts';
import type { Compat } from '../predicate/scope.ts';
import type { ClusterFacts } from './facts.ts';

/** What a CEL expression gave on the rows of an inventory, and what it cost, as far as it was run. */
export interface CelRuns {
  readonly now: Instant;
  readonly rows: readonly ClusterFacts[];
  readonly answers: Uint8Array;
  /** In CEL's units. */
  readonly costs: Uint32Array;
}

/** An answer as it is kept; 0 is a row that was not run. */
export const answers = { notRun: 0, yes: 1, no: 2, neither: 3 } as const;

/** Runs of so many rows are kept for each compat, 5 bytes each: of two hundred expressions over a hundred thousand clusters. */
const mostRows = 20_000_000;

const kept: Readonly<Record<Compat, Map<string, CelRuns>>> = {
  native: new Map(),
  upstream: new Map(),
};

export function runsOf(source: string, compat: Compat): CelRuns | undefined {
  return kept[compat].get(source);
}

/** Keeps the runs of an expression in the place of those before; the ones kept for longest make room. */
export function keepRuns(source: string, compat: Compat, runs: CelRuns): void {
  const all = kept[compat];
  all.delete(source);
  all.set(source, runs);
  let rows = 0;
  for (const of of all.values()) rows += of.rows.length;
  for (const [oldest, of] of all) {
    if (rows <= mostRows) return;
    all.delete(oldest);
    rows -= of.rows.length;
  }
}

/**
 * Finds the row a cluster had in runs, where what it was run on is the same; -1 where it is not. Clusters have to be
 * asked for in order of name, as rows are: an inventory that has gained or lost some is followed in one walk.
 */
export function follow(
  { rows, answers: given }: CelRuns,
  isSame: (before: ClusterFacts, now: ClusterFacts) => boolean,
): (cluster: ClusterFacts) => number {
  let at = 0;
  return (cluster) => {
    let before = rows[at];
    while (before !== undefined && compareText(before.name, cluster.name) < 0) {
      at += 1;
      before = rows[at];
    }
    if (before === undefined || given[at] === answers.notRun) return -1;
    return isSame(before, cluster) ? at : -1;
  };
}
