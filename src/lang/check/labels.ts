import { problem } from '../diagnostics.ts';
import type { Expr, LabelNode, PathNode, StringNode } from '../syntax/ast.ts';
import type { Context } from './context.ts';
import { interpolate } from './literals.ts';
import { complain, type Session } from './session.ts';
import { type Type, text, typeText } from './type.ts';
import { isBroken, type Residual, type Typed } from './typed.ts';

/** The text of a label that names something (Rule 20): a plain name as it is, a string, or what a path gives. */
export function labelText(
  label: LabelNode | null | undefined,
  context: Context,
  session: Session,
): string | null {
  if (label === null || label === undefined) return null;
  if (label.kind === 'literal') {
    const params = { expected: 'a name', found: `\`${label.text}\`` };
    complain(session, context, problem('OCM2004', label.span, params));
    return null;
  }
  if (label.kind === 'string')
    return knownText(interpolate(label, context, session), label, context, session);
  const [only, ...more] = label.words;
  if (only === undefined || more.length === 0) return only?.text || null;
  return knownText(session.elaborate(pathExpr(label), text, context), label, context, session);
}

/** The name of an object of a policy, which may be found when its template is resolved. */
export function lateName(
  label: LabelNode | null | undefined,
  context: Context,
  session: Session,
): string | Residual | null {
  if (label === null || label === undefined) return null;
  if (label.kind === 'path' && label.words.length < 2) return label.words[0]?.text || null;
  if (label.kind === 'literal') return labelText(label, context, session);
  const typed = elaborateLabel(label, text, context, session);
  if (isBroken(typed)) return null;
  if (!typed.known) return typed;
  return typeof typed.value === 'string' ? typed.value : null;
}

/** A label as a value of the type that is expected of it: the block it refers to. */
export function elaborateLabel(
  label: LabelNode,
  expected: Type,
  context: Context,
  session: Session,
): Typed {
  if (label.kind !== 'literal') {
    return session.elaborate(label.kind === 'path' ? pathExpr(label) : label, expected, context);
  }
  const params = { expected: typeText(expected), found: `\`${label.text}\`` };
  return complain(session, context, problem('OCM2004', label.span, params));
}

function knownText(
  typed: Typed,
  label: StringNode | PathNode,
  context: Context,
  session: Session,
): string | null {
  if (isBroken(typed)) return null;
  if (typed.known) return typeof typed.value === 'string' ? typed.value : null;
  const help = ['a name has to be known while compiling'];
  const params = { what: 'cluster', where: 'a label' };
  complain(session, context, problem('OCM2201', label.span, params, { help }));
  return null;
}

/** A dotted label as the expression it is. */
function pathExpr({ words }: PathNode): Expr {
  const [first, ...rest] = words;
  const start = first?.span.start ?? 0;
  let expr: Expr =
    first === undefined
      ? { kind: 'missing', span: { start, end: start } }
      : { kind: 'name', span: first.span, name: first };
  for (const name of rest) {
    expr = { kind: 'member', span: { start, end: name.span.end }, of: expr, name };
  }
  return expr;
}
