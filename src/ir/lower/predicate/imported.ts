import { isJsonObject, type Json } from '../../../base/json.ts';
import type { LabelSelector, LabelSelectorRequirement } from '../../../kube/object.ts';
import type { IrExpr } from '../../expr.ts';
import { celOf } from './cel.ts';
import { constantList, normalize } from './formula.ts';

interface Test {
  readonly over: 'label' | 'claim';
  /** An equality becomes a `matchLabels`, everything else one `matchExpressions`. */
  readonly equals?: { readonly key: string; readonly value: string };
  readonly requirement?: LabelSelectorRequirement;
}

/**
 * A condition that carries `@imported`, as the selectors and CEL it was read from, in the order it is written: `a == x`
 * is a `matchLabels`, `a in [x]` an `In`, `!has(a) || a not in [x]` a `NotIn`, `has(a)` an `Exists`, anything else CEL.
 * Null where some part of it has no form upstream.
 */
export function importedCondition(where: IrExpr): IrExpr | null {
  const alternatives = where.op === 'or' ? joinAbsences(where.args) : [where];
  const args: IrExpr[] = [];
  for (const alternative of alternatives) {
    const predicate = predicateOf(alternative.op === 'and' ? alternative.args : [alternative]);
    if (predicate === null) return null;
    args.push({ op: 'and', args: predicate });
  }
  return { op: 'or', args };
}

// `!has(a) || a not in […]` is one condition; in a longer chain its two halves stand side by side.
function joinAbsences(parts: readonly IrExpr[]): readonly IrExpr[] {
  const joined: IrExpr[] = [];
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at] as IrExpr;
    const next = parts[at + 1];
    const both: IrExpr | null = next === undefined ? null : { op: 'or', args: [part, next] };
    if (both !== null && testOf(both) !== null) {
      joined.push(both);
      at += 1;
    } else joined.push(part);
  }
  return joined;
}

function predicateOf(parts: readonly IrExpr[]): readonly IrExpr[] | null {
  const tests: Test[] = [];
  const cel: IrExpr[] = [];
  for (const part of parts) {
    if (part.op === 'cel') {
      cel.push(part);
      continue;
    }
    const test = testOf(part);
    if (test !== null) tests.push(test);
    else {
      const text = celOf(normalize(part));
      if ('unsayable' in text) return null;
      cel.push({ op: 'cel', source: text.text });
    }
  }
  const selectors = (['label', 'claim'] as const).flatMap((over): readonly IrExpr[] => {
    const own = tests.filter((test) => test.over === over);
    return own.length === 0 ? [] : [{ op: 'selector', over, selector: selectorOf(own) }];
  });
  return [...selectors, ...cel];
}

function selectorOf(tests: readonly Test[]): LabelSelector {
  const labels = new Map(
    tests.flatMap(({ equals }) => (equals === undefined ? [] : [[equals.key, equals.value]])),
  );
  const expressions = tests.flatMap(({ requirement }) => requirement ?? []);
  return {
    ...(labels.size > 0 ? { matchLabels: Object.fromEntries(labels) } : {}),
    ...(expressions.length > 0 ? { matchExpressions: expressions } : {}),
  };
}

function testOf(part: IrExpr): Test | null {
  switch (part.op) {
    case 'compare':
      return equality(part);
    case 'in':
      return listed(part, 'In');
    case 'has':
    case 'not':
      return presence(part);
    case 'or':
      return denial(part.args);
    default:
      return null;
  }
}

function equality({ left, right, by }: Extract<IrExpr, { readonly op: 'compare' }>): Test | null {
  const fact = factOf(left);
  if (fact === null || by !== '==' || right.op !== 'const') return null;
  if (typeof right.value !== 'string') return null;
  return { over: fact.over, equals: { key: fact.key, value: right.value } };
}

/** `!has(a) || a not in […]`. */
function denial([absent, listing, ...more]: readonly IrExpr[]): Test | null {
  const test = absent === undefined ? null : presence(absent);
  if (test?.requirement?.operator !== 'DoesNotExist' || more.length > 0) return null;
  const denied = listing?.op === 'not' ? listing.arg : undefined;
  const other = denied?.op === 'in' ? listed(denied, 'NotIn') : null;
  const isSame = other?.over === test.over && other.requirement?.key === test.requirement.key;
  return isSame ? other : null;
}

function presence(part: IrExpr): Test | null {
  const isAbsence = part.op === 'not';
  const has = isAbsence ? part.arg : part;
  const fact = has.op === 'has' ? factOf(has.arg) : null;
  if (fact === null) return null;
  const operator = isAbsence ? 'DoesNotExist' : 'Exists';
  return { over: fact.over, requirement: { key: fact.key, operator } };
}

function listed(
  { left, right }: Extract<IrExpr, { readonly op: 'in' }>,
  operator: 'In' | 'NotIn',
): Test | null {
  const fact = factOf(left);
  const values = constantList(right);
  if (fact === null || values === null || !values.every(isText)) return null;
  return { over: fact.over, requirement: { key: fact.key, operator, values } };
}

function isText(value: Json): value is string {
  return typeof value === 'string' && !isJsonObject(value);
}

function factOf(expr: IrExpr): { readonly over: 'label' | 'claim'; readonly key: string } | null {
  if (expr.op !== 'attribute' || expr.type !== 'string' || expr.default !== undefined) return null;
  const { source } = expr;
  return source.from === 'label' || source.from === 'claim'
    ? { over: source.from, key: source.key }
    : null;
}
