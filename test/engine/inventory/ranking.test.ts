import fc from 'fast-check';
import { expect, test } from 'vitest';
import { candidatesOf } from '../../../src/engine/inventory/candidates.ts';
import { clustersOfSets } from '../../../src/engine/inventory/inventory.ts';
import { fromObjects } from '../../../src/engine/inventory/objects.ts';
import {
  bestOf,
  numbersFrom,
  numbersNamed,
  rankingOf,
} from '../../../src/engine/inventory/ranking.ts';
import { cluster, everything } from './builders.ts';

const names = Array.from({ length: 60 }, (_, at) => `c${String(at).padStart(2, '0')}`);
const inventory = fromObjects({
  clusters: names.map((name) => cluster(name)),
  sets: [everything],
});

test('the best are the highest, equal ones by name, however many are asked for', () => {
  const numbers = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 60, maxLength: 60 });
  fc.assert(
    fc.property(numbers, fc.integer({ min: 0, max: 70 }), (of, count) => {
      const ranked = names
        .map((name, at) => ({ name, number: of[at] ?? 0 }))
        .sort((a, b) => b.number - a.number || (a.name < b.name ? -1 : 1))
        .map(({ name }) => name);
      const ranking = rankingOf(candidatesOf(clustersOfSets(inventory, ['all'])));
      ranking.sums.set(of);
      const best = bestOf(inventory, ranking, count);
      expect(best.names).toEqual(ranked.slice(0, count));
      expect(best.byName).toEqual(ranked.slice(0, count).sort());
    }),
  );
});

test('numbers are computed once for what they are named after', () => {
  let computed = 0;
  const count = () => {
    computed += 1;
    return 1;
  };
  const first = numbersNamed(inventory, 'ones', count);
  expect(numbersNamed(inventory, 'ones', count)).toBe(first);
  const owner = {};
  const second = numbersFrom(inventory, owner, count);
  expect(numbersFrom(inventory, owner, count)).toBe(second);
  expect(numbersFrom(inventory, {}, count)).not.toBe(second);
  expect(computed).toBe(3 * names.length);
});
