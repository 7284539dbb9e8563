import { parseDuration } from '../../../kube/duration.ts';
import { durationOf, intOf, timestampOf, uintOf } from '../arithmetic.ts';
import type { Overload } from '../environment.ts';
import { global } from '../environment.ts';
import { parseTimestamp } from '../time.ts';
import type { CelValue } from '../value.ts';
import { celError, isTagged, noSuchOverload } from '../value.ts';

const maxDigits = 400;
const floatShape = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

function toInt(value: CelValue): CelValue {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return fromDouble(value, 63, intOf);
  if (typeof value === 'string') {
    return /^[+-]?\d{1,40}$/.test(value) ? intOf(BigInt(value.replace('+', ''))) : notA('int');
  }
  if (!isTagged(value)) return noSuchOverload;
  switch (value.cel) {
    case 'uint':
      return intOf(value.value);
    case 'duration':
      return value.nanos;
    case 'timestamp':
      return floorSeconds(value.nanos);
    default:
      return noSuchOverload;
  }
}

function toUint(value: CelValue): CelValue {
  if (typeof value === 'bigint') return uintOf(value);
  if (typeof value === 'number') return fromDouble(value, 64, uintOf);
  if (typeof value === 'string') {
    return /^\d{1,40}$/.test(value) ? uintOf(BigInt(value)) : notA('uint');
  }
  return isTagged(value) && value.cel === 'uint' ? value : noSuchOverload;
}

function toDouble(value: CelValue): CelValue {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string') return readDouble(value);
  return isTagged(value) && value.cel === 'uint' ? Number(value.value) : noSuchOverload;
}

function readDouble(text: string): CelValue {
  const named = /^([+-]?)(?:inf|infinity)$/i.exec(text);
  if (named !== null) return named[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^nan$/i.test(text)) return Number.NaN;
  if (text.length > maxDigits || !floatShape.test(text)) return notA('double');
  const value = Number(text);
  return Number.isFinite(value) ? value : notA('double');
}

const truths: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map((text) => [text, false] as const),
]);

function toBool(value: CelValue): CelValue {
  if (typeof value === 'boolean') return value;
  return typeof value === 'string' ? (truths.get(value) ?? notA('bool')) : noSuchOverload;
}

function toDuration(value: CelValue): CelValue {
  if (typeof value !== 'string') return value;
  const parsed = parseDuration(value);
  return parsed.ok ? durationOf(parsed.nanos) : notA('google.protobuf.Duration');
}

function toTimestamp(value: CelValue): CelValue {
  if (typeof value === 'bigint') return timestampOf(value * 1_000_000_000n);
  if (typeof value !== 'string') return value;
  const nanos = parseTimestamp(value);
  return nanos === null ? notA('google.protobuf.Timestamp') : timestampOf(nanos);
}

// A double must lie strictly within the range, because its bounds are not doubles.
function fromDouble(value: number, bits: number, of: (value: bigint) => CelValue): CelValue {
  const limit = 2 ** bits;
  if (!(value > (bits === 63 ? -limit : -1) && value < limit)) return celError('integer overflow');
  if (bits === 64 && value < 0) return celError('unsigned integer overflow');
  return of(BigInt(Math.trunc(value)));
}

function floorSeconds(nanos: bigint): bigint {
  const seconds = nanos / 1_000_000_000n;
  return nanos % 1_000_000_000n < 0n ? seconds - 1n : seconds;
}

function notA(type: string): CelValue {
  return celError(`type conversion error to '${type}'`);
}

function from(to: string, types: readonly string[], of: (value: CelValue) => CelValue) {
  return [
    to,
    types.map((type) => global(`${type}_to_${to}`, `${type} -> ${to}`, ([x = null]) => of(x))),
  ] as const;
}

/** Functions named like the type they convert to. */
export const conversions: readonly (readonly [string, readonly Overload[]])[] = [
  from('int', ['int', 'double', 'duration', 'string', 'timestamp', 'uint'], toInt),
  from('uint', ['uint', 'double', 'int', 'string'], toUint),
  from('double', ['double', 'int', 'string', 'uint'], toDouble),
  from('bool', ['bool', 'string'], toBool),
  from('duration', ['duration', 'string'], toDuration),
  from('timestamp', ['timestamp', 'int', 'string'], toTimestamp),
];
