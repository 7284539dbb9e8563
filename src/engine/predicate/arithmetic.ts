import type { IrArithmetic } from '../../ir/expr.ts';
import { maxDuration } from '../../kube/duration.ts';
import {
  addQuantities,
  multiplyQuantity,
  negateQuantity,
  subtractQuantities,
} from '../../kube/quantity.ts';
import { finite, int64 } from './convert.ts';
import type { Missing, Unit, Value } from './value.ts';
import { isList, isUnit, missing } from './value.ts';

/** `+ - * /` (Rules 33 and 34). Overflow, division by zero and what has no meaning give no value. */
export function arithmetic(by: IrArithmetic, a: Value, b: Value): Value | Missing {
  return compute(by, a, b) ?? missing('ValueMissing', `the result of \`${by}\``);
}

/** Prefix `-`. */
export function negate(value: Value): Value | Missing {
  if (typeof value === 'bigint') return arithmetic('-', 0n, value);
  if (typeof value === 'number') return -value;
  if (isUnit(value) && value.unit === 'quantity') {
    return { unit: 'quantity', quantity: negateQuantity(value.quantity) };
  }
  if (isUnit(value) && value.unit === 'duration') return { unit: 'duration', nanos: -value.nanos };
  return missing('ValueMissing', 'the result of `-`');
}

function compute(by: IrArithmetic, a: Value, b: Value): Value | null {
  if (typeof a === 'bigint' && typeof b === 'bigint') return ints(by, a, b);
  if (typeof a === 'number' && typeof b === 'number') return floats(by, a, b);
  if (by === '+' && typeof a === 'string' && typeof b === 'string') return a + b;
  if (by === '+' && isList(a) && isList(b)) return [...a, ...b];
  if (isUnit(a)) return units(by, a, b);
  return by === '*' && typeof a === 'bigint' && isUnit(b) ? units(by, b, a) : null;
}

function ints(by: IrArithmetic, a: bigint, b: bigint): bigint | null {
  switch (by) {
    case '+':
      return int64(a + b);
    case '-':
      return int64(a - b);
    case '*':
      return int64(a * b);
    case '/':
      return b === 0n ? null : int64(a / b);
  }
}

function floats(by: IrArithmetic, a: number, b: number): number | null {
  switch (by) {
    case '+':
      return finite(a + b);
    case '-':
      return finite(a - b);
    case '*':
      return finite(a * b);
    case '/':
      return finite(a / b);
  }
}

function units(by: IrArithmetic, a: Unit, b: Value): Value | null {
  if (a.unit === 'quantity') return quantities(by, a, b);
  if (a.unit !== 'duration') return null;
  if (by === '*') return typeof b === 'bigint' ? duration(a.nanos * b) : null;
  if (!isUnit(b) || b.unit !== 'duration') return null;
  if (by === '/') return b.nanos === 0n ? null : a.nanos / b.nanos;
  return duration(by === '+' ? a.nanos + b.nanos : a.nanos - b.nanos);
}

function quantities(by: IrArithmetic, a: Unit & { unit: 'quantity' }, b: Value): Unit | null {
  if (by === '*') {
    if (typeof b !== 'bigint') return null;
    return { unit: 'quantity', quantity: multiplyQuantity(a.quantity, b) };
  }
  if (!isUnit(b) || b.unit !== 'quantity') return null;
  if (by === '+') return { unit: 'quantity', quantity: addQuantities(a.quantity, b.quantity) };
  if (by === '-') return { unit: 'quantity', quantity: subtractQuantities(a.quantity, b.quantity) };
  return null;
}

function duration(nanos: bigint): Unit | null {
  return nanos > maxDuration || nanos < -maxDuration ? null : { unit: 'duration', nanos };
}
