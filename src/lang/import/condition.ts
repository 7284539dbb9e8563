import { isJsonObject, type Json, type JsonObject, jsonEqual } from '../../base/json.ts';
import type { IrAttribute, IrExpr } from '../../ir/expr.ts';
import { importedCondition } from '../../ir/lower/predicate/imported.ts';
import { lowerPredicates, lowerSelector } from '../../ir/lower/predicate/predicates.ts';
import { celAtom } from './cel.ts';
import { expressionText } from './expression.ts';
import { fenceOf } from './text.ts';
import { chain, type Value } from './tree.ts';

/** A condition to print, with the note that makes it mean exactly what it was read from. */
export interface Condition {
  readonly value: Value;
  readonly notes: readonly string[];
}

/** The predicates of a Placement as a condition; null where none says exactly the same. */
export function conditionOf(where: IrExpr): Condition | null {
  const wanted = lowerPredicates(where);
  if (!wanted.ok) return null;
  return choose(where, (condition) => {
    const lowered = lowerPredicates(condition);
    return lowered.ok && jsonEqual(lowered.predicates, wanted.predicates);
  });
}

/** The selectors of a decision group as a condition; null where none says exactly the same. */
export function groupConditionOf(where: IrExpr): Condition | null {
  const wanted = lowerSelector(where);
  if (!wanted.ok) return null;
  return choose({ op: 'or', args: [where] }, (condition) => {
    const [only] = condition.op === 'or' && condition.args.length === 1 ? condition.args : [];
    const lowered = lowerSelector(only ?? condition);
    return lowered.ok && jsonEqual([lowered.label, lowered.claim], [wanted.label, wanted.claim]);
  });
}

function choose(where: IrExpr, isSame: (condition: IrExpr) => boolean): Condition | null {
  const alternatives = alternativesOf(where);
  if (alternatives === null) return null;
  const plain = joined(alternatives, 'plain');
  if (isSame(plain)) return { value: printed(alternatives, 'plain'), notes: [] };
  const exact = importedCondition(joined(alternatives, 'exact'));
  if (exact === null || !isSame(exact)) return null;
  return { value: printed(alternatives, 'exact'), notes: ['@imported'] };
}

/** How a condition is said: as people write it, or so that each selector stays what it is. */
type Form = 'plain' | 'exact';
/** One condition in both forms. */
interface Said {
  readonly plain: IrExpr;
  readonly exact: IrExpr;
}
type Alternatives = readonly (readonly Said[])[];

function alternativesOf(where: IrExpr): Alternatives | null {
  if (where.op !== 'or') return null;
  const alternatives: Said[][] = [];
  for (const predicate of where.args) {
    if (predicate.op !== 'and' || predicate.args.length === 0) return null;
    const said: Said[] = [];
    for (const part of predicate.args) {
      const parts = partsOf(part);
      if (parts === null || parts.length === 0) return null;
      said.push(...parts);
    }
    alternatives.push(said);
  }
  return alternatives;
}

function joined(alternatives: Alternatives, form: Form): IrExpr {
  const args = alternatives.map((parts): IrExpr => {
    const all = parts.map((part) => part[form]);
    return all.length === 1 ? (all[0] as IrExpr) : { op: 'and', args: all };
  });
  return args.length === 1 ? (args[0] as IrExpr) : { op: 'or', args };
}

function printed(alternatives: Alternatives, form: Form): Value {
  const isOne = alternatives.length === 1;
  return chain(
    '||',
    alternatives.map((parts) => {
      const texts = parts.map((part) => partText(part[form], isOne && parts.length === 1));
      return chain('&&', texts);
    }),
  );
}

function partText(expr: IrExpr, isAlone: boolean): Value {
  if (expr.op === 'cel') {
    return fenceOf(`${expr.source}\n`, 'cel') ?? expressionText(expr);
  }
  const text = expressionText(expr);
  return expr.op === 'or' && !isAlone ? `(${text})` : text;
}

function partsOf(part: IrExpr): readonly Said[] | null {
  if (part.op === 'cel') {
    const atom = celAtom(part.source);
    // The compiler trims a fence, so what has blanks around it cannot be one.
    if (part.source !== part.source.trim() || fenceOf(`${part.source}\n`, 'cel') === null) {
      return atom && [{ plain: atom, exact: atom }];
    }
    return [{ plain: atom ?? part, exact: atom ?? part }];
  }
  if (part.op !== 'selector') return null;
  const { over, selector } = part;
  if (Object.keys(selector).some((key) => key !== 'matchLabels' && key !== 'matchExpressions')) {
    return null;
  }
  const { matchLabels, matchExpressions } = selector as JsonObject;
  const labels = isJsonObject(matchLabels ?? {}) ? Object.entries(matchLabels ?? {}) : null;
  if (labels === null || !(matchExpressions === undefined || Array.isArray(matchExpressions))) {
    return null;
  }
  const said: Said[] = [];
  for (const [key, value] of labels) {
    if (typeof value !== 'string') return null;
    const expr = equals(factOf(over, key), value);
    said.push({ plain: expr, exact: expr });
  }
  for (const expression of matchExpressions ?? []) {
    const one = requirementOf(over, expression as Json);
    if (one === null) return null;
    said.push(one);
  }
  return said;
}

function requirementOf(over: 'label' | 'claim', of: Json): Said | null {
  if (!isJsonObject(of)) return null;
  const { key, operator, values, ...more } = of;
  if (typeof key !== 'string' || Object.keys(more).length > 0) return null;
  const texts = Array.isArray(values) ? (values as readonly Json[]) : [];
  if (!texts.every((value) => typeof value === 'string')) return null;
  const fact = factOf(over, key);
  const has: IrExpr = { op: 'has', arg: fact };
  const hasNot: IrExpr = { op: 'not', arg: has };
  const [first = '', ...rest] = texts;
  switch (operator) {
    case 'In':
      if (texts.length === 0) return null;
      return {
        plain: rest.length === 0 ? equals(fact, first) : isIn(fact, texts),
        exact: isIn(fact, texts),
      };
    case 'NotIn': {
      if (texts.length === 0) return null;
      const not: IrExpr = { op: 'not', arg: isIn(fact, texts) };
      const differs: IrExpr = { op: 'compare', by: '!=', left: fact, right: constant(first) };
      return {
        plain: { op: 'or', args: [hasNot, rest.length === 0 ? differs : not] },
        exact: { op: 'or', args: [hasNot, not] },
      };
    }
    case 'Exists':
      return values === undefined ? { plain: has, exact: has } : null;
    case 'DoesNotExist':
      return values === undefined ? { plain: hasNot, exact: hasNot } : null;
    default:
      return null;
  }
}

function factOf(over: 'label' | 'claim', key: string): IrAttribute {
  const name = `${over}s[${JSON.stringify(key)}]`;
  return { op: 'attribute', name, source: { from: over, key }, type: 'string' };
}

function equals(left: IrExpr, value: string): IrExpr {
  return { op: 'compare', by: '==', left, right: constant(value) };
}

function isIn(left: IrExpr, values: readonly Json[]): IrExpr {
  return { op: 'in', left, right: { op: 'const', type: 'json', value: values } };
}

function constant(value: Json): IrExpr {
  return { op: 'const', type: 'string', value };
}
