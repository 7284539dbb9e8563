import type { Json } from '../../../base/json.ts';
import { opposite } from '../../comparison.ts';
import type { IrExpr } from '../../expr.ts';
import { type CelText, celString, tight, type Unsayable } from './cel-access.ts';
import { celPath, isPath } from './object-path.ts';

/** A value in CEL, and what has to hold so that reading it is no error. */
interface CelValue {
  readonly text: string;
  readonly guards: readonly string[];
}

/** Cannot be said, with the part that cannot. */
export interface UnsayablePart extends Unsayable {
  readonly part: IrExpr;
}

/**
 * A condition on `object` in the CEL of Kubernetes. True exactly where the condition is: what is missing makes it
 * false, never an error (Rule 29). `negated`: true where the condition is known to be false.
 */
export function objectCel(expr: IrExpr, negated = false): CelText | UnsayablePart {
  switch (expr.op) {
    case 'const':
      return tight(String((expr.value === true) !== negated));
    case 'and':
    case 'or':
      return joined(expr.args, (expr.op === 'and') !== negated, negated);
    case 'not':
      return objectCel(expr.arg, !negated);
    case 'has':
      return isPath(expr.arg)
        ? tight(`${negated ? '!' : ''}${celPath(expr.arg).present}`)
        : unsayable(expr, '`has` of a computation');
    case 'compare':
      return comparison(expr, negated);
    case 'in':
      return both(expr.left, expr.right, (left, right) =>
        negated ? `!(${left} in ${right})` : `${left} in ${right}`,
      );
    case 'call':
      return call(expr, negated);
    case 'cel':
      return negated ? tight(`!(${expr.source})`) : { text: expr.source, loose: true };
    case 'if':
      return branches(expr, negated);
    default: {
      const value = celValue(expr);
      return 'unsayable' in value ? value : guarded(value.guards, `${value.text} == ${!negated}`);
    }
  }
}

function joined(
  args: readonly IrExpr[],
  isAnd: boolean,
  negated: boolean,
): CelText | UnsayablePart {
  const parts: string[] = [];
  for (const arg of args) {
    const part = objectCel(arg, negated);
    if ('unsayable' in part) return part;
    parts.push(part.loose && isAnd ? `(${part.text})` : part.text);
  }
  return isAnd ? tight(parts.join(' && ')) : { text: parts.join(' || '), loose: true };
}

function branches(
  { test, yes, no }: Extract<IrExpr, { readonly op: 'if' }>,
  negated: boolean,
): CelText | UnsayablePart {
  const parts = [objectCel(test), objectCel(yes, negated), objectCel(no, negated)];
  const [when, then, otherwise] = parts;
  for (const part of parts) if ('unsayable' in part) return part;
  const text = (part: CelText | UnsayablePart | undefined): string =>
    part === undefined || 'unsayable' in part ? '' : part.text;
  return tight(`((${text(when)}) ? (${text(then)}) : (${text(otherwise)}))`);
}

function guarded(guards: readonly string[], text: string): CelText {
  return tight([...new Set(guards), text].join(' && '));
}

function both(
  left: IrExpr,
  right: IrExpr,
  say: (left: string, right: string) => string,
): CelText | UnsayablePart {
  const a = celValue(left);
  if ('unsayable' in a) return a;
  const b = celValue(right);
  if ('unsayable' in b) return b;
  return guarded([...a.guards, ...b.guards], say(a.text, b.text));
}

/** Types of constants that are texts in an object, with the function that reads them. */
const read = new Map([
  ['quantity', 'quantity'],
  ['duration', 'duration'],
  ['time', 'timestamp'],
]);

function comparison(
  expr: Extract<IrExpr, { readonly op: 'compare' }>,
  negated: boolean,
): CelText | UnsayablePart {
  const { left, right } = expr;
  const by = negated ? opposite[expr.by] : expr.by;
  const typed = [left, right].find((side) => side.op === 'const' && read.has(side.type));
  if (typed?.op !== 'const') return both(left, right, (a, b) => `${a} ${by} ${b}`);
  const reader = read.get(typed.type) ?? '';
  return both(left, right, (a, b) =>
    typed.type === 'quantity'
      ? `quantity(${a}).compareTo(quantity(${b})) ${by} 0`
      : `${reader}(${a}) ${by} ${reader}(${b})`,
  );
}

const textTests = new Set(['startsWith', 'endsWith', 'matches']);

function call(
  expr: Extract<IrExpr, { readonly op: 'call' }>,
  negated: boolean,
): CelText | UnsayablePart {
  const { function: name, args } = expr;
  const [of, second] = args;
  const not = negated ? '!' : '';
  if (of === undefined || second === undefined) return unsayable(expr, `\`${name}\``);
  if (textTests.has(name)) return both(of, second, (a, b) => `${not}${a}.${name}(${b})`);
  if (name === 'contains') {
    // A text contains a text, a list an element; which it is shows when it is read.
    return both(
      of,
      second,
      (a, b) => `${not}(type(${a}) == string ? ${a}.contains(${b}) : ${b} in ${a})`,
    );
  }
  if ((name === 'any' || name === 'all') && second.op === 'lambda') {
    const list = celValue(of);
    if ('unsayable' in list) return list;
    const body = objectCel(second.body, negated);
    if ('unsayable' in body) return body;
    // Not all: some is known not to; not any: all are known not to.
    const macro = (name === 'any') !== negated ? 'exists' : 'all';
    const variable = variableName(second.variable);
    return guarded(list.guards, `${list.text}.${macro}(${variable}, ${body.text})`);
  }
  return unsayable(expr, `\`${name}\``);
}

function celValue(expr: IrExpr): CelValue | UnsayablePart {
  if (isPath(expr)) {
    const { text, present, sure } = celPath(expr);
    return { text, guards: sure ? [] : [present] };
  }
  switch (expr.op) {
    case 'const': {
      const text = constant(expr.value, expr.type === 'float');
      return text === null ? unsayable(expr, 'this value') : { text, guards: [] };
    }
    case 'coalesce': {
      if (!isPath(expr.left)) return unsayable(expr, '`??` after a computation');
      const right = celValue(expr.right);
      if ('unsayable' in right) return right;
      const { optional, text, sure } = celPath(expr.left);
      if (sure) return { text, guards: [] };
      return { text: `${optional}.orValue(${right.text})`, guards: right.guards };
    }
    case 'arithmetic':
      return onTwo(expr.left, expr.right, (a, b) => `(${a} ${expr.by} ${b})`);
    case 'negate':
      return onValue(expr.arg, (text) => `-(${text})`);
    case 'call':
      return callValue(expr);
    case 'list': {
      const items = expr.items.map((item) =>
        item.item === 'value' ? celValue(item.value) : unsayable(expr, 'a list that is computed'),
      );
      const refused = items.find((item) => 'unsayable' in item);
      if (refused !== undefined && 'unsayable' in refused) return refused;
      const values = items.filter((item): item is CelValue => !('unsayable' in item));
      const text = `[${values.map((value) => value.text).join(', ')}]`;
      return { text, guards: values.flatMap(({ guards }) => guards) };
    }
    default:
      return unsayable(expr, `\`${expr.op}\``);
  }
}

function onValue(expr: IrExpr, say: (text: string) => string): CelValue | UnsayablePart {
  const value = celValue(expr);
  return 'unsayable' in value ? value : { text: say(value.text), guards: value.guards };
}

function onTwo(
  left: IrExpr,
  right: IrExpr,
  say: (left: string, right: string) => string,
): CelValue | UnsayablePart {
  const a = celValue(left);
  if ('unsayable' in a) return a;
  const b = celValue(right);
  if ('unsayable' in b) return b;
  return { text: say(a.text, b.text), guards: [...a.guards, ...b.guards] };
}

const methods = new Map([
  ['size', 'size'],
  ['lower', 'lowerAscii'],
  ['upper', 'upperAscii'],
  ['trim', 'trim'],
]);
const conversions = new Map([
  ['string', 'string'],
  ['int', 'int'],
  ['float', 'double'],
]);

function callValue(expr: Extract<IrExpr, { readonly op: 'call' }>): CelValue | UnsayablePart {
  const { function: name, args } = expr;
  const [of, second] = args;
  if (of === undefined) return unsayable(expr, `\`${name}\``);
  const method = methods.get(name);
  if (method !== undefined) return onValue(of, (text) => `${text}.${method}()`);
  const conversion = conversions.get(name);
  if (conversion !== undefined) return onValue(of, (text) => `${conversion}(${text})`);
  if (name === 'filter' && second?.op === 'lambda') {
    const body = objectCel(second.body);
    if ('unsayable' in body) return body;
    return onValue(of, (text) => `${text}.filter(${variableName(second.variable)}, ${body.text})`);
  }
  return unsayable(expr, `\`${name}\``);
}

function constant(value: Json, isFloat: boolean): string | null {
  if (typeof value === 'string') return celString(value);
  if (typeof value === 'boolean' || value === null) return String(value);
  if (typeof value === 'number') {
    return isFloat && Number.isInteger(value) ? `${value}.0` : String(value);
  }
  if (!Array.isArray(value)) return null;
  const items = value.map((item) => constant(item, isFloat));
  return items.includes(null) ? null : `[${items.join(', ')}]`;
}

/** A name of a lambda as CEL can write it. */
function variableName(name: string): string {
  return name.replace(/[^A-Za-z0-9_]/g, '_');
}

function unsayable(part: IrExpr, what: string): UnsayablePart {
  return { unsayable: what, part };
}

/** The opposite of a condition in CEL; the opposite of an opposite is the condition itself, so that both are read back. */
export function celNegation(source: string): string {
  return isNegation(source) ? source.slice('!('.length, -1) : `!(${source})`;
}

// Is the text one `!( … )`? What stands in quotes does not count.
function isNegation(source: string): boolean {
  if (!source.startsWith('!(') || !source.endsWith(')')) return false;
  let depth = 0;
  let quote = '';
  for (let at = 1; at < source.length; at++) {
    const char = source.charAt(at);
    if (quote !== '') {
      if (char === '\\') at += 1;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '(') depth += 1;
    else if (char === ')') {
      depth -= 1;
      if (depth === 0 && at < source.length - 1) return false;
    }
  }
  return depth === 0 && quote === '';
}
