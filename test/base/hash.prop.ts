import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonHash, sha256Hex } from '../../src/base/hash.ts';

test('a hash of text or bytes is what Node computes', () => {
  const node = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.uint8Array(), (text, bytes) => {
      expect(sha256Hex(text)).toBe(node(text));
      expect(sha256Hex(bytes)).toBe(node(bytes));
    }),
  );
});

test('the hash of a value does not depend on the order of its keys, and that of a list does', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      expect(jsonHash(Object.fromEntries(Object.entries(value).reverse()))).toBe(jsonHash(value));
    }),
  );
  expect(jsonHash([1, 2])).not.toBe(jsonHash([2, 1]));
  expect(jsonHash({ a: undefined, b: 1 })).toBe(jsonHash({ b: 1 }));
});
