import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareText, jsonEqual, stableJson } from '../../src/base/json.ts';

test('equal values have equal texts, whatever the order of keys', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      const reversed = JSON.parse(JSON.stringify(a), (_, value) =>
        typeof value === 'object' && value !== null && !Array.isArray(value)
          ? Object.fromEntries(Object.entries(value).reverse())
          : value,
      );
      const plain = JSON.parse(JSON.stringify(a));
      expect(jsonEqual(plain, reversed)).toBe(true);
      expect(stableJson(plain)).toBe(stableJson(reversed));
      const other = JSON.parse(JSON.stringify(b));
      expect(jsonEqual(plain, other)).toBe(stableJson(plain) === stableJson(other));
    }),
  );
});

test('inherited names are no keys', () => {
  expect(jsonEqual({ constructor: 1 }, {})).toBe(false);
  expect(jsonEqual({ a: 1 }, { toString: 1 })).toBe(false);
});

test('names are ordered by code unit', () => {
  expect(['b', 'a', 'B', 'ä', 'a-1', 'a'].sort(compareText)).toEqual([
    'B',
    'a',
    'a',
    'a-1',
    'b',
    'ä',
  ]);
});
