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

test('candidates that nobody tells apart are taken in order of name', () => {
  const steps = fc.array(
    fc.record({ place: fc.option(fc.nat(59)), score: fc.integer({ min: -2, max: 2 }) }),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(steps, fc.option(fc.nat(70)), fc.boolean(), (added, count, isListed) => {
      const all = () => rankingOf(candidatesOf(clustersOfSets(inventory, ['all'])));
      const [ranking, summed] = [all(), all()];
      if (isListed) expect(ranking.rows.length).toBe(60);
      const sums = new Float64Array(60);
      for (const { place, score } of added) {
        if (place === null) ranking.addToAll(score);
        else ranking.addAt(place, score);
        for (let at = 0; at < 60; at += 1)
          if (at === (place ?? at)) sums[at] = (sums[at] ?? 0) + score;
      }
      expect(ranking.isEven).toBe(added.every(({ place }) => place === null));
      const best = bestOf(inventory, ranking, count);
      expect([...ranking.sums]).toEqual([...sums]);
      // There is one store of sums.
      summed.sums.set(sums);
      expect(best).toEqual(bestOf(inventory, summed, count));
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
