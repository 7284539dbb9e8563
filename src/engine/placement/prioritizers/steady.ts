import { placeOf, rowsNamed } from '../../inventory/ranking.ts';
import type { Prioritizer } from './prioritizer.ts';
import { scoresOf } from './prioritizer.ts';

/** What is decided already is better (ocm `plugins/steady`). */
export const steady: Prioritizer = {
  score: (among, { decided }) => {
    const kept = new Set(decided);
    return { scores: scoresOf(among, ({ name }) => (kept.has(name) ? 100 : 0)) };
  },
  add: (to, weight, { inventory, decided }) => {
    let last = -1;
    for (const row of rowsNamed(inventory, decided)) {
      const place = row === last ? -1 : placeOf(to.rows, row);
      if (place >= 0) to.addAt(place, weight * 100);
      last = row;
    }
    return null;
  },
};
