import { maxDuration } from '../../kube/duration.ts';
import {
  addQuantities,
  multiplyQuantity,
  negateQuantity,
  subtractQuantities,
} from '../../kube/quantity.ts';
import { int64 } from './literal.ts';
import { isList, isUnit, type Unit, type Value } from './value.ts';

export type Arithmetic = '+' | '-' | '*' | '/';
/** A result, or why there is none (OCM2024). */
export type Computed =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly why: string };

/** `+ - * /` on known values of types that allow it (Rules 33 and 34). */
export function compute(by: Arithmetic, a: Value, b: Value): Computed {
  if (by === '/' && isZero(b)) return failed('division by zero');
  const value = result(by, a, b);
  return value === null ? failed('the result does not fit') : { ok: true, value };
}

/** Prefix `-`. */
export function negate(value: Value): Computed {
  if (typeof value === 'bigint') return compute('-', 0n, value);
  if (typeof value === 'number') return { ok: true, value: -value };
  if (isUnit(value) && value.unit === 'quantity') {
    return { ok: true, value: { unit: 'quantity', quantity: negateQuantity(value.quantity) } };
  }
  if (isUnit(value) && value.unit === 'duration') {
    return { ok: true, value: { unit: 'duration', nanos: -value.nanos } };
  }
  return failed('this has no negative');
}

function failed(why: string): Computed {
  return { ok: false, why };
}

function isZero(value: Value): boolean {
  if (value === 0n || value === 0) return true;
  return isUnit(value) && value.unit === 'duration' && value.nanos === 0n;
}

function result(by: Arithmetic, a: Value, b: Value): Value | null {
  if (typeof a === 'bigint' && typeof b === 'bigint') return int64(ints[by](a, b));
  if (typeof a === 'number' && typeof b === 'number') return finite(floats[by](a, b));
  if (by === '+' && typeof a === 'string' && typeof b === 'string') return a + b;
  if (by === '+' && isList(a) && isList(b)) return [...a, ...b];
  if (isUnit(a)) return units(by, a, b);
  return by === '*' && typeof a === 'bigint' && isUnit(b) ? units(by, b, a) : null;
}

const ints: Readonly<Record<Arithmetic, (a: bigint, b: bigint) => bigint>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
};
const floats: Readonly<Record<Arithmetic, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
};

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function units(by: Arithmetic, a: Unit, b: Value): Value | null {
  if (a.unit === 'quantity') return quantities(by, a.quantity, b);
  if (a.unit !== 'duration') return null;
  if (by === '*') return typeof b === 'bigint' ? duration(a.nanos * b) : null;
  if (!isUnit(b) || b.unit !== 'duration') return null;
  if (by === '/') return a.nanos / b.nanos;
  return duration(by === '+' ? a.nanos + b.nanos : a.nanos - b.nanos);
}

type Amount = Extract<Unit, { unit: 'quantity' }>['quantity'];
function quantities(by: Arithmetic, a: Amount, b: Value): Unit | null {
  if (by === '*' && typeof b === 'bigint') {
    return { unit: 'quantity', quantity: multiplyQuantity(a, b) };
  }
  if (!isUnit(b) || b.unit !== 'quantity') return null;
  if (by === '+') return { unit: 'quantity', quantity: addQuantities(a, b.quantity) };
  if (by === '-') return { unit: 'quantity', quantity: subtractQuantities(a, b.quantity) };
  return null;
}

function duration(nanos: bigint): Unit | null {
  return nanos > maxDuration || nanos < -maxDuration ? null : { unit: 'duration', nanos };
}
