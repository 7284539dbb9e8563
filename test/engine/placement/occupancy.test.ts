import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Occupancy } from '../../../src/engine/placement/occupancy.ts';

const name = fc.constantFrom('a', 'b', 'c', '__proto__');

test('an occupancy without some decisions counts what is left, whatever came before', () => {
  fc.assert(
    fc.property(fc.array(name), fc.array(name), fc.array(name), (others, own, gone) => {
      const occupancy = Occupancy.of([...others, ...own, ...gone]);
      for (const cluster of gone) occupancy.change(cluster, -1);
      const counted = new Map<string, number>();
      for (const cluster of others) counted.set(cluster, (counted.get(cluster) ?? 0) + 1);
      const seen = occupancy.without(own);
      for (const cluster of ['a', 'b', 'c', '__proto__', 'd']) {
        expect(seen.get(cluster)).toBe(counted.get(cluster));
      }
      expect([...seen.values()].sort()).toEqual([...counted.values()].sort());
      expect(seen.most).toBe(Math.max(0, ...counted.values()));
    }),
  );
});

test('every change gives it another version, so that nothing old is kept for it', () => {
  const occupancy = new Occupancy();
  const { version } = occupancy;
  expect(occupancy.version).toBe(version);
  occupancy.change('a', 1);
  expect(occupancy.version).toBeGreaterThan(version);
  occupancy.change('a', -2);
  expect(occupancy.count('a')).toBe(0);
});
