import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addRow,
  allBits,
  countRows,
  hasRow,
  intersect,
  noBits,
  rowsOf,
  unite,
  without,
} from '../../../src/engine/inventory/bits.ts';

test('sets of rows are sets of numbers', () => {
  const size = 100;
  const row = fc.integer({ min: 0, max: size - 1 });
  const bitsOf = (rows: readonly number[]) => {
    const bits = noBits(size);
    for (const one of rows) addRow(bits, one);
    return bits;
  };
  fc.assert(
    fc.property(fc.array(row), fc.array(row), row, (first, second, one) => {
      const [a, b] = [new Set(first), new Set(second)];
      const [bitsA, bitsB] = [bitsOf(first), bitsOf(second)];
      const sorted = (of: Iterable<number>) => [...of].sort((x, y) => x - y);
      expect([...rowsOf(bitsA)]).toEqual(sorted(a));
      expect(countRows(bitsA)).toBe(a.size);
      expect(hasRow(bitsA, one)).toBe(a.has(one));
      expect([...rowsOf(intersect(bitsA, bitsB))]).toEqual(sorted(a.intersection(b)));
      expect([...rowsOf(unite(bitsA, bitsB))]).toEqual(sorted(a.union(b)));
      expect([...rowsOf(without(bitsA, bitsB))]).toEqual(sorted(a.difference(b)));
    }),
  );
});

test.each([0, 1, 31, 32, 33, 64, 100])('all of %i rows are so many', (size) => {
  expect(countRows(allBits(size))).toBe(size);
  expect(rowsOf(allBits(size))).toHaveLength(size);
});
