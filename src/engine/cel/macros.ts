import type { Call, Expr } from './ast.ts';
import { call, ident, literal, memberCall, operators } from './ast.ts';

/** What a macro gives: a new expression, or what is wrong with its arguments and where. */
export type Expanded =
  | { readonly ok: true; readonly expr: Expr }
  | { readonly ok: false; readonly at: number; readonly message: string };

/** Rewrites a call on a target. */
export type Macro = (at: number, target: Expr, args: readonly Expr[]) => Expanded;
/** By name and number of arguments: `all/3`. */
export type Macros = ReadonlyMap<string, Macro>;

/** No name anybody can write, so that no expression can look into a fold. */
const accumulator = '@result';
/** What the accumulator was called once: still not allowed as a variable. */
const oldAccumulator = '__result__';
/** A name nobody can write, for folds that run no step. */
export const unusedItem = '#unused';

const methods: Macros = new Map<string, Macro>([
  ['all/2', quantifier(all)],
  ['exists/2', quantifier(exists)],
  ['exists_one/2', quantifier(existsOne)],
  ['map/2', mapMacro],
  ['map/3', mapMacro],
  ['filter/2', filterMacro],
  ['optMap/2', optMap],
  ['optFlatMap/2', optFlatMap],
]);

/** Expands a call that is a macro: `has(a.b)`, `list.all(x, …)`; null where it is none. `more` are those of libraries. */
export function expandMacro({ at, name, target, args }: Call, more: Macros): Expanded | null {
  if (target === null) return name === 'has' && args.length === 1 ? has(at, args) : null;
  const key = `${name}/${args.length}`;
  return (methods.get(key) ?? more.get(key))?.(at, target, args) ?? null;
}

function has(at: number, [arg]: readonly Expr[]): Expanded {
  if (arg?.kind !== 'select') return failed(arg, at, 'invalid argument to has() macro');
  return { ok: true, expr: { ...arg, at, test: true } };
}

/** How a fold begins, goes on and ends. */
export interface Fold {
  readonly init: Expr;
  readonly condition: Expr;
  readonly step: Expr;
  readonly result: Expr;
}

function quantifier(make: (at: number, predicate: Expr) => Fold): Macro {
  return (at, range, [variable, predicate]) => {
    if (variable?.kind !== 'ident' || predicate === undefined) {
      return failed(variable, at, 'argument must be a simple name');
    }
    return fold(at, { range, variable, ...make(at, predicate) });
  };
}

type Name = Expr & { readonly kind: 'ident' };

/** The fold over a range with one variable, or with two: the index or key, and the element. */
export function fold(
  at: number,
  { range, variable, second, ...rest }: Fold & { range: Expr; variable: Name; second?: Name },
): Expanded {
  for (const name of second === undefined ? [variable] : [variable, second]) {
    if (name.name !== oldAccumulator) continue;
    return failed(name, at, 'iteration variable overwrites accumulator variable');
  }
  const item = variable.name;
  const item2 = second === undefined ? {} : { item2: second.name };
  return {
    ok: true,
    expr: { kind: 'comprehension', at, range, item, ...item2, accumulator, ...rest },
  };
}

/** Whether all hold. */
export function all(at: number, predicate: Expr): Fold {
  const result = ident(at, accumulator);
  return {
    init: literal(at, true),
    condition: call(at, operators.notStrictlyFalse, result),
    step: call(at, operators.and, result, predicate),
    result,
  };
}

/** Whether some hold. */
export function exists(at: number, predicate: Expr): Fold {
  const result = ident(at, accumulator);
  return {
    init: literal(at, false),
    condition: call(at, operators.notStrictlyFalse, call(at, operators.not, result)),
    step: call(at, operators.or, result, predicate),
    result,
  };
}

/** Whether exactly one holds. */
export function existsOne(at: number, predicate: Expr): Fold {
  const count = ident(at, accumulator);
  const one = literal(at, 1n);
  return {
    init: literal(at, 0n),
    condition: literal(at, true),
    step: call(at, operators.conditional, predicate, call(at, operators.add, count, one), count),
    result: call(at, operators.equals, count, one),
  };
}

function mapMacro(at: number, range: Expr, args: readonly Expr[]): Expanded {
  const [variable, ...rest] = args;
  const made = rest.at(-1);
  if (variable?.kind !== 'ident' || made === undefined) {
    return failed(variable, at, 'argument is not an identifier');
  }
  return fold(at, { range, variable, ...listed(at, rest.length === 2 ? rest[0] : null, made) });
}

function filterMacro(at: number, range: Expr, [variable, predicate]: readonly Expr[]): Expanded {
  if (variable?.kind !== 'ident' || predicate === undefined) {
    return failed(variable, at, 'argument is not an identifier');
  }
  return fold(at, { range, variable, ...listed(at, predicate, variable) });
}

/** A list of what is made of each element, or of each that a predicate lets through. */
export function listed(at: number, predicate: Expr | null | undefined, made: Expr): Fold {
  return collected(at, listOf(at), predicate, (so) =>
    call(at, operators.add, so, listOf(at, made)),
  );
}

/** What grows with each element, or with each that a predicate lets through. */
export function collected(
  at: number,
  init: Expr,
  predicate: Expr | null | undefined,
  grown: (so: Expr) => Expr,
): Fold {
  const result = ident(at, accumulator);
  const more = grown(result);
  const step = predicate ? call(at, operators.conditional, predicate, more, result) : more;
  return { init, condition: literal(at, true), step, result };
}

function optMap(at: number, target: Expr, args: readonly Expr[]): Expanded {
  const bound = bindValue(at, target, args, 'optMap');
  if (!bound.ok) return bound;
  return { ok: true, expr: whenPresent(at, target, call(at, 'optional.of', bound.expr)) };
}

function optFlatMap(at: number, target: Expr, args: readonly Expr[]): Expanded {
  const bound = bindValue(at, target, args, 'optFlatMap');
  return bound.ok ? { ok: true, expr: whenPresent(at, target, bound.expr) } : bound;
}

function whenPresent(at: number, target: Expr, then: Expr): Expr {
  const present = memberCall(at, target, 'hasValue', []);
  return call(at, operators.conditional, present, then, call(at, 'optional.none'));
}

// A fold without a round binds the value of the optional to the variable.
function bindValue(
  at: number,
  target: Expr,
  [variable, body]: readonly Expr[],
  name: string,
): Expanded {
  if (variable?.kind !== 'ident' || body === undefined) {
    return failed(variable, at, `${name}() variable name must be a simple identifier`);
  }
  const expr: Expr = {
    kind: 'comprehension',
    at,
    range: listOf(at),
    item: unusedItem,
    accumulator: variable.name,
    init: memberCall(at, target, 'value', []),
    condition: literal(at, false),
    step: ident(at, variable.name),
    result: body,
  };
  return { ok: true, expr };
}

function listOf(at: number, ...elements: readonly Expr[]): Expr {
  return { kind: 'list', at, elements, optional: new Set() };
}

/** A macro that is not written as it must be. */
export function failed(arg: Expr | undefined, at: number, message: string): Expanded {
  return { ok: false, at: arg?.at ?? at, message };
}
