import { maxSeconds, minSeconds } from './time.ts';
import type { CelError, CelValue, Tagged } from './value.ts';
import { celError, isCelList, isTagged, noSuchOverload } from './value.ts';

const minInt = -(1n << 63n);
const maxInt = (1n << 63n) - 1n;
const maxUint = (1n << 64n) - 1n;

export function intOf(value: bigint): bigint | CelError {
  return value < minInt || value > maxInt ? celError('integer overflow') : value;
}

export function uintOf(value: bigint): CelValue {
  if (value < 0n || value > maxUint) return celError('unsigned integer overflow');
  return { cel: 'uint', value };
}

export function durationOf(nanos: bigint): CelValue {
  if (nanos < minInt || nanos > maxInt) return celError('duration overflow');
  return { cel: 'duration', nanos };
}

export function timestampOf(nanos: bigint): CelValue {
  const least = minSeconds * 1_000_000_000n;
  const most = maxSeconds * 1_000_000_000n + 999_999_999n;
  if (nanos < least || nanos > most) return celError('timestamp overflow');
  return { cel: 'timestamp', nanos };
}

/** `+`: numbers, texts, bytes, lists, times and durations. */
export function add(a: CelValue, b: CelValue): CelValue {
  if (typeof a === 'bigint' && typeof b === 'bigint') return intOf(a + b);
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (typeof a === 'string' && typeof b === 'string') return a + b;
  if (isCelList(a) && isCelList(b)) return [...a, ...b];
  return isTagged(a) && isTagged(b) ? addTagged(a, b) : noSuchOverload;
}

function addTagged(a: Tagged, b: Tagged): CelValue {
  if (a.cel === 'uint' && b.cel === 'uint') return uintOf(a.value + b.value);
  if (a.cel === 'bytes' && b.cel === 'bytes') {
    return { cel: 'bytes', bytes: Uint8Array.from([...a.bytes, ...b.bytes]) };
  }
  if (a.cel === 'duration' && b.cel === 'duration') return durationOf(a.nanos + b.nanos);
  if (a.cel === 'timestamp' && b.cel === 'duration') return timestampOf(a.nanos + b.nanos);
  if (a.cel === 'duration' && b.cel === 'timestamp') return timestampOf(a.nanos + b.nanos);
  return noSuchOverload;
}

/** `-` between two values. */
export function subtract(a: CelValue, b: CelValue): CelValue {
  if (typeof a === 'bigint' && typeof b === 'bigint') return intOf(a - b);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (!isTagged(a) || !isTagged(b)) return noSuchOverload;
  if (a.cel === 'uint' && b.cel === 'uint') return uintOf(a.value - b.value);
  if (a.cel === 'duration' && b.cel === 'duration') return durationOf(a.nanos - b.nanos);
  if (a.cel === 'timestamp' && b.cel === 'duration') return timestampOf(a.nanos - b.nanos);
  if (a.cel === 'timestamp' && b.cel === 'timestamp') return durationOf(a.nanos - b.nanos);
  return noSuchOverload;
}

export function multiply(a: CelValue, b: CelValue): CelValue {
  if (typeof a === 'bigint' && typeof b === 'bigint') return intOf(a * b);
  if (typeof a === 'number' && typeof b === 'number') return a * b;
  if (!isTagged(a) || !isTagged(b)) return noSuchOverload;
  return a.cel === 'uint' && b.cel === 'uint' ? uintOf(a.value * b.value) : noSuchOverload;
}

/** `/` of ints cuts off; of doubles it may give an infinity. */
export function divide(a: CelValue, b: CelValue): CelValue {
  if (typeof a === 'number' && typeof b === 'number') return a / b;
  return quotient(a, b, (x, y) => x / y);
}

export function modulo(a: CelValue, b: CelValue): CelValue {
  return quotient(a, b, (x, y) => x % y);
}

function quotient(a: CelValue, b: CelValue, of: (x: bigint, y: bigint) => bigint): CelValue {
  if (typeof a === 'bigint' && typeof b === 'bigint') {
    if (b === 0n) return celError('division by zero');
    return a === minInt && b === -1n ? celError('integer overflow') : of(a, b);
  }
  if (!isTagged(a) || !isTagged(b) || a.cel !== 'uint' || b.cel !== 'uint') return noSuchOverload;
  return b.value === 0n ? celError('division by zero') : uintOf(of(a.value, b.value));
}

/** Prefix `-`. */
export function negate(value: CelValue): CelValue {
  if (typeof value === 'bigint') return intOf(-value);
  if (typeof value === 'number') return -value;
  return isTagged(value) && value.cel === 'duration' ? durationOf(-value.nanos) : noSuchOverload;
}
