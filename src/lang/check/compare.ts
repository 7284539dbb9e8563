import type { IrComparison, IrExpr } from '../../ir/expr.ts';
import { cidrContains, parseIp } from '../../kube/ip.ts';
import { findValue } from '../bind/lookup.ts';
import { problem } from '../diagnostics.ts';
import { isFields, isList, isUnit, orderOf, type Value, valuesEqual } from '../fold/value.ts';
import type { BinaryNode, Expr, MemberNode } from '../syntax/ast.ts';
import { askedOf } from './asked-set.ts';
import { type Context, findLocal, originOf } from './context.ts';
import { isKindName } from './kinds.ts';
import { truthOf } from './logic.ts';
import { isInScope } from './names.ts';
import { bounded, complain, type Session, spend } from './session.ts';
import { clustersCompared, clusterWithin } from './test-values.ts';
import {
  choices,
  cluster,
  fits,
  isClusters,
  isScalar,
  json,
  listOf,
  optional,
  required,
  scalar,
  type Type,
  text,
  typeText,
} from './type.ts';
import { broken, irOf, isBroken, known, residual, type Typed } from './typed.ts';

/** Two sides, of which each may say what the other one's bare words mean. */
export interface Sides {
  readonly left: Typed;
  readonly right: Typed;
}

/** Whether an expression means something only by what is expected of it. */
function needsExpectation(expr: Expr, context: Context): boolean {
  switch (expr.kind) {
    case 'name':
    case 'string':
    case 'literal':
    case 'list':
    case 'body':
      return true;
    case 'unary':
      return expr.op === '-' && needsExpectation(expr.of, context);
    case 'member':
      return isQualified(expr, context);
    default:
      return false;
  }
}

/**
 * Types both sides of an operator; the side that is not a bare word or literal is typed first and becomes the
 * expectation of the other (Rule 19). A name of a variable or value counts as itself.
 */
export function elaborateSides(
  node: BinaryNode,
  context: Context,
  session: Session,
  expectation: (other: Type, side: 'left' | 'right') => Type | null,
): Sides {
  const first = (expr: Expr): Typed => session.elaborate(expr, null, context);
  const second = (expr: Expr, other: Typed, side: 'left' | 'right'): Typed => {
    if (isBroken(other) && needsExpectation(expr, context)) return broken;
    return session.elaborate(expr, isBroken(other) ? null : expectation(other.type, side), context);
  };
  if (rank(node.left, context) > rank(node.right, context)) {
    const right = first(node.right);
    return { left: second(node.left, right, 'left'), right };
  }
  const left = first(node.left);
  return { left, right: second(node.right, left, 'right') };
}

/** `alias.name` and `Kind.name`: of which sort they name something, the other side says. */
function isQualified({ of }: MemberNode, context: Context): boolean {
  if (of.kind !== 'name' || findLocal(context, of.name.text) !== null) return false;
  const symbol = findValue(of.name.text, context.file);
  if (symbol !== null) return symbol.symbol === 'alias' || symbol.symbol === 'kind';
  return isKindName(of.name.text, context);
}

/** How much an expression depends on what is expected of it. */
function rank(expr: Expr, context: Context): number {
  if (!needsExpectation(expr, context)) return 0;
  if (expr.kind === 'name') return isInScope(expr.name.text, context) ? 0 : 2;
  if (expr.kind === 'member') return 1;
  if (expr.kind === 'literal') return expr.type === 'number' ? 3 : 1;
  return expr.kind === 'string' ? 1 : 2;
}

const ordered = [
  'int',
  'float',
  'score',
  'quantity',
  'duration',
  'percent',
  'version',
  'time',
] as const;

/** `== != < <= > >=` (Rule 27). */
export function elaborateComparison(node: BinaryNode, context: Context, session: Session): Typed {
  const by = node.op as IrComparison;
  const sides = elaborateSides(node, context, session, (other) => optional(required(other)));
  const { left, right } = sides;
  if (isBroken(left) || isBroken(right)) return broken;
  const isEquality = by === '==' || by === '!=';
  const plain = [required(left.type), required(right.type)] as const;
  if (!isEquality) {
    const odd = plain.find(
      (type) => !choices(type).every((each) => isScalar(each, ...ordered, 'json')),
    );
    if (odd !== undefined) {
      const params = { operation: by, type: typeText(odd) };
      return complain(session, context, problem('OCM2005', node.at, params));
    }
  }
  if (!fits(plain[0], plain[1]) && !fits(plain[1], plain[0])) {
    const params = { expected: typeText(plain[0]), found: typeText(plain[1]) };
    return complain(session, context, problem('OCM2004', node.right.span, params));
  }
  const named = isEquality ? clustersCompared(left, right, context) : null;
  if (named !== null) return compareClusters(node, named, context, session);
  const type = truthOf(left, right);
  if (left.known && right.known) return known(type, compareKnown(by, left.value, right.value));
  const ir: IrExpr = {
    op: 'compare',
    by,
    left: irOf(left),
    right: irOf(right),
    origin: originOf(context, node.span),
  };
  return bounded(session, context, node.span, residual(type, ir, [left, right]));
}

/** Clusters compare by name, and without order unless both sides have one (Rule 56). */
function compareClusters(
  node: BinaryNode,
  { left, right }: Sides,
  context: Context,
  session: Session,
): Typed {
  const origin = originOf(context, node.span);
  const by = node.op as IrComparison;
  const ir: IrExpr = { op: 'compare', by, left: irOf(left), right: irOf(right), origin };
  const typed = residual(truthOf(left, right), ir, [left, right]);
  return bounded(session, context, node.span, typed);
}

function compareKnown(
  by: IrComparison,
  left: Value | undefined,
  right: Value | undefined,
): boolean | undefined {
  if (left === undefined || right === undefined) return undefined;
  if (by === '==') return valuesEqual(left, right);
  if (by === '!=') return !valuesEqual(left, right);
  const order = orderOf(left, right);
  if (order === null) return undefined;
  switch (by) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

/** `in` and `not in`: a list, the keys of a map, or a cidr on the right (Rule 27). */
export function elaborateIn(node: BinaryNode, context: Context, session: Session): Typed {
  const { left, right } = elaborateSides(node, context, session, (other, side) => {
    if (side === 'left') return elementOf(other);
    if (node.right.kind === 'list') return listOf(required(other));
    return isRange(node.right) ? scalar('cidr') : null;
  });
  if (isBroken(left) || isBroken(right)) return broken;
  const item = required(left.type);
  const expected = containerFor(item, required(right.type));
  if (expected === null) {
    const params = { operation: 'in', type: typeText(right.type) };
    const isText = isScalar(required(right.type), 'string');
    const help = isText ? ['part of a text is `text.contains("part")`'] : [];
    return complain(session, context, problem('OCM2005', node.right.span, params, { help }));
  }
  if (!fits(item, expected) && !fits(expected, item)) {
    const params = { expected: typeText(expected), found: typeText(item) };
    return complain(session, context, problem('OCM2004', node.left.span, params));
  }
  const type = truthOf(left, right);
  const isNot = node.op === 'not in';
  const named = clusterWithin(left, right, context);
  if (named !== null) return contained(node, named, type, context, session);
  if (!right.known) {
    const asked = { ...right, ir: askedOf(left, right.ir, context, session) };
    return contained(node, { left, right: asked }, type, context, session);
  }
  if (left.known && right.known) {
    const size =
      right.value !== undefined && isList(right.value as Value)
        ? (right.value as Value[]).length
        : 1;
    if (!spend(session, context, node.span, size)) return broken;
    const held = holds(left.value, right.value);
    return known(type, held === undefined ? undefined : held !== isNot);
  }
  return contained(node, { left, right }, type, context, session);
}

/** A STRING that a text can be in is a range of addresses. */
function isRange(expr: Expr): boolean {
  return expr.kind === 'string' && expr.parts.some((part) => String(part).includes('/'));
}

function contained(
  node: BinaryNode,
  { left, right }: Sides,
  type: Type,
  context: Context,
  session: Session,
): Typed {
  const isNot = node.op === 'not in';
  const origin = originOf(context, node.span);
  const within: IrExpr = { op: 'in', left: irOf(left), right: irOf(right), origin };
  const ir: IrExpr = isNot ? { op: 'not', arg: within, origin } : within;
  return bounded(session, context, node.span, residual(type, ir, [left, right]));
}

function elementOf(type: Type): Type | null {
  const plain = required(type);
  if (isClusters(plain)) return optional(cluster);
  if (plain.is === 'list') return optional(plain.of);
  return plain.is === 'record' || isScalar(plain, 'cidr') ? optional(text) : null;
}

/** What may be on the left, given what is on the right; null where nothing may. */
function containerFor(item: Type, container: Type): Type | null {
  if (container.is === 'list') return container.of;
  if (isClusters(container)) return cluster;
  if (container.is === 'record' || isScalar(container, 'cidr')) return text;
  if (isScalar(container, 'json')) return json;
  return container.is === 'union' && container.of.length === 0 ? item : null;
}

function holds(item: Value | undefined, container: Value | undefined): boolean | undefined {
  if (item === undefined || container === undefined) return undefined;
  if (isList(container)) return container.some((each) => valuesEqual(each, item));
  if (typeof container === 'object' && container !== null && isFields(container)) {
    return typeof item === 'string' && container.has(item);
  }
  if (isUnit(container) && container.unit === 'cidr' && typeof item === 'string') {
    const address = parseIp(item);
    return address === null ? undefined : cidrContains(container.cidr, address);
  }
  return undefined;
}
