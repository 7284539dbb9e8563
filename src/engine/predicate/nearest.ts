import type { IrAttribute, IrExpr } from '../../ir/expr.ts';
import { operandsOf } from '../../ir/operands.ts';
import type { Origin } from '../../ir/program.ts';
import { describe } from './describe.ts';
import { evaluate } from './evaluate.ts';
import { maxExprDepth, type Scope } from './scope.ts';
import { isMissing, scalarText } from './value.ts';

/** A condition that would have to turn out otherwise for a verdict to be another one. */
export interface Turn {
  /** As people write it. */
  readonly text: string;
  /** It has to hold, or it must not. */
  readonly mustHold: boolean;
  /** The facts it looks at, as they are; null where one is not known. */
  readonly facts: readonly { readonly name: string; readonly value: string | null }[];
  readonly origin: Origin | null;
}

/**
 * The fewest conditions that would have to turn for a predicate to hold (or no longer to hold) on a cluster; empty where
 * it does already, null where no fact of the cluster can turn it. Unknown counts as false (Rule 29).
 */
export function nearestTurn(expr: IrExpr, scope: Scope, mustHold: boolean): readonly Turn[] | null {
  return turn(expr, scope, mustHold ? 'true' : 'not true', 0);
}

/** What a part has to come to, among true, false and unknown. */
type Wanted = 'true' | 'false' | 'not true' | 'not false';

const opposite: Readonly<Record<Wanted, Wanted>> = {
  true: 'false',
  false: 'true',
  'not true': 'not false',
  'not false': 'not true',
};

function turn(expr: IrExpr, scope: Scope, wanted: Wanted, depth: number): readonly Turn[] | null {
  if (isSo(evaluate(expr, scope), wanted)) return [];
  if (depth > maxExprDepth) return null;
  const each = (args: readonly IrExpr[]) => args.map((arg) => turn(arg, scope, wanted, depth + 1));
  const upwards = wanted === 'true' || wanted === 'not false';
  switch (expr.op) {
    case 'and':
      return upwards ? all(each(expr.args)) : fewest(each(expr.args));
    case 'or':
      return upwards ? fewest(each(expr.args)) : all(each(expr.args));
    case 'not':
      return turn(expr.arg, scope, opposite[wanted], depth + 1);
    case 'const':
      return null;
    default:
      return [turnOf(expr, scope, upwards)];
  }
}

function isSo(value: unknown, wanted: Wanted): boolean {
  switch (wanted) {
    case 'true':
      return value === true;
    case 'false':
      return value === false;
    case 'not true':
      return value !== true;
    case 'not false':
      return value !== false;
  }
}

function turnOf(expr: IrExpr, scope: Scope, mustHold: boolean): Turn {
  const facts = attributesIn(expr).map((attribute) => {
    const value = evaluate(attribute, scope);
    return {
      name: `cluster.${attribute.name}`,
      value: isMissing(value) ? null : scalarText(value),
    };
  });
  const origin = 'origin' in expr && expr.origin !== undefined ? expr.origin : null;
  return { text: describe(expr), mustHold, facts, origin };
}

const mostFacts = 8;

function attributesIn(expr: IrExpr): readonly IrAttribute[] {
  const found = new Map<string, IrAttribute>();
  const open: IrExpr[] = [expr];
  for (let at = 0; at < open.length && at < 1000 && found.size < mostFacts; at += 1) {
    const one = open[at] as IrExpr;
    if (one.op === 'attribute') found.set(one.name, one);
    open.push(...operandsOf(one));
  }
  return [...found.values()];
}

function all(turns: readonly (readonly Turn[] | null)[]): readonly Turn[] | null {
  const distinct = new Map<string, Turn>();
  for (const one of turns) {
    if (one === null) return null;
    for (const each of one) distinct.set(`${each.mustHold} ${each.text}`, each);
  }
  return [...distinct.values()];
}

function fewest(turns: readonly (readonly Turn[] | null)[]): readonly Turn[] | null {
  const possible = turns.filter((one) => one !== null);
  if (possible.length === 0) return null;
  return possible.reduce((best, one) => (one.length < best.length ? one : best));
}
