import { describe, expect, it } from 'vitest';
import type { Quantity } from '../../src/kube/quantity.ts';
import {
  addQuantities,
  approximateNumber,
  compareQuantities,
  formatQuantity,
  integerOf,
  multiplyQuantity,
  nanosOf,
  parseQuantity,
  subtractQuantities,
} from '../../src/kube/quantity.ts';

function read(text: string): Quantity {
  const quantity = parseQuantity(text);
  if (quantity === null) throw new Error(`${text} is no quantity`);
  return quantity;
}

describe('quantities', () => {
  // What apimachinery v0.36 answers.
  it.each([
    ['0.5', '500m'],
    ['500m', '500m'],
    ['1024Mi', '1Gi'],
    ['1.5Gi', '1536Mi'],
    ['1536Mi', '1536Mi'],
    ['1000', '1k'],
    ['1234567', '1234567'],
    ['0Mi', '0'],
    ['0.0000000001', '1n'],
    ['-1e-12', '-1e-9'],
    ['1e3', '1e3'],
    ['100e3', '100e3'],
    ['1.500', '1.500'],
    ['+5', '+5'],
    ['0.5Ki', '512'],
    ['9223372036854775807Ki', '9223372036854775807'],
    ['.', '0'],
    ['m', '0'],
  ])('prints %s as %s', (text, canonical) => {
    expect(formatQuantity(read(text))).toBe(canonical);
  });

  it.each(['', 'abc', '1.1.1', '1+1', '0.1mi', '1i', 'Pi', '1e', 'NaN', '1e99999999', ' 1', '١'])(
    'refuses %j',
    (text) => {
      expect(parseQuantity(text)).toBeNull();
    },
  );

  it('keeps amounts exact where a double would not', () => {
    const one = read('9007199254740993');
    expect(nanosOf(one)).toBe(9007199254740993000000000n);
    expect(compareQuantities(one, read('9007199254740992'))).toBe(1);
    expect(formatQuantity(addQuantities(read('0.1'), read('0.2')))).toBe('300m');
    expect(compareQuantities(addQuantities(read('0.1'), read('0.2')), read('0.3'))).toBe(0);
  });

  it('adds and subtracts in the format of the left side, or of the right where the left is zero', () => {
    expect(formatQuantity(addQuantities(read('1Gi'), read('1024')))).toBe('1048577Ki');
    expect(formatQuantity(subtractQuantities(read('0'), read('1Gi')))).toBe('-1Gi');
    expect(formatQuantity(subtractQuantities(read('0.5'), read('1Gi')))).toBe('-1073741823500m');
    expect(formatQuantity(multiplyQuantity(read('512Mi'), 3n))).toBe('1536Mi');
  });

  it('has an integer value only for small amounts without a fraction', () => {
    expect(integerOf(read('2Gi'))).toBe(2147483648n);
    expect(integerOf(read('500m'))).toBeNull();
    expect(integerOf(read('123456789012345678901'))).toBeNull();
  });

  it('makes the floats apimachinery makes, not always the nearest', () => {
    expect(approximateNumber(read('1.1'))).toBe(11 * 0.1);
    expect(approximateNumber(read('64Gi'))).toBe(68719476736);
    expect(approximateNumber(read('1e3'))).toBe(1000);
  });

  it('prints what it reads again as the same amount', () => {
    for (const text of ['7', '1.25Gi', '3e5', '17u', '-12Ti', '999999999999999999999n']) {
      const quantity = read(text);
      expect(compareQuantities(read(formatQuantity(quantity)), quantity)).toBe(0);
    }
  });
});
