import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatDuration,
  formatSingleUnit,
  maxDuration,
  parseDuration,
  toMillis,
} from '../../src/kube/duration.ts';

// Answers of Go 1.26 `time.ParseDuration` and `Duration.String`.
describe('parseDuration', () => {
  test.each([
    ['90s', 90_000_000_000n, '1m30s'],
    ['1.5h', 5_400_000_000_000n, '1h30m0s'],
    ['.5h', 1_800_000_000_000n, '30m0s'],
    ['1.s', 1_000_000_000n, '1s'],
    ['90s30s', 120_000_000_000n, '2m0s'],
    ['0.000000001s', 1n, '1ns'],
    ['1µs', 1000n, '1µs'],
    ['1μs', 1000n, '1µs'],
    ['1.5ms', 1_500_000n, '1.5ms'],
    ['0', 0n, '0s'],
    ['-0', 0n, '0s'],
    ['+1s', 1_000_000_000n, '1s'],
    ['-1m', -60_000_000_000n, '-1m0s'],
    ['1.0000000000000000000000001s', 1_000_000_000n, '1s'],
    ['00000000000000000000001s', 1_000_000_000n, '1s'],
    ['9223372036854775807ns', maxDuration, '2562047h47m16.854775807s'],
    ['-9223372036854775808ns', -maxDuration - 1n, '-2562047h47m16.854775808s'],
  ])('reads %s as Go does', (text, nanos, printed) => {
    expect(parseDuration(text)).toEqual({ ok: true, nanos });
    expect(formatDuration(nanos)).toBe(printed);
  });

  test.each([
    ['', 'time: invalid duration ""'],
    ['+', 'time: invalid duration "+"'],
    ['.s', 'time: invalid duration ".s"'],
    ['5', 'time: missing unit in duration "5"'],
    ['1h1', 'time: missing unit in duration "1h1"'],
    ['1 s', 'time: unknown unit " s" in duration "1 s"'],
    ['10mfoo', 'time: unknown unit "mfoo" in duration "10mfoo"'],
    ['2d', 'time: unknown unit "d" in duration "2d"'],
    ['xNone', 'time: invalid duration "xNone"'],
    ['é', 'time: invalid duration "\\xc3\\xa9"'],
    ['1\\', 'time: unknown unit "\\\\" in duration "1\\\\"'],
    ['9223372036854775808ns', 'time: invalid duration "9223372036854775808ns"'],
    ['2562048h', 'time: invalid duration "2562048h"'],
    ['99999999999999999999s', 'time: invalid duration "99999999999999999999s"'],
  ])('refuses %s with the text of Go', (text, error) => {
    expect(parseDuration(text)).toEqual({ ok: false, error });
  });

  test('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-+]?[0-9.]*[a-zµ]*$/)), (text) => {
        expect(typeof parseDuration(text).ok).toBe('boolean');
      }),
    );
  });

  test('what it prints it reads back', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -maxDuration, max: maxDuration }), (nanos) => {
        expect(parseDuration(formatDuration(nanos))).toEqual({ ok: true, nanos });
        expect(parseDuration(formatSingleUnit(nanos))).toEqual({ ok: true, nanos });
      }),
    );
  });
});

test('formatSingleUnit takes the largest unit that is exact', () => {
  const print = (text: string) => {
    const parsed = parseDuration(text);
    return parsed.ok ? formatSingleUnit(parsed.nanos) : parsed.error;
  };
  expect(['1h30m', '48h', '60s', '90s', '1500ms', '0s', '1500us', '1ns'].map(print)).toEqual([
    '90m',
    '48h',
    '1m',
    '90s',
    '1500ms',
    '0s',
    '1500us',
    '1ns',
  ]);
});

test('toMillis rounds up, so that no timer fires early', () => {
  expect([0n, 1n, 1_000_000n, 1_000_001n].map(toMillis)).toEqual([0, 1, 1, 2]);
});
