import { quoteGo } from '../../../kube/go-text.ts';

/** The text Go fails with for a size that is none, or null (sdk-go `parseRolloutSize`). */
export function sizeError(size: number | string | null): string | null {
  if (size === null || typeof size === 'number') return null;
  if (!size.endsWith('%')) {
    return `'${size}' is an invalid maximum threshold value: string is not a percentage`;
  }
  const parsed = parseFloat64(size.slice(0, -1));
  return typeof parsed === 'number' ? null : parsed.error;
}

/**
 * A count or percentage of clusters, percentages rounded up. Not positive or more than there are: the fallback
 * (sdk-go `calculateRolloutSize`; upstream fault 5). A text that is no size must have been refused before.
 */
export function upstreamSize(
  size: number | string | null,
  total: number,
  fallback: number,
): number {
  const count = countOf(size ?? 0, total);
  return count > 0 && count <= total ? count : fallback;
}

function countOf(size: number | string, total: number): number {
  if (typeof size === 'number') return size;
  const percent = parseFloat64(size.slice(0, -1));
  return typeof percent === 'number' ? Math.ceil((percent / 100) * total) : 0;
}

const decimalFloat = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const hexFloat = /^([+-]?)0x([0-9a-f]*)(?:\.([0-9a-f]*))?p([+-]?\d+)$/i;
const strayUnderscore = /(?<!\d)_|_(?!\d)/;
const strayHexUnderscore = /(?<![0-9a-fx])_|_(?![0-9a-f])/i;

/** Go's `strconv.ParseFloat(text, 64)`: also hexadecimal, `Inf`, `NaN` and digits grouped with `_`. */
function parseFloat64(text: string): number | { readonly error: string } {
  if (/^[+-]?inf(?:inity)?$/i.test(text)) {
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  if (/^nan$/i.test(text)) return Number.NaN;
  const value = decimalValue(text) ?? hexValue(text);
  if (value === null) return { error: floatError(text, 'invalid syntax') };
  if (!Number.isFinite(value)) return { error: floatError(text, 'value out of range') };
  return value;
}

function decimalValue(text: string): number | null {
  if (strayUnderscore.test(text)) return null;
  const plain = text.replaceAll('_', '');
  return decimalFloat.test(plain) ? Number(plain) : null;
}

function hexValue(text: string): number | null {
  const match = strayHexUnderscore.test(text) ? null : hexFloat.exec(text.replaceAll('_', ''));
  if (match === null) return null;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  if (whole === '' && fraction === '') return null;
  let mantissa = 0;
  for (const digit of whole + fraction) mantissa = mantissa * 16 + Number.parseInt(digit, 16);
  const value = mantissa * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === '-' ? -value : value;
}

function floatError(text: string, why: string): string {
  return `strconv.ParseFloat: parsing ${quoteGo(text)}: ${why}`;
}
