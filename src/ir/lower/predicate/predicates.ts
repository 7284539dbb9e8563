import type { Json } from '../../../base/json.ts';
import type { LabelSelector } from '../../../kube/object.ts';
import type { ClusterPredicate } from '../../../kube/ocm/cluster.ts';
import type { IrExpr } from '../../expr.ts';
import type { Origin } from '../../program.ts';
import { celOf } from './cel.ts';
import { disjunctsOf } from './disjuncts.ts';
import { type Atom, attributeOf, constantList, type Formula, formulaOf } from './formula.ts';
import { matchExpressions, type Requirement, requirementsOf } from './requirement.ts';
import { selectorsOf, verbatimPredicates } from './verbatim.ts';

/** A condition upstream cannot express, and why. */
export interface Refusal {
  readonly what: string;
  readonly origin: Origin | null;
}

/** Predicates that select exactly what an expression does; or what of it cannot be said. */
export type LoweredPredicates =
  | { readonly ok: true; readonly predicates: readonly ClusterPredicate[] }
  | { readonly ok: false; readonly refusal: Refusal };

/**
 * Pushes a predicate down to upstream's selectors (language.md §7): labels and claims become selectors, anything else
 * CEL, an `or` becomes several predicates. Nothing is approximated.
 */
export function lowerPredicates(where: IrExpr): LoweredPredicates {
  const verbatim = verbatimPredicates(where);
  if (verbatim !== null) return { ok: true, predicates: verbatim };
  const formula = formulaOf(where);
  if (formula.is === 'true') return { ok: true, predicates: [] };
  if (formula.is === 'false') return { ok: true, predicates: [predicateOf([], [], ['false'])] };
  const predicates: ClusterPredicate[] = [];
  for (const conjuncts of conjunctionsOf(formula)) {
    const lowered = lowerConjunction(conjuncts);
    if ('what' in lowered) return { ok: false, refusal: lowered };
    predicates.push(lowered);
  }
  return { ok: true, predicates };
}

/** The parts of a predicate that become CEL expressions, one each; what was written upstream is left out. */
export function celParts(where: IrExpr): readonly Formula[] {
  if (verbatimPredicates(where) !== null) return [];
  return conjunctionsOf(formulaOf(where))
    .flat()
    .filter((part) => part.is !== 'atom' || !isPushed(part));
}

function isPushed(atom: Atom): boolean {
  const isSelector = atom.expr.op === 'selector' && !atom.negated;
  return isSelector || requirementsOf(atom) !== null;
}

function conjunctionsOf(formula: Formula): readonly (readonly Formula[])[] {
  return disjunctsOf(formula) ?? [formula.is === 'and' ? formula.of : [formula]];
}

/** Selectors of a group or a set: conjunctions about labels (and claims), which is all upstream has there. */
export type LoweredSelector =
  | {
      readonly ok: true;
      readonly label: LabelSelector | null;
      readonly claim: LabelSelector | null;
      /** Attributes of which the other members are named instead, so foreign values match too (OCM3015). */
      readonly widened: readonly Widened[];
    }
  | { readonly ok: false; readonly refusal: Refusal };

/** An attribute of which more values match than its type has, and where that is written. */
export interface Widened {
  readonly attribute: string;
  readonly origin: Origin | null;
}

/** Lowers a predicate to selectors; equality of one label becomes `matchLabels`. */
export function lowerSelector(where: IrExpr): LoweredSelector {
  const verbatim = selectorsOf(where);
  if (verbatim !== null) return { ok: true, ...verbatim, widened: [] };
  const formula = formulaOf(where);
  if (formula.is === 'true') return { ok: true, label: {}, claim: null, widened: [] };
  const requirements: Requirement[] = [];
  const widened: Widened[] = [];
  for (const part of formula.is === 'and' ? formula.of : [formula]) {
    const exact = part.is === 'atom' ? requirementsOf(part) : null;
    const loose = exact === null && part.is === 'atom' ? otherMembers(part) : null;
    const pushed = exact ?? loose?.requirements;
    const origin = originOf(part);
    if (pushed === undefined) return { ok: false, refusal: { what: describe(part), origin } };
    if (loose !== null) widened.push({ attribute: loose.attribute, origin });
    requirements.push(...pushed);
  }
  return { ok: true, ...selectorPair(requirements), widened };
}

function selectorPair(requirements: readonly Requirement[]) {
  const labels = requirements.filter(({ over }) => over === 'label');
  const claims = requirements.filter(({ over }) => over === 'claim');
  return {
    label: labels.length > 0 ? compactSelector(labels) : null,
    claim: claims.length > 0 ? { matchExpressions: matchExpressions(claims) } : null,
  };
}

function lowerConjunction(parts: readonly Formula[]): ClusterPredicate | Refusal {
  const requirements: Requirement[] = [];
  const selectors: Extract<IrExpr, { readonly op: 'selector' }>[] = [];
  const expressions: string[] = [];
  for (const part of parts) {
    if (part.is === 'atom' && part.expr.op === 'selector' && !part.negated) {
      selectors.push(part.expr);
      continue;
    }
    const pushed = part.is === 'atom' ? requirementsOf(part) : null;
    if (pushed !== null) {
      requirements.push(...pushed);
      continue;
    }
    const cel = celOf(part);
    if ('unsayable' in cel) return { what: cel.unsayable, origin: originOf(cel.atom ?? part) };
    expressions.push(cel.text);
  }
  return predicateOf(requirements, selectors, [...new Set(expressions)]);
}

function predicateOf(
  requirements: readonly Requirement[],
  selectors: readonly Extract<IrExpr, { readonly op: 'selector' }>[],
  celExpressions: readonly string[],
): ClusterPredicate {
  const over = (which: 'label' | 'claim') =>
    joinSelectors(
      selectors.filter((of) => of.over === which).map(({ selector }) => selector),
      requirements.filter((of) => of.over === which),
    );
  const label = over('label');
  const claim = over('claim');
  return {
    requiredClusterSelector: {
      ...(label === null ? {} : { labelSelector: label }),
      ...(claim === null ? {} : { claimSelector: claim }),
      ...(celExpressions.length > 0 ? { celSelector: { celExpressions } } : {}),
    },
  };
}

// One selector written upstream stays as it is; several, or one with more conditions, become one list.
function joinSelectors(
  selectors: readonly LabelSelector[],
  requirements: readonly Requirement[],
): LabelSelector | null {
  const [only] = selectors;
  if (only === undefined) {
    return requirements.length > 0 ? { matchExpressions: matchExpressions(requirements) } : null;
  }
  if (selectors.length === 1 && requirements.length === 0) return only;
  return {
    matchExpressions: [
      ...selectors.flatMap(({ matchLabels, matchExpressions: expressions }) => [
        ...Object.entries(matchLabels ?? {}).map(([key, value]) => ({
          key,
          operator: 'In',
          values: [value],
        })),
        ...(expressions ?? []),
      ]),
      ...matchExpressions(requirements),
    ],
  };
}

function compactSelector(requirements: readonly Requirement[]): LabelSelector {
  const matchLabels = new Map<string, string>();
  const rest: Requirement[] = [];
  for (const requirement of requirements) {
    const [value] = requirement.values;
    const isEqual = requirement.operator === 'In' && requirement.values.length === 1;
    if (isEqual && value !== undefined && !matchLabels.has(requirement.key)) {
      matchLabels.set(requirement.key, value);
    } else rest.push(requirement);
  }
  const expressions = matchExpressions(rest);
  return {
    ...(matchLabels.size > 0 ? { matchLabels: Object.fromEntries(matchLabels) } : {}),
    ...(expressions.length > 0 ? { matchExpressions: expressions } : {}),
  };
}

// `ring == broad`, `broad` being the default: no selector says "broad or none" but one that names all others.
function otherMembers(
  atom: Atom,
): { readonly attribute: string; readonly requirements: readonly Requirement[] } | null {
  const values = atom.negated ? null : valuesOf(atom.expr);
  const about = attributeOf(atom.expr);
  if (values === null || about?.members === undefined || about.type !== 'string') return null;
  const { name: attribute, members, default: byDefault } = about;
  if (typeof byDefault !== 'string' || !values.includes(byDefault)) return null;
  const others = members.filter((member) => !values.includes(member));
  if (others.length === 0) return { attribute, requirements: [] };
  const requirements = requirementsOf({
    is: 'atom',
    negated: true,
    orMissing: true,
    expr: {
      op: 'in',
      left: withoutDefault(about),
      right: { op: 'const', type: 'json', value: others },
    },
  });
  return requirements && { attribute, requirements };
}

/** The values of which an attribute has to have one. */
function valuesOf(expr: IrExpr): readonly Json[] | null {
  if (expr.op === 'in') return constantList(expr.right);
  const isEquality = expr.op === 'compare' && expr.by === '==' && expr.right.op === 'const';
  return isEquality && expr.right.op === 'const' ? [expr.right.value] : null;
}

function withoutDefault(attribute: Extract<IrExpr, { readonly op: 'attribute' }>): IrExpr {
  const { default: _byDefault, ...rest } = attribute;
  return rest;
}

function originOf(formula: Formula): Origin | null {
  if (formula.is === 'and' || formula.is === 'or') {
    const origins = formula.of.flatMap((part) => originOf(part) ?? []);
    const [first] = origins;
    if (first === undefined || origins.some(({ file }) => file !== first.file))
      return first ?? null;
    const start = Math.min(...origins.map(({ span }) => span.start));
    const end = Math.max(...origins.map(({ span }) => span.end));
    return { file: first.file, span: { start, end } };
  }
  return formula.is === 'atom' ? originOfExpr(formula.expr) : null;
}

function originOfExpr(expr: IrExpr): Origin | null {
  if ('origin' in expr && expr.origin !== undefined) return expr.origin;
  if (expr.op === 'compare' || expr.op === 'in') return originOfExpr(expr.left);
  return expr.op === 'has' || expr.op === 'not' ? originOfExpr(expr.arg) : null;
}

function describe(formula: Formula): string {
  if (formula.is === 'or') return 'a choice of conditions';
  const cel = celOf(formula);
  return 'unsayable' in cel
    ? cel.unsayable
    : 'a condition on something else than labels and claims';
}
