import type { Ranking } from '../../inventory/ranking.ts';
import { numbersFollowing, numbersFrom, rowsNamed } from '../../inventory/ranking.ts';
import { OccupancyOfOthers, type OthersDecided } from '../occupancy.ts';
import type { Prioritizer } from './prioritizer.ts';
import { scoresOf } from './prioritizer.ts';

/** Fewer decisions of other placements are better: 100 for none, -100 for the most (ocm `plugins/balance`). */
export const balance: Prioritizer = {
  score: (among, { othersDecided }) => {
    const most = mostOf(othersDecided);
    return { scores: scoresOf(among, ({ name }) => scoreOf(othersDecided.get(name) ?? 0, most)) };
  },
  add: (to, weight, { inventory, othersDecided }) => {
    if (!(othersDecided instanceof OccupancyOfOthers)) {
      const counts = numbersFrom(inventory, {}, (name) => othersDecided.get(name) ?? 0);
      addByCount(to, weight, Int32Array.from(counts), mostOf(othersDecided));
      return null;
    }
    const { all, own } = othersDecided;
    const counts = numbersFollowing(inventory, all);
    const rows = rowsNamed(inventory, own);
    // All placements share the counts; what is the placement's own is off them for a moment.
    const leaving: number[] = [];
    for (const row of rows) {
      const count = counts[row] ?? 0;
      if (count > 0) leaving.push(count);
      counts[row] = count - 1;
    }
    const isKnown = rows.length === own.length;
    addByCount(to, weight, counts, isKnown ? all.mostAfter(leaving) : othersDecided.most);
    for (const row of rows) counts[row] = (counts[row] ?? 0) + 1;
    return null;
  },
};

function mostOf(others: OthersDecided): number {
  let most = 0;
  for (const count of others.values()) if (count > most) most = count;
  return most;
}

function addByCount(to: Ranking, weight: number, counts: Int32Array, most: number): void {
  if (most === 0) {
    to.addToAll(weight * 100);
    return;
  }
  const { rows, sums } = to;
  const scores = scoresUpTo(most);
  for (let place = 0; place < rows.length; place += 1) {
    const score = scores[(counts[rows[place] ?? 0] ?? 0) + 1] ?? 0;
    sums[place] = (sums[place] ?? 0) + weight * score;
  }
}

let latest = { most: -1, scores: new Float64Array(0) };

// Counts are few and small, and the most is that of the placement before: each score is computed once. The first is that
// of a cluster which is in fewer decisions than the placement says it has.
function scoresUpTo(most: number): Float64Array {
  if (latest.most !== most) {
    const scores = Float64Array.from({ length: most + 2 }, (_, at) => scoreOf(at - 1, most));
    latest = { most, scores };
  }
  return latest.scores;
}

function scoreOf(count: number, most: number): number {
  if (count <= 0 || most === 0) return 100;
  return 2 * Math.trunc(100 * (0.5 - count / most)) + 0;
}
