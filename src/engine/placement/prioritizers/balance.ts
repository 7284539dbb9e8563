import { numbersFrom, rowNamed } from '../../inventory/ranking.ts';
import { OccupancyOfOthers } from '../occupancy.ts';
import type { PipelineInput } from '../pipeline.ts';
import type { Prioritizer } from './prioritizer.ts';
import { addScores, scoresOf } from './prioritizer.ts';

/** Fewer decisions of other placements are better: 100 for none, -100 for the most (ocm `plugins/balance`). */
export const balance: Prioritizer = {
  score: (among, { othersDecided }) => {
    const most = Math.max(0, ...othersDecided.values());
    return { scores: scoresOf(among, ({ name }) => scoreOf(othersDecided.get(name) ?? 0, most)) };
  },
  add: (to, weight, input) => {
    const { counts, most } = countsOf(input);
    addScores(to, weight, (row) => scoreOf(counts[row] ?? 0, most));
    return null;
  },
};

function scoreOf(count: number, most: number): number {
  return count === 0 ? 100 : 2 * Math.trunc(100 * (0.5 - count / most)) + 0;
}

function countsOf({ inventory, othersDecided }: PipelineInput): {
  counts: Float64Array;
  most: number;
} {
  if (!(othersDecided instanceof OccupancyOfOthers)) {
    const counts = numbersFrom(inventory, {}, (name) => othersDecided.get(name) ?? 0);
    let most = 0;
    for (const count of othersDecided.values()) if (count > most) most = count;
    return { counts, most };
  }
  const { all, own, most } = othersDecided;
  const shared = numbersFrom(inventory, all.stamp, (name) => all.count(name));
  if (own.size === 0) return { counts: shared, most };
  const counts = shared.slice();
  for (const [name, times] of own) {
    const row = rowNamed(inventory, name);
    if (row !== undefined) counts[row] = Math.max(0, (counts[row] ?? 0) - times);
  }
  return { counts, most };
}
