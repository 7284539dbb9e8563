import type { Json } from '../../base/json.ts';
import type { IrExpr } from '../../ir/expr.ts';
import { evaluate, holds } from '../predicate/evaluate.ts';
import type { Scope } from '../predicate/scope.ts';
import { isMissing, scalarText } from '../predicate/value.ts';

/** One change of a predicate that lets clusters in. */
export interface NearestEdit {
  /** The condition that is changed. */
  readonly atom: IrExpr;
  /** Where another constant is enough: what it would be compared with; null: the condition is left out. */
  readonly constant: Json | null;
  /** What it is joined with, where it may be left out. */
  readonly beside: IrExpr | null;
  /** How many clusters it would match then. */
  readonly admits: number;
}

/** Conditions that are tried; a predicate of more is looked at in part. */
const mostAtoms = 32;

/**
 * The single edits that would admit most of some clusters, none of which a predicate holds for (language.md §13, A2): a
 * condition left out, and a constant replaced by the commonest value; the better one first, none where none admits any.
 */
export function nearestEdits(where: IrExpr, scopes: readonly Scope[]): readonly NearestEdit[] {
  const without: NearestEdit[] = [];
  const changed: NearestEdit[] = [];
  for (const path of atomPaths(where).slice(0, mostAtoms)) {
    const free = replaced(where, path.steps, { op: 'const', type: 'bool', value: !path.negated });
    const admitted = scopes.filter((scope) => holds(free, scope));
    if (admitted.length === 0) continue;
    changed.push(...withConstant(where, path, admitted));
    const { atom, beside, isChoice } = path;
    if (!isChoice) without.push({ atom, constant: null, beside, admits: admitted.length });
  }
  const byAdmits = (a: NearestEdit, b: NearestEdit) => b.admits - a.admits;
  const best = (of: NearestEdit[]) => of.sort(byAdmits).slice(0, 1);
  return [...best(without), ...best(changed)].sort(byAdmits);
}

interface AtomPath {
  readonly atom: IrExpr;
  /** Which operand, from the outside in. */
  readonly steps: readonly number[];
  readonly negated: boolean;
  readonly beside: IrExpr | null;
  /** One of an `||`: without it less is admitted, not more. */
  readonly isChoice: boolean;
}

function atomPaths(
  expr: IrExpr,
  { steps, negated, isChoice, beside }: Omit<AtomPath, 'atom'> = outermost,
): readonly AtomPath[] {
  if (expr.op === 'and' || expr.op === 'or') {
    const isOne = (expr.op === 'or') === !negated;
    return expr.args.flatMap((arg, at) => {
      const next = expr.args[at === 0 ? 1 : at - 1] ?? null;
      return atomPaths(arg, { steps: [...steps, at], negated, isChoice: isOne, beside: next });
    });
  }
  if (expr.op === 'not') {
    return atomPaths(expr.arg, { steps: [...steps, 0], negated: !negated, isChoice, beside: null });
  }
  return expr.op === 'const' ? [] : [{ atom: expr, steps, negated, isChoice, beside }];
}

const outermost = { steps: [], negated: false, isChoice: false, beside: null };

function replaced(expr: IrExpr, [at, ...deeper]: readonly number[], by: IrExpr): IrExpr {
  if (at === undefined) return by;
  if (expr.op === 'not') return { ...expr, arg: replaced(expr.arg, deeper, by) };
  if (expr.op !== 'and' && expr.op !== 'or') return expr;
  const args = expr.args.map((arg, each) => (each === at ? replaced(arg, deeper, by) : arg));
  return { ...expr, args };
}

/** `env == prod` with the value most of the clusters have that everything else admits. */
function withConstant(
  where: IrExpr,
  { atom, steps, negated }: AtomPath,
  admitted: readonly Scope[],
): readonly NearestEdit[] {
  if (negated || atom.op !== 'compare' || atom.by !== '==' || atom.right.op !== 'const') return [];
  if (atom.right.type !== 'string') return [];
  const counts = new Map<string, number>();
  for (const scope of admitted) {
    const value = evaluate(atom.left, scope);
    const text = isMissing(value) ? null : scalarText(value);
    if (text !== null) counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const [common] = [...counts].sort((a, b) => b[1] - a[1]);
  if (common === undefined) return [];
  const [constant] = common;
  const edited = { ...atom, right: { ...atom.right, value: constant } };
  const admits = admitted.filter((scope) => holds(replaced(where, steps, edited), scope)).length;
  return admits === 0 ? [] : [{ atom, constant, beside: null, admits }];
}
