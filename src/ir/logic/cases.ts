import type { Json } from '../../base/json.ts';
import type { IrAttribute, IrComparison, IrExpr, IrType } from '../expr.ts';
import { type Atom, constantList, identityOf } from '../lower/predicate/formula.ts';
import { isPath } from '../lower/predicate/object-path.ts';
import { ordinalsOf, ordinalsOfAll } from './ordinals.ts';
import {
  anyText,
  complementOf,
  inRanges,
  intersect,
  isEmpty,
  type Range,
  textsIn,
  textsThat,
  type Values,
} from './values.ts';

/** Where one condition holds: what one fact then is. A fact is missing, a value of some type, or something else. */
export interface Cases {
  /** The same for conditions about the same fact. */
  readonly fact: string;
  /** How the fact is read; the same fact may be read as several types. */
  readonly as: string;
  readonly missing: boolean;
  /** Holds for what is there and no value of the type. */
  readonly other: boolean;
  readonly values: Values;
  /** All values there may be, and whether the fact can be something else. */
  readonly all: Values;
  readonly canBeOther: boolean;
  /** As an author writes the fact, where it may be missing or something else; null where it has no short name. */
  readonly name: string | null;
}

/** When an atom of a predicate holds; null where nothing is known of that (Rule 62). */
export function casesOf(atom: Atom): Cases | null {
  const found = literal(atom);
  return found !== null && atom.orMissing ? { ...found, missing: true } : found;
}

/** When what holds in some cases does not, which is also where it is unknown (Rule 29). */
export function otherwise(cases: Cases): Cases {
  const { missing, other, values, all } = cases;
  const rest = intersect(complementOf(values), all);
  return { ...cases, missing: !missing, other: !other, values: rest };
}

function literal({ expr, negated }: Atom): Cases | null {
  switch (expr.op) {
    case 'has':
      return presence(expr.arg, negated);
    case 'compare':
      return comparison(expr);
    case 'in':
      return membership(expr, negated) ?? truth(expr, negated);
    case 'call':
      return textTest(expr, negated) ?? truth(expr, negated);
    case 'cel':
    case 'selector':
    case 'const':
      return null;
    default:
      return truth(expr, negated);
  }
}

/** What a condition is about: how the fact may be, and what stands for it where it is missing. */
interface Subject extends Pick<Cases, 'fact' | 'as' | 'all' | 'canBeOther' | 'name'> {
  readonly type: IrType;
  /** Whether something of another type differs from every value (`!=`), and is not just unknown. */
  readonly differs: boolean;
  /** What stands for the fact where it is missing, and where it is no value of its type. */
  readonly fallback: Json | undefined;
  readonly instead: Json | undefined;
}

function presence(arg: IrExpr, negated: boolean): Cases | null {
  const isFact = arg.op === 'attribute' || (isPath(arg) && rootOf(arg).op === 'variable');
  if (!isFact) return null;
  const is = { missing: negated, other: !negated };
  const all = textsIn([]);
  return {
    fact: factOf(arg),
    as: '',
    ...is,
    values: all,
    all,
    canBeOther: true,
    name: nameOf(arg),
  };
}

function comparison(expr: Extract<IrExpr, { readonly op: 'compare' }>): Cases | null {
  const { left, right, by } = expr;
  if (right.op !== 'const') return truth(expr, false);
  const subject = subjectOf(left, right.type);
  if (subject === null) return null;
  const values = valuesBy(by, subject.type, right.value);
  return values === null ? null : where(subject, values, by === '!=' && subject.differs);
}

function membership(
  { left, right }: Extract<IrExpr, { readonly op: 'in' }>,
  negated: boolean,
): Cases | null {
  const list = right.op === 'const' && right.type === 'cidr' ? null : constantList(right);
  const [first] = list ?? [];
  if (list === null || first === undefined) return null;
  const subject = subjectOf(left, typeOfJson(first));
  // In a list that is one constant a version is a text, and no line.
  if (subject === null || subject.type === 'version') return null;
  const named = valuesIn(subject.type, list);
  if (named === null) return null;
  return where(subject, negated ? complementOf(named) : named, negated && subject.differs);
}

const textTests: ReadonlyMap<string, (text: string, part: string) => boolean> = new Map([
  ['startsWith', (text, part) => text.startsWith(part)],
  ['endsWith', (text, part) => text.endsWith(part)],
  ['contains', (text, part) => text.includes(part)],
]);

function textTest(
  { function: name, args }: Extract<IrExpr, { readonly op: 'call' }>,
  negated: boolean,
): Cases | null {
  const [of, part] = args;
  const test = textTests.get(name);
  if (test === undefined || of?.op !== 'attribute' || of.type !== 'string') return null;
  if (part?.op !== 'const' || typeof part.value !== 'string') return null;
  const { value } = part;
  const subject = subjectOf(of, 'string');
  return (
    subject &&
    where(
      subject,
      textsThat((text) => test(text, value) !== negated),
      false,
    )
  );
}

function truth(expr: IrExpr, negated: boolean): Cases | null {
  const subject = subjectOf(expr, 'bool');
  return subject && where(subject, inRanges([negated ? [0n, 1n] : [1n, 2n]]), false);
}

function where(subject: Subject, values: Values, differs: boolean): Cases | null {
  const { fact, as, all, canBeOther, name, type } = subject;
  const missing = isAmong(subject.fallback, type, values);
  const instead = isAmong(subject.instead, type, values);
  if (missing === null || instead === null) return null;
  const other = differs || instead;
  return { fact, as, missing, other, values: intersect(values, all), all, canBeOther, name };
}

/** Whether a value is in a set, which none is not; null where it is of no use. */
function isAmong(value: Json | undefined, type: IrType, values: Values): boolean | null {
  if (value === undefined) return false;
  const own = valuesIn(type, [value]);
  return own === null ? null : !isEmpty(intersect(own, values));
}

function subjectOf(expr: IrExpr, compared: IrType): Subject | null {
  if (expr.op === 'coalesce' && expr.left.op === 'attribute' && expr.right.op === 'const') {
    const of = expr.left.type === 'json' ? null : attribute(expr.left, compared);
    const { value } = expr.right;
    if (of !== null) return { ...of, fallback: of.fallback ?? value, instead: value };
  }
  if (expr.op === 'attribute' && expr.type !== 'json') return attribute(expr, compared);
  const type = plainType(compared);
  if (expr.op === 'cel' || expr.op === 'selector' || type === null) return null;
  const all = allOf(type);
  const own = { fact: factOf(expr), as: type, type, all, name: nameOf(expr) };
  return { ...own, canBeOther: true, differs: true, fallback: undefined, instead: undefined };
}

function attribute(of: IrAttribute, compared: IrType): Subject | null {
  const { type, source } = of;
  // What stands at a path of the object may be no text, which a default does not replace.
  const isField = source.from === 'field';
  if (groupOf(type) !== groupOf(compared) || type === 'cidr' || type === 'json') return null;
  if (isField && type === 'string' && of.default !== undefined) return null;
  const isSure = type === 'condition' || (type === 'string' && !isField);
  return {
    fact: factOf(of),
    as: type,
    type,
    all: allOf(type),
    canBeOther: !isSure,
    differs: false,
    fallback: of.default,
    instead: undefined,
    name: nameOf(of),
  };
}

// A constant that is compared with a score may be an int, with a quantity a number, with a condition a bool.
function groupOf(type: IrType): string {
  if (type === 'score' || type === 'quantity' || type === 'float') return 'int';
  return type === 'condition' ? 'bool' : type;
}

// What a value is whose type is not known: numbers are doubles there, whole or not.
function plainType(compared: IrType): IrType | null {
  if (compared === 'int' || compared === 'score') return 'float';
  if (compared === 'condition') return 'bool';
  return compared === 'json' || compared === 'cidr' ? null : compared;
}

function typeOfJson(value: Json): IrType {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'number' ? 'int' : 'json';
}

function allOf(type: IrType): Values {
  return type === 'string' ? anyText : inRanges([ordinalsOfAll(type)]);
}

function valuesBy(by: IrComparison, type: IrType, value: Json): Values | null {
  if (by === '==' || by === '!=') {
    const equal = valuesIn(type, [value]);
    return equal !== null && by === '!=' ? complementOf(equal) : equal;
  }
  const ordinals = ordinalsOf(type, value);
  if (ordinals === null || isUnsafe(value)) return null;
  const [from, to] = ordinals;
  const ranges = {
    '<': [null, from],
    '<=': [null, to],
    '>': [to, null],
    '>=': [from, null],
  } as const;
  return inRanges([ranges[by]]);
}

function valuesIn(type: IrType, list: readonly Json[]): Values | null {
  if (type === 'string') {
    return list.every((each) => typeof each === 'string') ? textsIn(list) : null;
  }
  const ranges: Range[] = [];
  for (const value of list) {
    const ordinals = ordinalsOf(type, value);
    if (ordinals === null || isUnsafe(value)) return null;
    ranges.push(ordinals);
  }
  return inRanges(ranges);
}

// Between whole numbers beyond 2^53 there are values that are no doubles.
function isUnsafe(value: Json): boolean {
  return typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER;
}

function factOf(expr: IrExpr): string {
  if (expr.op === 'attribute') return JSON.stringify(expr.source);
  return identityOf({ is: 'atom', expr, negated: false, orMissing: false });
}

function nameOf(expr: IrExpr): string | null {
  if (expr.op === 'attribute') return `cluster.${expr.name}`;
  if (expr.op === 'variable') return expr.name;
  if (expr.op !== 'member') return null;
  const of = nameOf(expr.of);
  return of === null ? null : `${of}.${expr.name}`;
}

function rootOf(expr: IrExpr): IrExpr {
  return expr.op === 'member' || expr.op === 'index' ? rootOf(expr.of) : expr;
}
