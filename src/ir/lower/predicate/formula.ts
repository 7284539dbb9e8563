import type { Json } from '../../../base/json.ts';
import { jsonEqual } from '../../../base/json.ts';
import type { Requirement } from '../../../kube/selector.ts';
import { askedSet, labelFact } from '../../asked-set.ts';
import { mirrored, opposite } from '../../comparison.ts';
import type { IrAttribute, IrExpr } from '../../expr.ts';
import type { Origin } from '../../program.ts';

/** A predicate in negation-normal form: only atoms may be negated. */
export type Formula =
  | { readonly is: 'true' }
  | { readonly is: 'false' }
  | { readonly is: 'and' | 'or'; readonly of: readonly Formula[] }
  | Atom;

/** One condition; where it is not known, it does not hold. */
export interface Atom {
  readonly is: 'atom';
  readonly expr: IrExpr;
  readonly negated: boolean;
  /** Holds, too, where the fact it is about is missing (`!has(x) || x != v`). */
  readonly orMissing: boolean;
}

const yes: Formula = { is: 'true' };
const no: Formula = { is: 'false' };

const formulas = new WeakMap<IrExpr, Formula>();

/** `normalize`, once for each expression: what an edit did not touch is the same object in the next check. */
export function formulaOf(expr: IrExpr): Formula {
  const before = formulas.get(expr);
  if (before !== undefined) return before;
  const formula = normalize(expr);
  formulas.set(expr, formula);
  return formula;
}

/**
 * Brings a predicate into negation-normal form. With three values (Rule 29), replacing what is unknown by false is
 * right there, because no connective above an atom negates it.
 */
export function normalize(expr: IrExpr, negated = false): Formula {
  switch (expr.op) {
    case 'not':
      return normalize(expr.arg, !negated);
    case 'and':
    case 'or': {
      const parts = expr.args.map((arg) => normalize(arg, negated));
      return (expr.op === 'and') === !negated ? conjunction(parts) : disjunction(parts);
    }
    case 'const':
      return (expr.value === true) === !negated ? yes : no;
    case 'compare': {
      const plain = withDefault(expr);
      return asTruth(negated ? { ...plain, by: opposite[plain.by] } : plain);
    }
    case 'in':
      return membership(expr, negated);
    case 'has':
      return presence(expr, negated);
    case 'if':
      return isDefinite(expr.test) ? branches(expr, negated) : atom(expr, negated);
    default:
      return atom(expr, negated);
  }
}

// Negating a choice negates what is chosen, not the test.
function branches(
  { test, yes: chosen, no: other }: Extract<IrExpr, { readonly op: 'if' }>,
  negated: boolean,
): Formula {
  return disjunction([
    conjunction([normalize(test), normalize(chosen, negated)]),
    conjunction([normalize(test, true), normalize(other, negated)]),
  ]);
}

// Where a test may be unknown the other branch counts (Rule 29), and "not certainly so" has no form upstream.
function isDefinite(test: IrExpr): boolean {
  switch (test.op) {
    case 'const':
    case 'has':
      return true;
    case 'not':
      return isDefinite(test.arg);
    case 'and':
    case 'or':
      return test.args.every(isDefinite);
    case 'compare':
    case 'in': {
      const of = attributeOf(test);
      return of !== null && of.type === 'string' && of.default !== undefined;
    }
    default:
      return false;
  }
}

/** All of some formulas. */
export function conjunction(parts: readonly Formula[]): Formula {
  const of = flat('and', parts).filter((part) => part.is !== 'true');
  if (of.some((part) => part.is === 'false')) return no;
  return one('and', distinct(of), yes);
}

/** One of some formulas. */
export function disjunction(parts: readonly Formula[]): Formula {
  const of = flat('or', parts).filter((part) => part.is !== 'false');
  if (of.some((part) => part.is === 'true')) return yes;
  return one('or', joinMissing(distinct(of)), no);
}

/** The attribute an atom is about: that of a comparison with a constant, a membership, `has`, or a bool attribute. */
export function attributeOf(expr: IrExpr): IrAttribute | null {
  switch (expr.op) {
    case 'attribute':
      return expr;
    case 'has':
      return attributeOf(expr.arg);
    case 'in':
      return expr.left.op === 'attribute' ? expr.left : null;
    case 'compare':
      return expr.left.op === 'attribute' && expr.right.op === 'const' ? expr.left : null;
    default:
      return null;
  }
}

/** The constants of a list that is one, or null. */
export function constantList(expr: IrExpr): readonly Json[] | null {
  if (expr.op === 'const') return Array.isArray(expr.value) ? expr.value : null;
  if (expr.op !== 'list') return null;
  const values: Json[] = [];
  for (const item of expr.items) {
    if (item.item !== 'value' || item.value.op !== 'const') return null;
    values.push(item.value.value);
  }
  return values;
}

function atom(expr: IrExpr, negated: boolean): Atom {
  return { is: 'atom', expr, negated, orMissing: false };
}

// `x == true` is `x`, `x != true` is `!x`: bool facts have one form. The fact stands on the left.
function asTruth(expr: Extract<IrExpr, { readonly op: 'compare' }>): Formula {
  const { left, right, by } = expr;
  if (left.op === 'const' && right.op !== 'const') {
    return asTruth({ ...expr, left: right, right: left, by: mirrored[by] });
  }
  const isTruth = right.op === 'const' && typeof right.value === 'boolean';
  if (isTruth && left.op === 'attribute' && (by === '==' || by === '!=')) {
    return normalize(left, (right.value === true) !== (by === '=='));
  }
  return atom(expr, false);
}

// `x ?? d` of a text is the fact with a default; of another type it is not, because `??` also covers malformed texts.
function withDefault(
  expr: Extract<IrExpr, { readonly op: 'compare' }>,
): Extract<IrExpr, { readonly op: 'compare' }> {
  return { ...expr, left: operand(expr.left), right: operand(expr.right) };
}

function operand(expr: IrExpr): IrExpr {
  if (expr.op !== 'coalesce' || expr.left.op !== 'attribute' || expr.right.op !== 'const') {
    return expr;
  }
  const { left, right } = expr;
  if (left.type !== 'string' || typeof right.value !== 'string') return expr;
  return left.default === undefined ? { ...left, default: right.value } : left;
}

function membership(expr: Extract<IrExpr, { readonly op: 'in' }>, negated: boolean): Formula {
  const asked = askedSet(expr);
  if (asked !== null) {
    const parts = asked.map((each) => labelled(each, negated, expr.origin));
    return negated ? disjunction(parts) : conjunction(parts);
  }
  const left = operand(expr.left);
  const list = constantList(expr.right);
  if (left.op === 'attribute' && list?.length === 0) {
    return negated ? normalize({ op: 'has', arg: left }) : no;
  }
  return atom({ ...expr, left }, negated);
}

// A selector is true or false of any cluster: what denies a label holds where there is none.
function labelled(
  { key, operator, values }: Requirement,
  negated: boolean,
  origin: Origin | undefined,
): Formula {
  const at = origin === undefined ? {} : { origin };
  const fact = labelFact(key);
  const denies = (operator === 'NotIn' || operator === 'DoesNotExist') !== negated;
  if (operator === 'Exists' || operator === 'DoesNotExist') {
    return atom({ op: 'has', arg: fact, ...at }, denies);
  }
  const right: IrExpr = { op: 'const', type: 'json', value: values };
  const expr: IrExpr = { op: 'in', left: fact, right, ...at };
  return { is: 'atom', expr, negated: denies, orMissing: denies };
}

function presence(expr: Extract<IrExpr, { readonly op: 'has' }>, negated: boolean): Formula {
  // A default counts as a value.
  if (expr.arg.op === 'attribute' && expr.arg.default !== undefined) return negated ? no : yes;
  return atom(expr, negated);
}

// `!has(x) || x != v` is one condition upstream (NotIn), so it becomes one atom.
function joinMissing(parts: readonly Formula[]): Formula[] {
  const joined: Formula[] = [];
  const used = new Set<Formula>();
  for (const part of parts) {
    const absence = part.is === 'atom' && part.negated && part.expr.op === 'has' ? part : null;
    const source = absence === null ? null : attributeOf(absence.expr);
    const other = source === null ? undefined : parts.find((with_) => isDenialOf(with_, source));
    if (absence === null || other?.is !== 'atom' || used.has(other)) {
      joined.push(part);
      continue;
    }
    used.add(absence).add(other);
    joined.push({ ...other, orMissing: true });
  }
  return joined.filter((part) => !used.has(part));
}

function isDenialOf(part: Formula, { source }: IrAttribute): boolean {
  if (part.is !== 'atom' || part.orMissing) return false;
  const { expr, negated } = part;
  const about = attributeOf(expr);
  if (about === null || about.default !== undefined || !jsonEqual(about.source, source))
    return false;
  if (expr.op === 'in') return negated && constantList(expr.right) !== null;
  return expr.op === 'compare' && expr.by === '!=';
}

function flat(is: 'and' | 'or', parts: readonly Formula[]): Formula[] {
  return parts.flatMap((part) => (part.is === is ? part.of : [part]));
}

function distinct(parts: readonly Formula[]): Formula[] {
  const seen = new Map<string, Formula>();
  for (const part of parts) {
    const key = identityOf(part);
    if (!seen.has(key)) seen.set(key, part);
  }
  return [...seen.values()];
}

/** What a formula says, wherever it was written: equal texts for equal formulas. */
export function identityOf(formula: Formula): string {
  return JSON.stringify(formula, (key, value: unknown) => (key === 'origin' ? undefined : value));
}

function one(is: 'and' | 'or', of: readonly Formula[], none: Formula): Formula {
  const [only] = of;
  if (only === undefined) return none;
  return of.length === 1 ? only : { is, of };
}
