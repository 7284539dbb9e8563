import type { IrExpr } from '../../expr.ts';
import { celString } from './cel-access.ts';

/** Something read from `object` or from a variable of a lambda by names and keys. */
export type PathExpr = Extract<IrExpr, { readonly op: 'variable' | 'member' | 'index' }>;

/** Whether an expression reads one place of an object. */
export function isPath(expr: IrExpr): expr is PathExpr {
  switch (expr.op) {
    case 'variable':
      return true;
    case 'member':
      return isPath(expr.of);
    case 'index':
      return isPath(expr.of) && (expr.at.op === 'const' || isPath(expr.at));
    default:
      return false;
  }
}

/** A place of an object in CEL. */
export interface CelPath {
  /** The value; an error where it is missing. */
  readonly text: string;
  /** The value as an optional. */
  readonly optional: string;
  /** Whether it is there. */
  readonly present: string;
  /** It always is: part of what every object has (Rule 28). */
  readonly sure: boolean;
}

/** How a place is read. */
export function celPath(expr: PathExpr): CelPath {
  const { text, optional } = read(expr);
  return { text, optional, present: `${optional}.hasValue()`, sure: isSure(expr) };
}

function read(expr: PathExpr): { readonly text: string; readonly optional: string } {
  if (expr.op === 'variable') {
    const name = expr.name.replace(/[^A-Za-z0-9_]/g, '_');
    return { text: name, optional: name };
  }
  const of = read(expr.of as PathExpr);
  const key = expr.op === 'member' ? expr.name : keyOf(expr.at);
  if (typeof key === 'string' && isSelector(key)) {
    return { text: `${of.text}.${key}`, optional: `${of.optional}.?${key}` };
  }
  const at = typeof key === 'string' ? celString(key) : key.text;
  return { text: `${of.text}[${at}]`, optional: `${of.optional}[?${at}]` };
}

function keyOf(at: IrExpr): string | { readonly text: string } {
  if (at.op === 'const') {
    return typeof at.value === 'string' ? at.value : { text: String(at.value) };
  }
  return { text: read(at as PathExpr).text };
}

// Words that are tokens of their own in CEL cannot be selected with a dot.
const tokens: ReadonlySet<string> = new Set(['in', 'true', 'false', 'null']);

function isSelector(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !tokens.has(name);
}

const sureFields: ReadonlySet<string> = new Set([
  'object.apiVersion',
  'object.kind',
  'object.metadata',
  'object.metadata.name',
  'object.metadata.uid',
]);

function isSure(expr: PathExpr): boolean {
  return expr.op === 'variable' || sureFields.has(read(expr).text);
}
