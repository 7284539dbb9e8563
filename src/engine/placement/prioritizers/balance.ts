import { numbersFollowing, numbersFrom, placeOf, rowNamed } from '../../inventory/ranking.ts';
import { OccupancyOfOthers } from '../occupancy.ts';
import type { Prioritizer, Sums } from './prioritizer.ts';
import { scoresOf } from './prioritizer.ts';

/** Fewer decisions of other placements are better: 100 for none, -100 for the most (ocm `plugins/balance`). */
export const balance: Prioritizer = {
  score: (among, { othersDecided }) => {
    const most = Math.max(0, ...othersDecided.values());
    return { scores: scoresOf(among, ({ name }) => scoreOf(othersDecided.get(name) ?? 0, most)) };
  },
  add: (to, weight, { inventory, othersDecided }) => {
    if (!(othersDecided instanceof OccupancyOfOthers)) {
      const counts = numbersFrom(inventory, {}, (name) => othersDecided.get(name) ?? 0);
      let most = 0;
      for (const count of othersDecided.values()) if (count > most) most = count;
      addByCount(to, weight, counts, most);
      return null;
    }
    const { all, own, most } = othersDecided;
    const counts = numbersFollowing(inventory, all);
    addByCount(to, weight, counts, most);
    // All placements share the counts; what is the placement's own is taken off again.
    for (const name of own.keys()) {
      const row = rowNamed(inventory, name) ?? -1;
      const place = placeOf(to.rows, row);
      if (place < 0) continue;
      const better = scoreOf(othersDecided.get(name) ?? 0, most) - scoreOf(counts[row] ?? 0, most);
      to.sums[place] = (to.sums[place] ?? 0) + weight * better;
    }
    return null;
  },
};

// Counts are few and small, so each score is computed once.
function addByCount(
  { rows, sums }: Sums,
  weight: number,
  counts: Float64Array,
  most: number,
): void {
  const scores: number[] = [];
  for (let place = 0; place < rows.length; place += 1) {
    const count = counts[rows[place] ?? 0] ?? 0;
    scores[count] ??= scoreOf(count, most);
    sums[place] = (sums[place] ?? 0) + weight * (scores[count] ?? 0);
  }
}

function scoreOf(count: number, most: number): number {
  if (count === 0 || most === 0) return 100;
  return 2 * Math.trunc(100 * (0.5 - count / most)) + 0;
}
