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
    let failure: CelValue | null = null;
    for (const arg of args) {
      const value = arg(frame);
      values.push(value);
      if (!isError(value)) continue;
      failure ??= value;
      // Up to two arguments are evaluated, and counted, before the first failure is looked at.
      if (args.length > 2 && values.length < args.length) return failure;
    }
    const result = failure ?? apply(overloads, values, frame);
    charge(frame, costOf === undefined ? 1 : costOf(values, result));
    return result;
  };
}

function apply(
  overloads: readonly Overload[],
  values: readonly CelValue[],
  frame: Frame,
): CelValue {
  const overload = overloads.find((one) => one.generic || takes(one, values));
  return overload === undefined ? noSuchOverload : overload.run(values, frame);
}

function planEquality(left: Plan, right: Plan, wanted: boolean): Plan {
  return (frame: Frame) => {
    const a = left(frame);
    const b = right(frame);
    charge(frame, Math.ceil(Math.min(sizeOf(a), sizeOf(b)) * 0.1));
    if (isError(a)) return a;
    if (isError(b)) return b;
    // Objects of libraries refuse to be compared with others, which is not the same as being equal.
    const refuses = isTagged(a) && a.cel === 'object' && typeNameOf(b) !== a.of;
    if (refuses) return wanted ? noSuchOverload : true;
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
