import type { Span } from '../../base/span.ts';
import type { IrExpr } from '../../ir/expr.ts';
import { problem } from '../diagnostics.ts';
import type { BinaryNode, Expr, IfNode, UnaryNode } from '../syntax/ast.ts';
import { checkPredicate } from './absence.ts';
import { type Context, originOf, withPresent } from './context.ts';
import { pathsPresent } from './paths.ts';
import { bounded, complain, type Session } from './session.ts';
import { bool, isTruth, optional, required, type Type, typeText, unite } from './type.ts';
import { broken, irOf, isBroken, known, residual, type Typed } from './typed.ts';

/** An expression where something is decided: a bool or condition, which may be missing (Rule 29). */
export function elaborateTruth(expr: Expr, context: Context, session: Session): Typed {
  const typed = session.elaborate(expr, null, context);
  if (isBroken(typed) || isTruth(required(typed.type))) return typed;
  const params = { expected: 'a condition', found: typeText(typed.type) };
  return complain(session, context, problem('OCM2004', expr.span, params));
}

/** `&&` and `||`: Kleene's tables, and what is known drops out. */
export function elaborateJunction(node: BinaryNode, context: Context, session: Session): Typed {
  const isAnd = node.op === '&&';
  const left = elaborateTruth(node.left, context, session);
  const rightContext = withPresent(context, pathsPresent(node.left, isAnd));
  const right = elaborateTruth(node.right, rightContext, session);
  if (isBroken(left) || isBroken(right)) return broken;
  const type = truthOf(left, right);
  const joined = junction(isAnd ? 'and' : 'or', type, [left, right], originOf(context, node.span));
  return bounded(session, context, node.span, joined);
}

/** Joins conditions with `and` or `or`; nested ones of the same kind become one. */
export function junction(
  op: 'and' | 'or',
  type: Type,
  parts: readonly Typed[],
  origin: ReturnType<typeof originOf>,
): Typed {
  const neutral = op === 'and';
  if (parts.some((part) => part.known && part.value === !neutral)) return known(bool, !neutral);
  const left = parts.filter((part) => !(part.known && part.value === neutral));
  const [only] = left;
  if (only === undefined) return known(bool, neutral);
  if (left.length === 1) return only;
  if (left.every((part) => part.known)) return known(type, undefined);
  const args = left.flatMap((part): readonly IrExpr[] => {
    const ir = irOf(part);
    return ir.op === op ? ir.args : [ir];
  });
  const joined = residual(type, { op, args, origin }, left);
  // A chain is one node however long it is.
  const depth = Math.max(...left.map((part) => depthWithin(part, op)));
  return joined.known ? joined : { ...joined, depth: depth + 1 };
}

function depthWithin(part: Typed, op: 'and' | 'or'): number {
  if (part.known) return 1;
  return part.ir.op === op ? part.depth - 1 : part.depth;
}

/** `bool`, or `bool?` where a part may be missing. */
export function truthOf(...parts: readonly Typed[]): Type {
  return parts.some(({ type }) => type.is === 'optional') ? optional(bool) : bool;
}

/** Prefix `!`. */
export function elaborateNot(node: UnaryNode, context: Context, session: Session): Typed {
  const of = elaborateTruth(node.of, context, session);
  if (isBroken(of)) return broken;
  return negation(of, context, node.span);
}

/** The opposite of a condition. */
export function negation(of: Typed, context: Context, span: Span): Typed {
  const type = truthOf(of);
  if (of.known) return known(type, typeof of.value === 'boolean' ? !of.value : undefined);
  return residual(type, { op: 'not', arg: of.ir, origin: originOf(context, span) }, [of]);
}

/** `if c then a else b`. */
export function elaborateIf(
  node: IfNode,
  expected: Type | null,
  context: Context,
  session: Session,
): Typed {
  const test = elaborateTruth(node.test, context, session);
  if (!isBroken(test)) checkPredicate(node.test, context, session);
  const chosen = test.known && !isBroken(test) ? test.value === true : null;
  const branch = (expr: Expr, when: boolean): Typed => {
    const inside = withPresent(context, pathsPresent(node.test, when));
    const dead = context.dead || (chosen !== null && chosen !== when);
    return session.elaborate(expr, expected, { ...inside, dead });
  };
  const yes = branch(node.yes, true);
  const no = branch(node.no, false);
  if (isBroken(test)) return broken;
  if (chosen !== null) return chosen ? yes : no;
  if (isBroken(yes) || isBroken(no)) return broken;
  const type = unite([yes.type, no.type]);
  const ir: IrExpr = { op: 'if', test: irOf(test), yes: irOf(yes), no: irOf(no) };
  return bounded(session, context, node.span, residual(type, ir, [test, yes, no]));
}
