import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  formatInstant,
  formatMicroTime,
  instant,
  parseInstant,
  plus,
} from '../../src/base/instant.ts';

const instants = fc
  .integer({ min: Date.UTC(0, 0, 1), max: Date.UTC(9999, 11, 31) })
  .map((ms) => instant(ms));

test('an instant is written as JavaScript writes it, without the fraction', () => {
  fc.assert(
    fc.property(instants, (at) => {
      expect(formatInstant(at)).toBe(`${new Date(at).toISOString().slice(0, 19)}Z`);
      expect(formatMicroTime(at)).toBe(`${new Date(at).toISOString().slice(0, 23)}000Z`);
    }),
  );
});

test('what is written is read back', () => {
  fc.assert(
    fc.property(instants, (at) => {
      expect(parseInstant(formatMicroTime(at))).toBe(at);
    }),
  );
});

test('zones and fractions are read, and what is no time is null', () => {
  expect(parseInstant('2022-01-01T01:00:00.25+01:00')).toBe(Date.UTC(2022, 0, 1, 0, 0, 0, 250));
  expect(parseInstant('2022-01-01T00:00:00.123456789Z')).toBe(Date.UTC(2022, 0, 1, 0, 0, 0, 123));
  for (const text of [
    '',
    'now',
    '2022-01-01',
    '2022-13-01T00:00:00Z',
    '2022-01-01T24:00:00Z',
    '2022-04-31T00:00:00Z',
    '2022-02-29T00:00:00Z',
    '2100-02-29T00:00:00Z',
  ]) {
    expect(parseInstant(text)).toBeNull();
  }
  expect(parseInstant('2024-02-29T00:00:00Z')).toBe(Date.UTC(2024, 1, 29));
});

test('a moment later is later by as much', () => {
  fc.assert(
    fc.property(instants, fc.integer({ min: -1e9, max: 1e9 }), (at, by) => {
      expect(plus(at, by) - at).toBe(by);
    }),
  );
});

test('any text is read without a throw, and what is read can be written again', () => {
  const almost = fc.stringMatching(
    /^2\d{3}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d([.,]\d{1,12})?(Z|[+-]\d\d:\d\d)$/,
  );
  fc.assert(
    fc.property(fc.oneof(fc.string(), almost), (text) => {
      const at = parseInstant(text);
      if (at !== null) expect(parseInstant(formatMicroTime(at))).toBe(at);
    }),
  );
});
