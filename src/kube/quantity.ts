/** How a quantity was written, and will be again: `500m`, `1Gi`, `1e3`. */
export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

/**
 * An exact amount, `unscaled * 10^scale`, never below a nano-unit.
 * `unscaled` and `scale` are those of apimachinery's `resource.Quantity`, because floats made of a quantity depend on them.
 */
export interface Quantity {
  readonly unscaled: bigint;
  readonly scale: number;
  readonly format: QuantityFormat;
  /** Kept as an int64 upstream; only such a quantity has an integer value there. */
  readonly small: boolean;
  /** The text it was read from, where that is printed again as it is. */
  readonly text?: string;
}

const suffixes: ReadonlyMap<string, readonly [base: 2 | 10, exponent: number]> = new Map([
  ['', [10, 0]],
  ['n', [10, -9]],
  ['u', [10, -6]],
  ['m', [10, -3]],
  ['k', [10, 3]],
  ['M', [10, 6]],
  ['G', [10, 9]],
  ['T', [10, 12]],
  ['P', [10, 15]],
  ['E', [10, 18]],
  ['Ki', [2, 10]],
  ['Mi', [2, 20]],
  ['Gi', [2, 30]],
  ['Ti', [2, 40]],
  ['Pi', [2, 50]],
  ['Ei', [2, 60]],
]);
const decimalSuffix = new Map(
  [...suffixes].flatMap(([suffix, [base, exponent]]) => (base === 10 ? [[exponent, suffix]] : [])),
);
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const;

const shape = /^([+-]?)(0*)([0-9]*)(\.([0-9]*))?([eEinumkKMGTP]*[+-]?[0-9]*)$/;
const nano = -9;
/** Digits an int64 surely holds. */
const int64Digits = 18;
const maxInt64 = (1n << 63n) - 1n;
/** Beyond these an amount is no quantity for us; upstream would spend its memory on the zeros. */
const maxExponent = 1000;
const maxLength = 1000;

/** Reads a quantity as apimachinery's `ParseQuantity` does; null where the text is none. */
export function parseQuantity(source: string | number): Quantity | null {
  const text = typeof source === 'number' ? String(source) : source;
  if (text === '' || text.length > maxLength) return null;
  const match = shape.exec(text);
  if (match === null) return null;
  const [, sign = '', , whole = '', , fraction = '', suffix = ''] = match;
  const unit = readSuffix(suffix);
  if (unit === null) return null;
  const parts = { negative: sign === '-', whole: whole === '' ? '0' : whole, fraction, text };
  const fast = small(parts, unit);
  if (fast !== null) return fast;
  // Upstream reads `m` and `.` as 0, but only where it gets by without arbitrary precision.
  return /[0-9]/.test(text.slice(0, text.length - suffix.length)) ? wide(parts, unit) : null;
}

interface Parts {
  readonly negative: boolean;
  readonly whole: string;
  readonly fraction: string;
  readonly text: string;
}
interface Unit {
  readonly base: 2 | 10;
  readonly exponent: number;
  readonly format: QuantityFormat;
}

function readSuffix(suffix: string): Unit | null {
  const known = suffixes.get(suffix);
  if (known !== undefined) {
    const [base, exponent] = known;
    return { base, exponent, format: base === 2 ? 'BinarySI' : 'DecimalSI' };
  }
  if (!/^[eE][+-]?[0-9]+$/.test(suffix)) return null;
  const exponent = Number(suffix.slice(1));
  if (Math.abs(exponent) > maxExponent) return null;
  return { base: 10, exponent, format: 'DecimalExponent' };
}

// Upstream's fast path: amounts that fit an int64 keep the scale they were written with.
function small({ negative, whole, fraction, text }: Parts, unit: Unit): Quantity | null {
  const { base, exponent, format } = unit;
  if (base === 2 && fraction !== '') return null;
  const room =
    base === 10
      ? int64Digits - (whole.length + fraction.length)
      : 15 - whole.length - Math.trunc((exponent * 3) / 10) - 1;
  const scale = (base === 10 ? exponent : 0) - fraction.length;
  if (room < 0 || scale < nano) return null;
  const digits = whole + fraction;
  const value = BigInt(digits);
  const amount = value * (base === 2 ? 1n << BigInt(exponent) : 1n);
  if (amount > maxInt64) return null;
  const asWritten =
    base === 2
      ? exponent % 10 === 0 && (value & 7n) !== 0n
      : scale % 3 === 0 && !digits.endsWith('000') && !digits.startsWith('0');
  return {
    unscaled: negative ? -amount : amount,
    scale,
    format,
    small: true,
    ...(asWritten ? { text } : {}),
  };
}

function wide({ negative, whole, fraction }: Parts, unit: Unit): Quantity {
  const { base, exponent } = unit;
  const digits = BigInt(whole + fraction);
  const scale = (base === 10 ? exponent : 0) - fraction.length;
  let unscaled = toScale(digits * (base === 2 ? 1n << BigInt(exponent) : 1n), scale, nano);
  let at = digits === 0n ? scale : nano;
  if (digits === 0n) unscaled = 0n;
  if (base === 2 && unscaled > maxInt64 * 1_000_000_000n) [unscaled, at] = [maxInt64, 0];
  const belowOne = unscaled > 0n && at === nano && unscaled < 1_000_000_000n;
  return {
    unscaled: negative ? -unscaled : unscaled,
    scale: at,
    format: base === 2 && belowOne ? 'DecimalSI' : unit.format,
    small: false,
  };
}

/** The amount in nano-units, exactly. */
export function nanosOf({ unscaled, scale }: Quantity): bigint {
  return toScale(unscaled, scale, nano);
}

/** Order of two amounts, whatever their formats: negative, 0 or positive. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  const scale = Math.min(a.scale, b.scale);
  const left = toScale(a.unscaled, a.scale, scale);
  const right = toScale(b.unscaled, b.scale, scale);
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** The sum; its format is that of `a`, or of `b` where `a` is zero. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  const format = a.unscaled === 0n ? b.format : a.format;
  const small = a.small && b.small;
  if (small && b.unscaled === 0n) return { unscaled: a.unscaled, scale: a.scale, format, small };
  if (small && a.unscaled === 0n) return { unscaled: b.unscaled, scale: b.scale, format, small };
  const scale = Math.min(a.scale, b.scale);
  const unscaled = toScale(a.unscaled, a.scale, scale) + toScale(b.unscaled, b.scale, scale);
  return { unscaled, scale, format, small: small && fitsInt64(unscaled) };
}

/** The amount with its sign changed. */
export function negateQuantity({ unscaled, scale, format, small }: Quantity): Quantity {
  return { unscaled: -unscaled, scale, format, small };
}

/** The difference; its format is that of `a`, or of `b` where `a` is zero. */
export function subtractQuantities(a: Quantity, b: Quantity): Quantity {
  return addQuantities(a, negateQuantity(b));
}

/** The amount times a whole number, in the same format. */
export function multiplyQuantity(a: Quantity, by: bigint): Quantity {
  const unscaled = a.unscaled * by;
  const small = a.small && fitsInt64(unscaled);
  return { unscaled, scale: a.scale, format: a.format, small };
}

/** A whole number as a quantity of format DecimalSI. */
export function quantityOf(value: bigint): Quantity {
  return { unscaled: value, scale: 0, format: 'DecimalSI', small: fitsInt64(value) };
}

/** The nearest number as apimachinery computes it (`AsApproximateFloat64`), which is not always the nearest double. */
export function approximateNumber({ unscaled, scale }: Quantity): number {
  const base = Number(unscaled);
  if (scale === 0) return base;
  return scale > 0 ? base * Number(`1e${scale}`) : base * (1 / Number(`1e${-scale}`));
}

/** The int64 a quantity holds, or null: upstream knows one for small amounts without a fraction only. */
export function integerOf({ unscaled, scale, small }: Quantity): bigint | null {
  if (!small || scale < 0) return null;
  const value = toScale(unscaled, scale, 0);
  return fitsInt64(value) ? value : null;
}

/** The canonical text (`CanonicalizeBytes`): no fraction, the largest suffix that loses nothing. */
export function formatQuantity(quantity: Quantity): string {
  if (quantity.text !== undefined) return quantity.text;
  const { unscaled, scale } = quantity;
  if (unscaled === 0n) return '0';
  return (
    (quantity.format === 'BinarySI' ? binaryText(quantity) : null) ?? decimalText(quantity, scale)
  );
}

function binaryText({ unscaled, scale }: Quantity): string | null {
  const size = scale < 0 ? 10n ** BigInt(-scale) : 1n;
  if (unscaled % size !== 0n) return null;
  let value = scale < 0 ? unscaled / size : toScale(unscaled, scale, 0);
  if (value > -1024n && value < 1024n) return null;
  let power = 0;
  while (value % 1024n === 0n && power < binarySuffixes.length - 1) {
    value /= 1024n;
    power += 1;
  }
  return `${value}${binarySuffixes[power]}`;
}

function decimalText({ unscaled, format }: Quantity, scale: number): string {
  let mantissa = unscaled;
  let exponent = scale;
  while (mantissa % 10n === 0n) {
    mantissa /= 10n;
    exponent += 1;
  }
  while (exponent % 3 !== 0) {
    mantissa *= 10n;
    exponent -= 1;
  }
  const suffix = format === 'DecimalExponent' ? undefined : decimalSuffix.get(exponent);
  if (suffix !== undefined) return `${mantissa}${suffix}`;
  return exponent === 0 ? String(mantissa) : `${mantissa}e${exponent}`;
}

/** `value * 10^from` as a multiple of `10^to`, rounded away from zero. */
function toScale(value: bigint, from: number, to: number): bigint {
  if (from >= to) return value * 10n ** BigInt(from - to);
  const divisor = 10n ** BigInt(to - from);
  const quotient = value / divisor;
  if (value % divisor === 0n) return quotient;
  return value > 0n ? quotient + 1n : quotient - 1n;
}

function fitsInt64(value: bigint): boolean {
  return value <= maxInt64 && value >= -maxInt64 - 1n;
}
