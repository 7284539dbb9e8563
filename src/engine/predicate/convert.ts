import { parseInstant } from '../../base/instant.ts';
import type { IrType } from '../../ir/expr.ts';
import { maxDuration, parseDuration } from '../../kube/duration.ts';
import { parseCidr } from '../../kube/ip.ts';
import { parseQuantity, quantityOf } from '../../kube/quantity.ts';
import { parseVersion } from '../../kube/version.ts';
import type { Unit, Value } from './value.ts';
import { isUnit, orderOf, scalarText, valuesEqual } from './value.ts';

const minInt = -(1n << 63n);
const maxInt = (1n << 63n) - 1n;

/** An int of the language, or null where it leaves 64 bits (Rule 33). */
export function int64(value: bigint): bigint | null {
  return value >= minInt && value <= maxInt ? value : null;
}

/** A float of the language, or null where it is none: there is no NaN and no infinity (Rule 33). */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** Reads a text as a type (Rule 30); null where it does not parse. `literal` keeps a version to the parts it has. */
export function parseAs(type: IrType, text: string, literal = false): Value | null {
  switch (type) {
    case 'string':
    case 'json':
      return text;
    case 'bool':
      return text === 'true' || (text === 'false' ? false : null);
    case 'condition':
      return text === 'True' || (text === 'False' ? false : null);
    case 'int':
      return readInt(text);
    case 'score':
      return readScore(text);
    case 'float':
      return readFloat(text);
    default:
      return readUnit(type, text, literal);
  }
}

function readUnit(
  type: Exclude<IrType, 'string' | 'json' | 'bool' | 'condition' | 'int' | 'score' | 'float'>,
  text: string,
  literal: boolean,
): Unit | null {
  switch (type) {
    case 'quantity': {
      const quantity = parseQuantity(text);
      return quantity && { unit: 'quantity', quantity, text };
    }
    case 'duration':
      return readDuration(text);
    case 'percent': {
      const percent = /^(100|\d{1,2})%$/.exec(text)?.[1];
      return percent === undefined ? null : { unit: 'percent', percent: Number(percent), text };
    }
    case 'version': {
      const version = parseVersion(text);
      if (version === null) return null;
      return { unit: 'version', version: literal ? version : { ...version, parts: 3 }, text };
    }
    case 'time': {
      const at = parseInstant(text);
      return at === null ? null : { unit: 'time', at, text };
    }
    case 'cidr': {
      const cidr = parseCidr(text);
      return cidr && { unit: 'cidr', cidr, text };
    }
  }
}

/** A value as a type, where that is exact: texts are parsed, numbers become quantities. Null otherwise. */
export function convertTo(type: IrType, value: Value): Value | null {
  if (typeof value === 'string') return parseAs(type, value);
  switch (type) {
    case 'json':
      return value;
    case 'string':
      return scalarText(value);
    case 'int':
      return toInt(value);
    case 'score':
      return inScore(toInt(value));
    case 'float':
      return toFloat(value);
    case 'quantity':
      if (typeof value === 'number') return parseAs('quantity', String(value));
      if (typeof value === 'bigint') return { unit: 'quantity', quantity: quantityOf(value) };
      return hasUnit(value, 'quantity');
    case 'bool':
    case 'condition':
      return typeof value === 'boolean' ? value : null;
    default:
      return hasUnit(value, type);
  }
}

/** Brings the sides of a comparison to one type where one of them is still a text, as facts of JSON are. */
export function align(a: Value, b: Value): [Value, Value] {
  if (typeof a === 'string' && isUnit(b)) return [parseAs(b.unit, a) ?? a, b];
  if (typeof b === 'string' && isUnit(a)) return [a, parseAs(a.unit, b) ?? b];
  if (isUnit(a) && a.unit === 'quantity') return [a, convertTo('quantity', b) ?? b];
  if (isUnit(b) && b.unit === 'quantity') return [convertTo('quantity', a) ?? a, b];
  return [a, b];
}

/** Equality after `align`. */
export function looselyEqual(a: Value, b: Value): boolean {
  return valuesEqual(...align(a, b));
}

/** Order after `align`; null where there is none. */
export function looseOrder(a: Value, b: Value): number | null {
  return orderOf(...align(a, b));
}

function toInt(value: Value): bigint | null {
  if (typeof value === 'bigint') return value;
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : null;
}

function toFloat(value: Value): number | null {
  if (typeof value === 'number') return value;
  return typeof value === 'bigint' && BigInt(Number(value)) === value ? Number(value) : null;
}

function hasUnit(value: Value, unit: Unit['unit']): Value | null {
  return isUnit(value) && value.unit === unit ? value : null;
}

function readInt(text: string): bigint | null {
  return /^[+-]?\d{1,20}$/.test(text) ? int64(BigInt(text.replace('+', ''))) : null;
}

function readScore(text: string): bigint | null {
  return inScore(readInt(text));
}

function inScore(value: bigint | null): bigint | null {
  return value !== null && value >= -100n && value <= 100n ? value : null;
}

function readFloat(text: string): number | null {
  if (text.length > 400 || !/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(text))
    return null;
  return finite(Number(text));
}

const day = 24n * 3600n * 1_000_000_000n;

// Go's units, and the language's own: `d` is 24 h, `min` is what `m` means to Go.
function readDuration(text: string): Unit | null {
  if (text.length > 100) return null;
  const days = /^([+-]?)(\d+)d(.*)$/.exec(text);
  const rest = (days ? `${days[1]}${days[3]}` : text).replace(/min/g, 'm');
  const parsed =
    days && /^[+-]?$/.test(rest) ? ({ ok: true, nanos: 0n } as const) : parseDuration(rest);
  if (!parsed.ok) return null;
  const extra = BigInt(days?.[2] ?? 0) * day * (days?.[1] === '-' ? -1n : 1n);
  const nanos = parsed.nanos + extra;
  if (nanos > maxDuration || nanos < -maxDuration) return null;
  return { unit: 'duration', nanos, text };
}
