import { parseInstant } from '../../base/instant.ts';
import type { Json } from '../../base/json.ts';
import { parseDuration } from '../../kube/duration.ts';
import { nanosOf, parseQuantity } from '../../kube/quantity.ts';
import { parseVersion } from '../../kube/version.ts';
import type { IrType } from '../expr.ts';
import type { Range } from './values.ts';

/**
 * The ordinals a constant of a type stands for: whole numbers in the order of the values, so that sets of them are
 * ranges. A version of two parts stands for a whole line (Rule 35). Null where the type has no order, or the constant
 * is none of it.
 */
export function ordinalsOf(type: IrType, value: Json): readonly [from: bigint, to: bigint] | null {
  const of = type === 'version' ? lineOf(value) : pointOf(type, value);
  return typeof of === 'bigint' ? [of, of + 1n] : of;
}

/** All ordinals facts of a type may have. */
export function ordinalsOfAll(type: IrType): Range {
  switch (type) {
    case 'bool':
    case 'condition':
      return [0n, 2n];
    case 'score':
      return [-100n, 101n];
    case 'percent':
      return [0n, 101n];
    case 'int':
      return [-(1n << 63n), 1n << 63n];
    default:
      return [null, null];
  }
}

function pointOf(type: IrType, value: Json): bigint | null {
  switch (type) {
    case 'bool':
    case 'condition':
      return typeof value === 'boolean' ? BigInt(value) : null;
    case 'int':
    case 'score':
      return wholeNumber(value);
    case 'float':
      return typeof value === 'number' && Number.isFinite(value) ? rankOf(value) : null;
    case 'quantity':
      return typeof value === 'string' || typeof value === 'number' ? amount(value) : null;
    default:
      return typeof value === 'string' ? (points[type]?.(value) ?? null) : null;
  }
}

const points: { readonly [type in IrType]?: (text: string) => bigint | null } = {
  duration: (text) => {
    const parsed = parseDuration(text);
    return parsed.ok ? parsed.nanos : null;
  },
  percent: (text) => {
    const digits = /^(\d{1,3})%$/.exec(text)?.[1];
    return digits === undefined ? null : BigInt(digits);
  },
  time: (text) => {
    const at = parseInstant(text);
    return at === null ? null : BigInt(at);
  },
};

function amount(value: string | number): bigint | null {
  const quantity = parseQuantity(value);
  return quantity === null ? null : nanosOf(quantity);
}

function wholeNumber(value: Json): bigint | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : null;
  return typeof value === 'string' && /^-?\d{1,19}$/.test(value) ? BigInt(value) : null;
}

// Parts of a version have at most fifteen digits.
const part = 50n;

function lineOf(value: Json): readonly [bigint, bigint] | null {
  const version = typeof value === 'string' ? parseVersion(value) : null;
  if (version === null) return null;
  const { major, minor, patch, parts } = version;
  const line = (BigInt(major) << part) + BigInt(minor);
  const first = (line << part) + BigInt(patch);
  return parts === 3 ? [first, first + 1n] : [first, (line + 1n) << part];
}

/** The place of a double among all doubles: its bits, turned so that they ascend with it. */
function rankOf(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value === 0 ? 0 : value);
  const bits = view.getBigInt64(0);
  return bits >= 0n ? bits : -(bits & ~(-1n << 63n));
}
