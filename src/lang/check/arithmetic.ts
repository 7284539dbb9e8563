import type { IrArithmetic, IrExpr } from '../../ir/expr.ts';
import { problem } from '../diagnostics.ts';
import { compute, negate } from '../fold/arithmetic.ts';
import { isList, type Value } from '../fold/value.ts';
import type { BinaryNode, Expr, UnaryNode } from '../syntax/ast.ts';
import { elaborateSides } from './compare.ts';
import type { Context } from './context.ts';
import { bounded, complain, type Session, spend } from './session.ts';
import {
  fits,
  int,
  isScalar,
  listOf,
  optional,
  required,
  scalar,
  type Type,
  text,
  typeText,
  unite,
} from './type.ts';
import { broken, irOf, isBroken, known, residual, type Typed } from './typed.ts';

/** `+ - * /` (Rules 33 and 34). */
export function elaborateArithmetic(
  node: BinaryNode,
  expected: Type | null,
  context: Context,
  session: Session,
): Typed {
  const by = node.op as IrArithmetic;
  const sides = operandsOf(node, by, expected, context, session);
  const { left, right } = sides;
  if (isBroken(left) || isBroken(right)) return broken;
  const type = resultType(by, required(left.type), required(right.type));
  if (type === null) {
    const params = { operation: by, type: `${typeText(left.type)} and ${typeText(right.type)}` };
    const help = helpFor(left.type, right.type);
    return complain(session, context, problem('OCM2005', node.at, params, { help }));
  }
  const isOptional = left.type.is === 'optional' || right.type.is === 'optional';
  const whole = isOptional ? optional(type) : type;
  if (left.known && right.known) {
    return computeKnown({ node, by, type: whole }, left.value, right.value, context, session);
  }
  const ir: IrExpr = { op: 'arithmetic', by, left: irOf(left), right: irOf(right) };
  return bounded(session, context, node.span, residual(whole, ir, [left, right]));
}

function helpFor(left: Type, right: Type): readonly string[] {
  const isMixed = [left, right].some((type) => isScalar(required(type), 'float'));
  return isMixed ? ['an int and a float do not mix: convert one with `int(x)` or `float(x)`'] : [];
}

// A sum of quantities is written `512Mi + 500m`: what is expected of the whole is expected of its terms.
function operandsOf(
  node: BinaryNode,
  by: IrArithmetic,
  expected: Type | null,
  context: Context,
  session: Session,
): { readonly left: Typed; readonly right: Typed } {
  const hint = expected === null ? null : sumHint(required(expected));
  if (by === '+' || by === '-') {
    if (hint !== null && isUnitLiteral(node.left) && isUnitLiteral(node.right)) {
      const left = session.elaborate(node.left, hint, context);
      return { left, right: session.elaborate(node.right, hint, context) };
    }
    return elaborateSides(node, context, session, (other) => termOf(required(other)));
  }
  return factorsOf(node, hint, context, session);
}

/** What the other term of a sum is expected to be. */
function termOf(type: Type): Type | null {
  if (type.is === 'enum' || isScalar(type, 'string')) return optional(text);
  return type.is === 'scalar' ? optional(type) : null;
}

/** `1h / 20m`: a duration is divided by a duration. */
function factorsOf(
  node: BinaryNode,
  hint: Type | null,
  context: Context,
  session: Session,
): { readonly left: Typed; readonly right: Typed } {
  const operand = (expr: Expr, other: Typed | null): Typed => {
    const plain = other === null || isBroken(other) ? null : required(other.type);
    const isDivided = node.op === '/' && plain !== null && isScalar(plain, 'duration');
    return session.elaborate(
      expr,
      isUnitLiteral(expr) ? (isDivided ? plain : hint) : null,
      context,
    );
  };
  const isFirst = node.op === '/' && isUnitLiteral(node.left) && !isUnitLiteral(node.right);
  if (isFirst) {
    const right = operand(node.right, null);
    return { left: operand(node.left, right), right };
  }
  const left = operand(node.left, null);
  return { left, right: operand(node.right, left) };
}

function sumHint(expected: Type): Type | null {
  return isScalar(expected, 'quantity', 'duration', 'float') ? expected : null;
}

function isUnitLiteral(expr: Expr): boolean {
  return expr.kind === 'literal' && expr.type === 'unit';
}

interface Operation {
  readonly node: BinaryNode;
  readonly by: IrArithmetic;
  readonly type: Type;
}

function computeKnown(
  { node, by, type }: Operation,
  left: Value | undefined,
  right: Value | undefined,
  context: Context,
  session: Session,
): Typed {
  if (left === undefined || right === undefined) return known(type, undefined);
  if (!spend(session, context, node.span, sizeOf(left) + sizeOf(right))) return broken;
  const computed = compute(by, left, right);
  if (computed.ok) return known(type, computed.value);
  return complain(session, context, problem('OCM2024', node.span, { why: computed.why }));
}

function sizeOf(value: Value): number {
  if (typeof value === 'string') return value.length >> 4;
  if (typeof value !== 'object' || value === null) return 0;
  return isList(value) ? value.length : 0;
}

function resultType(by: IrArithmetic, a: Type, b: Type): Type | null {
  if (by === '+' && isText(a) && isText(b)) return text;
  if (by === '+' && a.is === 'list' && b.is === 'list') return joinLists(a.of, b.of);
  if (isScalar(a, 'int', 'score') && isScalar(b, 'int', 'score')) return int;
  for (const unit of ['quantity', 'duration'] as const) {
    const type = scalar(unit);
    const both = isScalar(a, unit) && isScalar(b, unit);
    if (both && (by === '+' || by === '-')) return type;
    if (both && by === '/' && unit === 'duration') return int;
    if (by === '*' && isScalar(a, unit) && isScalar(b, 'int')) return type;
    if (by === '*' && isScalar(a, 'int') && isScalar(b, unit)) return type;
  }
  return isScalar(a, 'float') && isScalar(b, 'float') ? scalar('float') : null;
}

function isText(type: Type): boolean {
  return type.is === 'enum' || isScalar(type, 'string');
}

function joinLists(a: Type, b: Type): Type {
  if (fits(a, b)) return listOf(b);
  return listOf(fits(b, a) ? a : unite([a, b]));
}

/** Prefix `-`. */
export function elaborateNegative(
  node: UnaryNode,
  expected: Type | null,
  context: Context,
  session: Session,
): Typed {
  const of = session.elaborate(node.of, expected, context);
  if (isBroken(of)) return broken;
  const plain = required(of.type);
  if (!isScalar(plain, 'int', 'score', 'float', 'quantity', 'duration')) {
    const params = { operation: '-', type: typeText(of.type) };
    return complain(session, context, problem('OCM2005', node.span, params));
  }
  if (!of.known) return residual(of.type, { op: 'negate', arg: of.ir }, [of]);
  if (of.value === undefined) return of;
  const computed = negate(of.value);
  if (computed.ok) return known(of.type, computed.value);
  return complain(session, context, problem('OCM2024', node.span, { why: computed.why }));
}

/** `a ?? b`: b where a is missing. */
export function elaborateCoalesce(
  node: BinaryNode,
  expected: Type | null,
  context: Context,
  session: Session,
): Typed {
  const left = session.elaborate(node.left, expected === null ? null : optional(expected), context);
  if (isBroken(left)) return broken;
  const right = session.elaborate(node.right, optional(required(left.type)), context);
  if (isBroken(right)) return broken;
  const plain = unite([required(left.type), required(right.type)]);
  const type = right.type.is === 'optional' ? optional(plain) : plain;
  if (left.known) return left.value === undefined ? right : known(plain, left.value);
  const ir: IrExpr = { op: 'coalesce', left: irOf(left), right: irOf(right) };
  return bounded(session, context, node.span, residual(type, ir, [left, right]));
}
