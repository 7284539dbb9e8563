import type { Span } from '../../base/span.ts';
import { findValue } from '../bind/lookup.ts';
import type { FunctionSymbol } from '../bind/program.ts';
import { type Fix, problem, type Secondary } from '../diagnostics.ts';
import { secondary } from '../place.ts';
import type { BinaryNode, CallNode, Expr, UnaryNode } from '../syntax/ast.ts';
import { moduleOf } from './access.ts';
import { type Context, findLocal } from './context.ts';
import { complain, type Session } from './session.ts';
import { isTruth, required, type Type } from './type.ts';
import { shortened, sourceText } from './words.ts';

/**
 * OCM2104 (§4.2): a negative test on something that may be missing has to say what missing means. Looks at the
 * negation-normal form, so `!(a == b)` counts; `expr` has been typed before, and decides something.
 */
export function checkPredicate(expr: Expr, context: Context, session: Session): void {
  if (context.call === null) visit(expr, { context, session, call: null }, true);
}

interface Visit {
  /** Of the text looked at. */
  readonly context: Context;
  readonly session: Session;
  /** The call in whose function we are: there the problem is said. */
  readonly call: { readonly context: Context; readonly node: CallNode } | null;
  /** The `!` right before what is looked at. */
  readonly negation?: UnaryNode;
}

function visit(expr: Expr, of: Visit, positive: boolean): void {
  const { negation: _, ...on } = of;
  switch (expr.kind) {
    case 'unary':
      if (expr.op === '!') visit(expr.of, { ...on, negation: expr }, !positive);
      return;
    case 'binary':
      visitBinary(expr, isJunction(expr) ? on : of, positive);
      return;
    case 'if':
      visit(expr.yes, on, positive);
      visit(expr.no, on, positive);
      return;
    case 'call':
      visitCall(expr, of, positive);
      return;
    case 'name':
    case 'member':
    case 'index':
      if (!positive) checkAtom(expr, expr, '!', of);
      return;
    default:
      return;
  }
}

function isJunction({ op }: BinaryNode): boolean {
  return op === '&&' || op === '||' || op === '??';
}

function visitBinary(expr: BinaryNode, on: Visit, positive: boolean): void {
  const { op } = expr;
  if (op === '&&' || op === '||') {
    visit(expr.left, on, positive);
    visit(expr.right, on, positive);
    return;
  }
  if (op === '??') {
    visit(expr.right, on, positive);
    return;
  }
  const isNegative = op === '!=' || op === 'not in';
  if (isNegative === positive) {
    const operand = [expr.left, expr.right].find((side) => isOptional(side, on));
    if (operand !== undefined) checkAtom(expr, operand, positive ? op : '!', on);
  }
  // A condition that is compared counts both ways.
  for (const side of [expr.left, expr.right]) {
    if (!isCondition(side, on)) continue;
    visit(side, on, true);
    visit(side, on, false);
  }
}

function visitCall(expr: CallNode, on: Visit, positive: boolean): void {
  const callee = functionOf(expr, on);
  if (callee !== null) {
    // As it stands its body was checked where it is declared.
    if (positive) return;
    const context = { ...on.context, file: callee.file, place: callee.place, locals: null };
    const call = on.call ?? { context: on.context, node: expr };
    visit(callee.node.body, { ...on, context, call }, false);
    return;
  }
  const value = expr.args[0]?.value;
  if (value?.kind === 'lambda') {
    const name = expr.of.kind === 'member' ? expr.of.name.text : '';
    visit(value.body, on, name === 'filter' ? true : positive);
    if (positive || expr.of.kind !== 'member' || !isOptional(expr.of.of, on)) return;
    checkAtom(expr, expr.of.of, '!', on);
    return;
  }
  if (positive || !isOptional(expr, on)) return;
  checkAtom(expr, expr.of.kind === 'member' ? expr.of.of : expr, '!', on);
}

function functionOf({ of }: CallNode, { context, session }: Visit): FunctionSymbol | null {
  if (of.kind === 'name') {
    if (findLocal(context, of.name.text) !== null) return null;
    const symbol = findValue(of.name.text, context.file);
    return symbol?.symbol === 'fun' ? symbol : null;
  }
  if (of.kind !== 'member') return null;
  const module = moduleOf(of.of, context, session);
  if (module === null || module === 'lost') return null;
  const symbol = module.values.get(of.name.text);
  return symbol?.symbol === 'fun' ? symbol : null;
}

function typeOf(expr: Expr, { session }: Visit): Type | null {
  return session.types.get(expr) ?? null;
}

function isOptional(expr: Expr, on: Visit): boolean {
  return typeOf(expr, on)?.is === 'optional';
}

function isCondition(expr: Expr, on: Visit): boolean {
  const type = typeOf(expr, on);
  const isFormula = expr.kind === 'binary' || expr.kind === 'unary' || expr.kind === 'call';
  return isFormula && type !== null && isTruth(required(type));
}

function checkAtom(atom: Expr, operand: Expr, op: string, on: Visit): void {
  if (!isOptional(operand, on)) return;
  const { context, session, call } = on;
  const path = sourceText(context, operand.span);
  const places = { secondary: declaredAt(operand, on) };
  if (call !== null) {
    const help = [`in the body of the function: \`${sourceText(context, atom.span)}\``];
    const { span } = call.node;
    complain(session, call.context, problem('OCM2104', span, { path, op }, { help, ...places }));
    return;
  }
  const fixes = fixesFor(atom, operand, op, on);
  const help =
    fixes.length > 0
      ? fixes.map(({ title, edits }) => `${title}: \`${shortened(edits[0]?.text ?? '')}\``)
      : [`require it: \`has(${path}) && …\``, `let missing match: \`!has(${path}) || …\``];
  complain(
    session,
    context,
    problem('OCM2104', atom.span, { path, op }, { help, fixes, ...places }),
  );
}

/** Require it, let missing match, or give it a value. */
function fixesFor(atom: Expr, operand: Expr, op: string, on: Visit): readonly Fix[] {
  const path = textAt(operand.span, on);
  if (op === '!') {
    // Within a longer `!(…)` an edit of one part would be negated with it.
    return on.negation?.of === atom ? presenceFixes(on.negation, path, on) : [];
  }
  const fixes = presenceFixes(atom, path, on);
  const value = sampleOf(typeOf(operand, on), textAt(atom.span, on));
  if (value === null || atom.kind !== 'binary' || atom.left !== operand) return fixes;
  const rest = textAt({ start: operand.span.end, end: atom.span.end }, on);
  return [...fixes, edit('give it a value', atom.span, `${path} ?? ${value}${rest}`)];
}

function presenceFixes({ span }: Expr, path: string, on: Visit): readonly Fix[] {
  const written = textAt(span, on);
  return [
    edit('require it', span, `has(${path}) && ${written}`),
    edit('let missing match', span, `(!has(${path}) || ${written})`),
  ];
}

function edit(title: string, span: Span, text: string): Fix {
  return { title, edits: [{ span, text }] };
}

/** What is written, whole: it becomes an edit. */
function textAt({ start, end }: Span, { context }: Visit): string {
  return context.place.chunk.text.slice(start, end);
}

function sampleOf(type: Type | null, written: string): string | null {
  const plain = type === null ? null : required(type);
  if (plain?.is === 'enum') {
    const other = plain.members.find((member) => !written.includes(member));
    return other === undefined ? null : /^[\w-]+$/.test(other) ? other : JSON.stringify(other);
  }
  if (plain?.is !== 'scalar') return null;
  return plain.name === 'string' ? '""' : plain.name === 'int' ? '0' : null;
}

function declaredAt(operand: Expr, { session }: Visit): readonly Secondary[] {
  if (operand.kind !== 'member') return [];
  const attribute = session.attributeOf(operand.name.text);
  if (attribute === null) return [];
  return [secondary(attribute.place, attribute.span, 'declared optional here')];
}
