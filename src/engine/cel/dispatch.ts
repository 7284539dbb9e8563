import type { Call } from './ast.ts';
import { operators } from './ast.ts';
import { celEqual } from './compare.ts';
import type { Overload } from './environment.ts';
import type { Frame, Plan, Planner } from './frame.ts';
import { charge } from './frame.ts';
import type { CelType } from './types.ts';
import type { CelValue } from './value.ts';
import {
  isCelList,
  isError,
  isMap,
  isOptional,
  isTagged,
  noSuchOverload,
  sizeOf,
  typeNameOf,
} from './value.ts';

/** Plans a call of a function: its arguments first, then the first overload that takes their values. */
export function planCall(expr: Call, planner: Planner): Plan {
  const meaning = planner.checked.meanings.get(expr);
  if (meaning?.is !== 'call') return () => noSuchOverload;
  const { overloads } = meaning;
  const [only] = overloads;
  const member = only?.member ?? false;
  const written = member && expr.target !== null ? [expr.target, ...expr.args] : expr.args;
  const args = written.map((arg) => planner.plan(arg));
  const [left, right] = args;
  if (left && right && (expr.name === operators.equals || expr.name === operators.notEquals)) {
    return planEquality(left, right, expr.name === operators.equals);
  }
  // cel-go counts what an overload costs only where types have left just one.
  const costOf = overloads.length === 1 ? only?.cost : undefined;
  return (frame) => {
    const values: CelValue[] = [];
    for (const arg of args) {
      const value = arg(frame);
      if (isError(value)) return value;
      values.push(value);
    }
    const overload = overloads.find((one) => takes(one, values));
    if (overload === undefined) return noSuchOverload;
    const result = overload.run(values, frame);
    charge(frame, costOf === undefined ? 1 : costOf(values, result));
    return result;
  };
}

function planEquality(left: Plan, right: Plan, wanted: boolean): Plan {
  return (frame: Frame) => {
    const a = left(frame);
    if (isError(a)) return a;
    const b = right(frame);
    if (isError(b)) return b;
    charge(frame, Math.ceil(Math.min(sizeOf(a), sizeOf(b)) * 0.1));
    return celEqual(a, b) === wanted;
  };
}

function takes({ args }: Overload, values: readonly CelValue[]): boolean {
  return args.length === values.length && args.every((type, at) => fits(type, values[at] ?? null));
}

// Of a list or map only the first element is looked at, as cel-go does.
function fits(type: CelType, value: CelValue): boolean {
  switch (type.kind) {
    case 'dyn':
    case 'param':
    case 'error':
      return true;
    case 'list':
      return isCelList(value) && (value.length === 0 || fits(type.params[0], value[0] ?? null));
    case 'map':
      return isMap(value) && fitsMap(type.params, value);
    case 'opaque':
      return type.name === 'optional_type' ? isOptional(value) : typeNameOf(value) === type.name;
    case 'type':
      return isTagged(value) && value.cel === 'type';
    case 'null':
      return value === null;
    case 'timestamp':
    case 'duration':
      return isTagged(value) && value.cel === type.kind;
    default:
      return typeNameOf(value) === type.kind;
  }
}

function fitsMap([key, of]: readonly [CelType, CelType], map: CelValue): boolean {
  if (!isMap(map)) return false;
  const [first] = map.keys();
  return first === undefined || (fits(key, first) && fits(of, map.get(first) ?? null));
}
