/** Digits and exponent of the shortest text that is this double: `digits[0].rest * 10^exponent`. */
function shortest(value: number): { digits: string; exponent: number } {
  const [mantissa = '', exponent = '0'] = Math.abs(value).toExponential().split('e');
  return { digits: mantissa.replace('.', ''), exponent: Number(exponent) };
}

function special(value: number, infinity: string): string | null {
  if (Number.isNaN(value)) return 'NaN';
  if (Number.isFinite(value)) return null;
  return value > 0 ? infinity : `-${infinity.replace('+', '')}`;
}

function signOf(value: number): string {
  return value < 0 || Object.is(value, -0) ? '-' : '';
}

/** A double as Go's `%g` prints it: `1.5`, `1e+06`, `+Inf`. */
export function formatGeneral(value: number): string {
  const text = special(value, '+Inf');
  if (text !== null) return text;
  const { digits, exponent } = shortest(value);
  // Go takes six digits for this decision when it prints the shortest text.
  const long = value !== 0 && (exponent < -4 || exponent >= 6);
  return long ? `${signOf(value)}${scientific(digits, exponent)}` : formatPlain(value);
}

/** A double without an exponent, in as few digits as tell it apart: Go's `FormatFloat(v, 'f', -1, 64)`. */
export function formatPlain(value: number, infinity = 'Infinity'): string {
  const text = special(value, infinity);
  if (text !== null) return text;
  const { digits, exponent } = shortest(value);
  const sign = signOf(value);
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) return sign + digits.padEnd(exponent + 1, '0');
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

/** A double with so many digits after the point, rounded half to even on its exact value. */
export function formatFixed(value: number, precision: number): string {
  const text = special(value, 'Infinity');
  if (text !== null) return text;
  const { numerator, denominator } = exact(Math.abs(value));
  const scaled = roundedQuotient(numerator * 10n ** BigInt(precision), denominator);
  const digits = String(scaled).padStart(precision + 1, '0');
  const whole = digits.slice(0, digits.length - precision);
  return signOf(value) + (precision === 0 ? whole : `${whole}.${digits.slice(-precision)}`);
}

/** A double as `d.ddde+dd` with so many digits after the point, rounded half to even. */
export function formatScientific(value: number, precision: number): string {
  const text = special(value, 'Infinity');
  if (text !== null) return text;
  if (value === 0) return `${signOf(value)}${scientific('0'.repeat(precision + 1), 0)}`;
  const { numerator, denominator } = exact(Math.abs(value));
  let exponent = shortest(value).exponent;
  for (;;) {
    const power = precision - exponent;
    const up = power >= 0 ? 10n ** BigInt(power) : 1n;
    const down = power < 0 ? 10n ** BigInt(-power) : 1n;
    const digits = String(roundedQuotient(numerator * up, denominator * down));
    if (digits.length === precision + 1) return signOf(value) + scientific(digits, exponent);
    exponent += digits.length > precision + 1 ? 1 : -1;
  }
}

function scientific(digits: string, exponent: number): string {
  const rest = digits.slice(1);
  const power = String(Math.abs(exponent)).padStart(2, '0');
  return `${digits[0]}${rest === '' ? '' : `.${rest}`}e${exponent < 0 ? '-' : '+'}${power}`;
}

function exact(value: number): { numerator: bigint; denominator: bigint } {
  let denominator = 1n;
  let scaled = value;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    denominator *= 2n;
  }
  return { numerator: BigInt(scaled), denominator };
}

function roundedQuotient(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  const up = twice > denominator || (twice === denominator && quotient % 2n === 1n);
  return up ? quotient + 1n : quotient;
}
