/** A length of time in nanoseconds, as Go's `time.Duration` keeps it (signed, 64 bits). */
export type Nanos = bigint;

/** A parsed duration, or the text Go's `time.ParseDuration` fails with. */
export type ParsedDuration =
  | { readonly ok: true; readonly nanos: Nanos }
  | { readonly ok: false; readonly error: string };

export const nanosPerMilli = 1_000_000n;
const second = 1_000_000_000n;
const minute = 60n * second;
const hour = 60n * minute;

/** The longest duration Go can hold; upstream uses it for "never". */
export const maxDuration: Nanos = (1n << 63n) - 1n;
const limit = 1n << 63n;

const units: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1000n],
  ['µs', 1000n],
  ['μs', 1000n],
  ['ms', nanosPerMilli],
  ['s', second],
  ['m', minute],
  ['h', hour],
]);

const term = /([0-9]*)(?:(\.)([0-9]*))?([^0-9.]*)/y;

/**
 * Reads a duration as Go's `time.ParseDuration` does (`90s`, `1h30m`, `-1.5ms`, `0`), errors included: they show up
 * in status texts upstream.
 */
export function parseDuration(text: string): ParsedDuration {
  const negative = text.startsWith('-');
  const rest = negative || text.startsWith('+') ? text.slice(1) : text;
  if (rest === '0') return { ok: true, nanos: 0n };
  if (rest === '') return invalid(text);
  let total = 0n;
  for (let at = 0; at < rest.length; ) {
    term.lastIndex = at;
    const [whole = '', digits = '', , fraction = '', unit = ''] = term.exec(rest) ?? [];
    const nanos = termOf(digits, fraction, unit);
    if (typeof nanos === 'string') return failed(`${nanos} ${quote(text)}`);
    total += nanos;
    if (total > limit) return invalid(text);
    at += whole.length;
  }
  if (negative) return { ok: true, nanos: -total };
  return total > maxDuration ? invalid(text) : { ok: true, nanos: total };
}

/** Writes a duration as Go's `Duration.String` does: `1h30m0s`, `1.5s`, `250ms`, `0s`. */
export function formatDuration(nanos: Nanos): string {
  if (nanos < 0n) return `-${formatDuration(-nanos)}`;
  if (nanos === 0n) return '0s';
  if (nanos < 1000n) return `${nanos}ns`;
  if (nanos < nanosPerMilli) return `${decimal(nanos, 1000n)}µs`;
  if (nanos < second) return `${decimal(nanos, nanosPerMilli)}ms`;
  const hours = nanos / hour;
  const minutes = (nanos / minute) % 60n;
  const seconds = `${decimal(nanos % minute, second)}s`;
  if (nanos < minute) return seconds;
  return hours === 0n ? `${minutes}m${seconds}` : `${hours}h${minutes}m${seconds}`;
}

/** Writes a duration in the largest single unit that is exact: `90m`, never `1h30m` (language.md Rule 51). */
export function formatSingleUnit(nanos: Nanos): string {
  if (nanos === 0n) return '0s';
  for (const unit of ['h', 'm', 's', 'ms', 'us'] as const) {
    const size = units.get(unit) ?? 1n;
    if (nanos % size === 0n) return `${nanos / size}${unit}`;
  }
  return `${nanos}ns`;
}

/** A duration in whole milliseconds, rounded up: a timer must not fire early. */
export function toMillis(nanos: Nanos): number {
  return Number((nanos + (nanos > 0n ? nanosPerMilli - 1n : 0n)) / nanosPerMilli);
}

function decimal(nanos: Nanos, unit: bigint): string {
  const fraction = nanos % unit;
  if (fraction === 0n) return String(nanos / unit);
  const width = String(unit).length - 1;
  return `${nanos / unit}.${String(fraction).padStart(width, '0').replace(/0+$/, '')}`;
}

function termOf(digits: string, fraction: string, unit: string): Nanos | string {
  const whole = leadingInt(digits);
  if (whole === null || (digits === '' && fraction === '')) return 'invalid duration';
  if (unit === '') return 'missing unit in duration';
  const size = units.get(unit);
  if (size === undefined) return `unknown unit ${quote(unit)} in duration`;
  if (whole > limit / size) return 'invalid duration';
  return whole * size + fractionOf(fraction, size);
}

function leadingInt(digits: string): bigint | null {
  const significant = digits.replace(/^0+/, '');
  if (significant.length > 19) return null;
  const value = BigInt(significant === '' ? '0' : significant);
  return value > limit ? null : value;
}

// Go adds fraction digits while they fit 63 bits, then goes through float64: the last nanosecond depends on it.
function fractionOf(digits: string, unit: bigint): bigint {
  let value = 0n;
  let scale = 1;
  for (const digit of digits) {
    if (value > maxDuration / 10n) break;
    const next = value * 10n + BigInt(digit);
    if (next > limit) break;
    value = next;
    scale *= 10;
  }
  return BigInt(Math.trunc(Number(value) * (Number(unit) / scale)));
}

function invalid(text: string): ParsedDuration {
  return failed(`invalid duration ${quote(text)}`);
}

function failed(why: string): ParsedDuration {
  return { ok: false, error: `time: ${why}` };
}

// Go's time package escapes bytes, not characters: `\xc3\xa9` for an e with an acute accent.
function quote(text: string): string {
  let quoted = '"';
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (char === '"' || char === '\\') quoted += `\\${char}`;
    else if (code >= 0x20 && code < 0x80) quoted += char;
    else quoted += utf8(code).map(escapeByte).join('');
  }
  return `${quoted}"`;
}

function escapeByte(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}

function utf8(code: number): number[] {
  if (code < 0x80) return [code];
  if (code < 0x800) return [0xc0 | (code >> 6), 0x80 | (code & 63)];
  if (code < 0x10000) return [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63)];
  return [
    0xf0 | (code >> 18),
    0x80 | ((code >> 12) & 63),
    0x80 | ((code >> 6) & 63),
    0x80 | (code & 63),
  ];
}
