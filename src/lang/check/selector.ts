import type { Json } from '../../base/json.ts';
import type { IrAttribute, IrExpr } from '../../ir/expr.ts';
import { labelValueFaults } from '../../kube/names.ts';
import type { LabelSelector, LabelSelectorRequirement } from '../../kube/object.ts';

/** A condition as selectors of labels and claims, or the part of it that is none. */
export type Selected =
  | {
      readonly ok: true;
      readonly labels: readonly LabelSelectorRequirement[];
      readonly claims: readonly LabelSelectorRequirement[];
      /** Attributes of which `NotIn` also matches values outside the type (OCM3015). */
      readonly loose: readonly string[];
    }
  | { readonly ok: false; readonly atom: IrExpr };

interface Atom {
  readonly over: 'label' | 'claim';
  readonly requirements: readonly LabelSelectorRequirement[];
  readonly loose?: string;
}

/** Takes a conjunction of tests of labels and claims apart (language.md §7, atoms L and C; Rule 61). */
export function toSelector(condition: IrExpr): Selected {
  const labels: LabelSelectorRequirement[] = [];
  const claims: LabelSelectorRequirement[] = [];
  const loose: string[] = [];
  for (const part of conjuncts(condition)) {
    const atom = atomOf(part);
    if (atom === null) return { ok: false, atom: part };
    (atom.over === 'label' ? labels : claims).push(...atom.requirements);
    if (atom.loose !== undefined) loose.push(atom.loose);
  }
  return { ok: true, labels, claims, loose };
}

function conjuncts(condition: IrExpr): readonly IrExpr[] {
  if (condition.op === 'and') return condition.args.flatMap(conjuncts);
  if (condition.op === 'not' && condition.arg.op === 'or') {
    return condition.arg.args.flatMap((arg) => conjuncts({ op: 'not', arg }));
  }
  if (condition.op === 'not' && condition.arg.op === 'not') return conjuncts(condition.arg.arg);
  return condition.op === 'const' && condition.value === true ? [] : [condition];
}

function atomOf(part: IrExpr): Atom | null {
  if (part.op === 'not') return testOf(part.arg, true);
  return part.op === 'or' ? missingMatches(part.args) : testOf(part, false);
}

/** `!has(a) || a != x`: `NotIn` alone. */
function missingMatches([first, second, ...more]: readonly IrExpr[]): Atom | null {
  if (first?.op !== 'not' || first.arg.op !== 'has' || second === undefined || more.length > 0) {
    return null;
  }
  const asked = selectable(first.arg.arg);
  const test = atomOf(second);
  if (asked === null || test === null || test.over !== asked.over) return null;
  const [only, ...others] = test.requirements.filter(({ operator }) => operator !== 'Exists');
  if (only?.operator !== 'NotIn' || only.key !== asked.key || others.length > 0) return null;
  return { over: asked.over, requirements: [only] };
}

function testOf(test: IrExpr, negated: boolean): Atom | null {
  switch (test.op) {
    case 'has': {
      const asked = selectable(test.arg);
      if (asked === null) return null;
      const operator = negated ? 'DoesNotExist' : 'Exists';
      return { over: asked.over, requirements: [{ key: asked.key, operator }] };
    }
    case 'compare': {
      if (test.by !== '==' && test.by !== '!=') return null;
      const [attribute, value] = sides(test.left, test.right);
      if (attribute === null || value === null) return null;
      return membership(attribute, [value], (test.by === '!=') !== negated);
    }
    case 'in': {
      if (test.left.op !== 'attribute' || test.right.op !== 'const') return null;
      const { value } = test.right;
      return Array.isArray(value) ? membership(test.left, value as readonly Json[], negated) : null;
    }
    default:
      return null;
  }
}

function sides(left: IrExpr, right: IrExpr): readonly [IrAttribute | null, Json] {
  if (left.op === 'attribute' && right.op === 'const') return [left, right.value];
  if (right.op === 'attribute' && left.op === 'const') return [right, left.value];
  return [null, null];
}

function selectable(
  expr: IrExpr,
): { readonly over: 'label' | 'claim'; readonly key: string } | null {
  if (expr.op !== 'attribute' || expr.type !== 'string') return null;
  const { source } = expr;
  return source.from === 'label' || source.from === 'claim'
    ? { over: source.from, key: source.key }
    : null;
}

function membership(attribute: IrAttribute, values: readonly Json[], isNot: boolean): Atom | null {
  const asked = selectable(attribute);
  const texts = values.filter((value) => typeof value === 'string').toSorted();
  if (asked === null || texts.length !== values.length || texts.length === 0) return null;
  if (asked.over === 'label' && texts.some((text) => labelValueFaults(text).length > 0))
    return null;
  const { key, over } = asked;
  const { default: fallback, members, name } = attribute;
  const isDefault = typeof fallback === 'string' && texts.includes(fallback);
  const exists: LabelSelectorRequirement = { key, operator: 'Exists' };
  if (isNot) {
    const notIn: LabelSelectorRequirement = { key, operator: 'NotIn', values: texts };
    // Missing counts as the default: it matches unless the default is excluded.
    const matchesMissing = typeof fallback === 'string' && !isDefault;
    return { over, requirements: matchesMissing ? [notIn] : [notIn, exists] };
  }
  if (!isDefault) return { over, requirements: [{ key, operator: 'In', values: texts }] };
  if (members === undefined) return null;
  const others = members.filter((member) => !texts.includes(member)).toSorted();
  const requirements = others.length === 0 ? [] : [{ key, operator: 'NotIn', values: others }];
  return { over, requirements, loose: name };
}

/** Requirements as Kubernetes writes them: one value that has to be there is a `matchLabels`. */
export function labelSelector(requirements: readonly LabelSelectorRequirement[]): LabelSelector {
  const matchLabels: Record<string, string> = {};
  const matchExpressions: LabelSelectorRequirement[] = [];
  for (const requirement of requirements) {
    const { key, operator, values = [] } = requirement;
    const [only, ...more] = values;
    const isPlain = operator === 'In' && only !== undefined && more.length === 0;
    if (isPlain && !Object.hasOwn(matchLabels, key)) matchLabels[key] = only;
    else matchExpressions.push(requirement);
  }
  return {
    ...(Object.keys(matchLabels).length > 0 ? { matchLabels } : {}),
    ...(matchExpressions.length > 0 ? { matchExpressions } : {}),
  };
}
