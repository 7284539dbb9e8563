import type { Expr, Select } from './ast.ts';
import { operators } from './ast.ts';
import type { Frame, Plan, Planner } from './frame.ts';
import { charge, pending } from './frame.ts';
import type { CelOptional, CelValue } from './value.ts';
import {
  celError,
  isCelList,
  isError,
  isMap,
  isOptional,
  isTagged,
  noSuchOverload,
} from './value.ts';

/** One step from a value to a part of it: `.field`, `[index]`, and the same with `?`. */
interface Qualifier {
  readonly key: Plan;
  readonly optional: boolean;
}

const none: CelOptional = { cel: 'optional', value: undefined };

/** Plans a name with what is selected from it: cel-go evaluates and counts such a chain as one thing. */
export function planAttribute(expr: Expr, planner: Planner): Plan {
  const { root, qualifiers } = takeApart(expr, planner);
  if (qualifiers.length === 0) return root;
  return (frame) => {
    const { value, optional } = follow(root(frame), qualifiers, frame);
    if (!optional || isError(value)) return value;
    return isOptional(value) ? value : { cel: 'optional', value };
  };
}

/** Plans an expression that is part of an attribute: a name there is not counted by itself. */
export function planInner(expr: Expr, planner: Planner): Plan {
  const run = planner.plan(expr);
  if (!isAttribute(expr, planner)) return run;
  return (frame) => {
    const value = run(frame);
    charge(frame, -1);
    return value;
  };
}

function isAttribute(expr: Expr, planner: Planner): boolean {
  if (expr.kind === 'ident') return planner.checked.meanings.get(expr)?.is === 'variable';
  if (expr.kind === 'select') return !expr.test;
  if (expr.kind !== 'call') return false;
  return (
    expr.name === operators.index ||
    expr.name === operators.optIndex ||
    expr.name === operators.optSelect
  );
}

/** Plans `has(a.b)`: is the last field there? An error on the way stays one. */
export function planPresence(expr: Select, planner: Planner): Plan {
  const { root, qualifiers } = takeApart(expr.operand, planner);
  const { field } = expr;
  return (frame) => {
    const { value } = follow(root(frame), qualifiers, frame);
    charge(frame, qualifiers.length === 0 && expr.operand.kind !== 'ident' ? 2 : 1);
    if (isError(value)) return value;
    const of = isOptional(value) ? value.value : value;
    return of !== undefined && isMap(of) && of.get(field) !== undefined;
  };
}

function takeApart(expr: Expr, planner: Planner): { root: Plan; qualifiers: Qualifier[] } {
  const meaning = planner.checked.meanings.get(expr);
  if (meaning?.is === 'variable')
    return { root: planVariable(meaning.name, planner), qualifiers: [] };
  if (meaning?.is === 'type') {
    const type: CelValue = { cel: 'type', name: meaning.name };
    return { root: () => type, qualifiers: [] };
  }
  if (expr.kind === 'ident') return { root: () => noSuchOverload, qualifiers: [] };
  const step = stepOf(expr, planner);
  if (step === null) return { root: planner.plan(expr), qualifiers: [] };
  const { root, qualifiers } = takeApart(step.operand, planner);
  // What is no name costs one more when something is selected from it.
  const charged = qualifiers.length === 0 && !isName(step.operand, planner) ? counted(root) : root;
  return { root: charged, qualifiers: [...qualifiers, step.qualifier] };
}

function isName(expr: Expr, planner: Planner): boolean {
  return planner.checked.meanings.get(expr)?.is === 'variable';
}

function counted(root: Plan): Plan {
  return (frame) => {
    const value = root(frame);
    charge(frame, 1);
    return value;
  };
}

function stepOf(expr: Expr, planner: Planner): { operand: Expr; qualifier: Qualifier } | null {
  if (expr.kind === 'select' && !expr.test) {
    const { operand, field } = expr;
    return { operand, qualifier: { key: () => field, optional: false } };
  }
  if (expr.kind !== 'call') return null;
  const [operand, key] = expr.args;
  if (operand === undefined || key === undefined) return null;
  if (expr.name === operators.index || expr.name === operators.optIndex) {
    const optional = expr.name === operators.optIndex;
    return { operand, qualifier: { key: planInner(key, planner), optional } };
  }
  if (expr.name !== operators.optSelect) return null;
  return { operand, qualifier: { key: planner.plan(key), optional: true } };
}

function planVariable(name: string, planner: Planner): Plan {
  const global = name.startsWith('.');
  const bound = global ? null : planner.boundTo(name);
  if (bound !== null) {
    const { slot, init } = bound;
    return (frame) => {
      charge(frame, 1);
      let value = frame.slots[slot] ?? null;
      if (value === pending && init !== null) {
        value = init(frame);
        frame.slots[slot] = value;
      }
      return value;
    };
  }
  const plain = global ? name.slice(1) : name;
  return (frame) => {
    charge(frame, 1);
    const value = frame.variables.get(plain);
    return value === undefined ? celError(`no such attribute: ${plain}`) : value;
  };
}

// Once a `?` was met, whatever is not there makes the whole an empty optional.
function follow(
  root: CelValue,
  qualifiers: readonly Qualifier[],
  frame: Frame,
): { value: CelValue; optional: boolean } {
  let value = root;
  let optional = false;
  if (isOptional(value) && qualifiers.length > 0) {
    if (value.value === undefined) return { value, optional: true };
    value = value.value;
    optional = true;
  }
  for (const qualifier of qualifiers) {
    if (isError(value)) return { value, optional: false };
    optional ||= qualifier.optional;
    const key = qualifier.key(frame);
    if (isError(key)) return { value: key, optional: false };
    const part = partOf(value, key);
    if (optional && isError(part) && part !== badIndex) return { value: none, optional: true };
    charge(frame, 1);
    value = part;
  }
  return { value, optional };
}

const noSuchKey = celError('no such key');
const badIndex = celError('unsupported index type in list');

function partOf(of: CelValue, key: CelValue): CelValue {
  if (isMap(of)) {
    const value = of.get(key);
    return value === undefined ? noSuchKey : value;
  }
  if (!isCelList(of)) return noSuchOverload;
  const at = indexOf(key);
  if (at === null) return badIndex;
  const item = of[at];
  return item === undefined ? noSuchKey : item;
}

function indexOf(key: CelValue): number | null {
  if (typeof key === 'bigint') return Number(key);
  if (typeof key === 'number') return Number.isInteger(key) ? key : null;
  return isTagged(key) && key.cel === 'uint' ? Number(key.value) : null;
}
