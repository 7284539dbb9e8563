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
  if (part.op === 'cel') return celParts(part);
  return part.op === 'selector' ? selectorParts(part.over, part.selector as JsonObject) : null;
}

function celParts(part: Extract<IrExpr, { readonly op: 'cel' }>): readonly Said[] | null {
  const { source } = part;
  const atom = celAtom(source);
  if (atom !== null) return [{ plain: atom, exact: atom }];
  // The compiler trims a fence, so what has blanks around it cannot be one.
  const isFence = source === source.trim() && fenceOf(`${source}\n`, 'cel') !== null;
  return isFence ? [{ plain: part, exact: part }] : null;
}

function selectorParts(over: Over, selector: JsonObject): readonly Said[] | null {
  const { matchLabels = {}, matchExpressions = [], ...more } = selector;
  if (Object.keys(more).length > 0 || !isJsonObject(matchLabels)) return null;
  if (!Array.isArray(matchExpressions)) return null;
  const labels = Object.entries(matchLabels).map(([key, value]): Said | null => {
    if (typeof value !== 'string') return null;
    const expr = equals(factOf(over, key), value);
    return { plain: expr, exact: expr };
  });
  const said = [
    ...labels,
    ...(matchExpressions as readonly Json[]).map((each) => requirementOf(over, each)),
  ];
  return said.every((each) => each !== null) ? said : null;
}

function requirementOf(over: Over, of: Json): Said | null {
  if (!isJsonObject(of)) return null;
  const { key, operator, values, ...more } = of;
  if (typeof key !== 'string' || Object.keys(more).length > 0) return null;
  const fact = factOf(over, key);
  if (values === undefined) return presenceOf(fact, operator);
  const texts = Array.isArray(values) ? (values as readonly Json[]) : [];
  return texts.every((value) => typeof value === 'string')
    ? membershipOf(fact, operator, texts)
    : null;
}

function presenceOf(fact: IrExpr, operator: Json | undefined): Said | null {
  const has: IrExpr = { op: 'has', arg: fact };
  const hasNot: IrExpr = { op: 'not', arg: has };
  if (operator === 'Exists') return { plain: has, exact: has };
  return operator === 'DoesNotExist' ? { plain: hasNot, exact: hasNot } : null;
}

function membershipOf(
  fact: IrExpr,
  operator: Json | undefined,
  texts: readonly string[],
): Said | null {
  const [first, ...rest] = texts;
  if (first === undefined) return null;
  const isOne = isIn(fact, texts);
  if (operator === 'In') {
    return { plain: rest.length === 0 ? equals(fact, first) : isOne, exact: isOne };
  }
  if (operator !== 'NotIn') return null;
  const hasNot: IrExpr = { op: 'not', arg: { op: 'has', arg: fact } };
  const isNone: IrExpr = { op: 'not', arg: isOne };
  const differs: IrExpr = { op: 'compare', by: '!=', left: fact, right: constant(first) };
  return {
    plain: { op: 'or', args: [hasNot, rest.length === 0 ? differs : isNone] },
    exact: { op: 'or', args: [hasNot, isNone] },
  };
}

type Over = 'label' | 'claim';

function factOf(over: Over, key: string): IrAttribute {
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
