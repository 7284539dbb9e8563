import type { Span } from '../../base/span.ts';
import { quantityOf } from '../../kube/quantity.ts';
import type { Fix } from '../diagnostics.ts';
import { problem } from '../diagnostics.ts';
import { readInt, readUnit, readVersion, unitsOf } from '../fold/literal.ts';
import { isSafe, scalarText, type Unit, type Value } from '../fold/value.ts';
import type { Expr, FenceNode, LiteralNode, StringNode } from '../syntax/ast.ts';
import { type Context, originOf } from './context.ts';
import { resolveBlock, sortsOf } from './names.ts';
import { bounded, complain, type Session, spend } from './session.ts';
import { elaborateTemplate } from './template-fences.ts';
import {
  bool,
  choices,
  int,
  isScalar,
  regoType,
  type Scalar,
  scalar,
  type Type,
  text,
  typeText,
} from './type.ts';
import { broken, irOf, isBroken, known, residual, type Typed } from './typed.ts';
import { didYouMean, quotedList, sourceText } from './words.ts';

/** A number, a unit, a version or a bool; the expected type decides what a number or `500m` is (Rule 26). */
export function elaborateLiteral(
  node: LiteralNode,
  expected: Type | null,
  context: Context,
  session: Session,
): Typed {
  switch (node.type) {
    case 'bool':
      return known(bool, node.text === 'true');
    case 'number':
      return number(node, expected, context, session);
    case 'unit':
      return unit(node, expected, context, session);
    case 'version': {
      const version = readVersion(node.text);
      return version === null
        ? complain(session, context, outOfRange(node, 'a version of so many digits'))
        : known(scalar('version'), version);
    }
  }
}

function outOfRange({ span, text: what }: LiteralNode, range: string) {
  return problem('OCM2013', span, { what: `\`${what}\``, range });
}

function expects(expected: Type | null, ...names: readonly Scalar[]): Scalar | null {
  if (expected === null) return null;
  const types = choices(expected);
  return names.find((name) => types.some((type) => isScalar(type, name))) ?? null;
}

function number(
  node: LiteralNode,
  expected: Type | null,
  context: Context,
  session: Session,
): Typed {
  const isWhole = /^\d+$/.test(node.text);
  if (isWhole) return wholeNumber(node, expected, context, session);
  const want = expects(expected, 'float', 'quantity');
  if (want === null && expects(expected, 'version') !== null)
    return asVersion(node, context, session);
  const value = Number(node.text);
  if (!Number.isFinite(value)) return complain(session, context, outOfRange(node, 'a float'));
  if (want !== 'quantity') return known(scalar('float'), value);
  const quantity = readUnit('quantity', node.text);
  return quantity === null
    ? complain(session, context, outOfRange(node, 'a quantity'))
    : known(scalar('quantity'), quantity);
}

function wholeNumber(
  node: LiteralNode,
  expected: Type | null,
  context: Context,
  session: Session,
): Typed {
  const value = readInt(node.text);
  if (value === null) return complain(session, context, outOfRange(node, 'an int of 64 bits'));
  const want = expects(expected, 'int', 'score', 'float', 'quantity');
  switch (want) {
    case 'score':
      if (value > 100n) return complain(session, context, outOfRange(node, 'from -100 to 100'));
      return known(scalar('score'), value);
    case 'float':
      return known(scalar('float'), Number(value));
    case 'quantity':
      return known(scalar('quantity'), { unit: 'quantity', quantity: quantityOf(value) });
    default:
      if (want === null && expects(expected, 'version') !== null) {
        return asVersion(node, context, session);
      }
      if (want === null && expects(expected, 'json') !== null && !isSafe(value)) {
        return complain(session, context, outOfRange(node, 'JSON keeps integers up to 2^53'));
      }
      return known(int, value);
  }
}

function asVersion(node: LiteralNode, context: Context, session: Session): Typed {
  const { span, text: written } = node;
  const version = `v${written.includes('.') ? written : `${written}.0`}`;
  const title = `write \`${version}\``;
  const fix: Fix = { title, edits: [{ span, text: version }] };
  const advice = { help: [title], fixes: [fix] };
  return complain(session, context, problem('OCM2012', span, { text: written }, advice));
}

function unit(node: LiteralNode, expected: Type | null, context: Context, session: Session): Typed {
  const possible = unitsOf(node.text);
  const [first] = possible;
  if (first === undefined) return complain(session, context, outOfRange(node, 'a known unit'));
  const want = expects(expected, ...possible);
  // In JSON both print as they are written.
  const chosen = want ?? (possible.length > 1 && expects(expected, 'json') === null ? null : first);
  if (chosen === null) {
    const minutes = node.text.replace(/m$/, 'min');
    const help = [`minutes are \`${minutes}\`, thousandths a fraction such as \`0.5\``];
    const fixes = [{ title: 'minutes', edits: [{ span: node.span, text: minutes }] }];
    const advice = { help, fixes };
    return complain(session, context, problem('OCM2011', node.span, { text: node.text }, advice));
  }
  const value = readUnit(chosen as Unit['unit'], node.text);
  if (value !== null) return known(scalar(chosen as Scalar), value);
  const range =
    chosen === 'percent' ? 'a whole percentage from 0 to 100' : `what a ${chosen} holds`;
  return complain(session, context, outOfRange(node, range));
}

/** A string: a text, a member of an enum, or the name of a block, by the expected type. */
export function elaborateString(
  node: StringNode,
  expected: Type | null,
  context: Context,
  session: Session,
): Typed {
  const typed = interpolate(node, context, session);
  if (!typed.known || typeof typed.value !== 'string' || expected === null) return typed;
  const types = choices(expected);
  if (types.some((type) => isScalar(type, 'string', 'json'))) return typed;
  const written = expects(expected, 'time', 'cidr');
  if (written === 'time' || written === 'cidr') {
    const value = readUnit(written, typed.value);
    if (value !== null) return known(scalar(written), value);
    const found = `\`${sourceText(context, node.span)}\``;
    const params = { expected: typeText(scalar(written)), found };
    const help = [forms[written]];
    return complain(session, context, problem('OCM2004', node.span, params, { help }));
  }
  return asWord(node, typed.value, expected, context, session) ?? typed;
}

// Neither has a literal of its own: they are written as in Kubernetes, in a STRING.
const forms = {
  time: 'a time is written `"2026-01-01T00:00:00Z"`',
  cidr: 'a range of addresses is written `"10.0.0.0/8"`',
} as const;

function asWord(
  node: StringNode,
  word: string,
  expected: Type,
  context: Context,
  session: Session,
): Typed | null {
  const isPlain = node.parts.every((part) => typeof part === 'string');
  const types = choices(expected);
  const member = types.find((type) => type.is === 'enum' && type.members.includes(word));
  if (member !== undefined) {
    if (isPlain) lintQuoted(node, word, context, session);
    return known(member, word);
  }
  const sorts = sortsOf(expected);
  for (const sort of sorts) {
    const block = resolveBlock({ name: word, span: node.span, sort }, context, session);
    if (block === null) continue;
    if (isPlain) lintQuoted(node, word, context, session);
    return block;
  }
  const [sort] = sorts;
  if (sort !== undefined) {
    const params = { sort: typeText({ is: 'ref', sort }).replace(/^an? /, ''), name: word };
    return complain(session, context, problem('OCM2001', node.span, params));
  }
  const members = types.flatMap((type) => (type.is === 'enum' ? type.members : []));
  if (members.length === 0 || types.some((type) => type.is !== 'enum')) return null;
  const near = didYouMean(word, node.span, members);
  const params = { word, expected: quotedList(members.slice(0, 8), 'or') };
  return complain(session, context, problem('OCM2003', node.span, params, near));
}

function lintQuoted({ span }: StringNode, word: string, context: Context, session: Session): void {
  if (!/^[A-Za-z_][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*$/.test(word)) return;
  const fixes = [{ title: `write \`${word}\``, edits: [{ span, text: word }] }];
  complain(session, context, problem('OCM5001', span, { word }, { fixes }));
}

/** The text of a string with what stands between `${` and `}` (Rule 5). */
export function interpolate(node: StringNode, context: Context, session: Session): Typed {
  const [only, ...more] = node.parts;
  if (typeof only === 'string' && more.length === 0) return known(text, only);
  const parts = node.parts.map((part) =>
    typeof part === 'string' ? known(text, part) : interpolated(part, context, session),
  );
  if (parts.some(isBroken)) return broken;
  if (parts.every(({ known: isKnown }) => isKnown))
    return joined(node.span, parts, context, session);
  const ir = residual(text, { op: 'format', parts: parts.map(irOf) }, parts);
  return bounded(session, context, node.span, ir);
}

function interpolated(expr: Expr, context: Context, session: Session): Typed {
  const typed = session.elaborate(expr, null, context);
  if (isBroken(typed)) return typed;
  const { span } = expr;
  if (typed.type.is === 'optional') {
    const params = { expected: 'a value', found: typeText(typed.type) };
    const help = [`say what to write where it is missing: \`${sourceText(context, span)} ?? "…"\``];
    return complain(session, context, problem('OCM2004', span, params, { help }));
  }
  if (choices(typed.type).every(prints)) return typed;
  const params = { operation: 'interpolation', type: typeText(typed.type) };
  return complain(session, context, problem('OCM2005', span, params));
}

function prints(type: Type): boolean {
  if (type.is === 'enum' || type.is === 'ref') return true;
  return isScalar(
    type,
    'string',
    'int',
    'float',
    'bool',
    'quantity',
    'duration',
    'percent',
    'version',
    'score',
    'json',
  );
}

function joined(span: Span, parts: readonly Typed[], context: Context, session: Session): Typed {
  const texts = parts.map((part) => (part.known ? textOf(part.value) : null));
  if (texts.some((each) => each === null)) {
    const why = 'a list, a record or null has no text';
    return complain(session, context, problem('OCM2024', span, { why }));
  }
  const whole = texts.join('');
  if (!spend(session, context, span, whole.length >> 4)) return broken;
  return known(text, whole);
}

function textOf(value: Value | undefined): string | null {
  return value === undefined ? null : scalarText(value);
}

/** A fence is its text; CEL and templates have places of their own (Rule 62, §6). */
export function elaborateFence(
  node: FenceNode,
  expected: Type | null,
  context: Context,
  session: Session,
): Typed {
  const { language, span } = node;
  if (language !== 'cel' && language !== 'gotmpl' && language !== 'rego') {
    return known(text, node.text);
  }
  if (language === 'cel' && context.cel.has(node)) {
    const source = node.text.trim();
    return residual(bool, { op: 'cel', source, origin: originOf(context, span) });
  }
  if (language === 'rego' && expected !== null && choices(expected).includes(regoType)) {
    return known(regoType, node.text);
  }
  if (language === 'gotmpl') {
    const template = elaborateTemplate(node, expected, context);
    if (template !== null) return template;
  }
  const opening = { start: span.start, end: span.start + '```'.length + language.length };
  if (language === 'gotmpl') {
    const { where } = context;
    const help = ['a template is the value of a field of an object in a policy, as it is'];
    return complain(
      session,
      context,
      problem('OCM2201', opening, { what: language, where }, { help }),
    );
  }
  if (language === 'rego') {
    const help = ['Rego is the `source` of a `rego` block in a policy'];
    const params = { what: language, where: context.where };
    return complain(session, context, problem('OCM2201', opening, params, { help }));
  }
  const { where } = context;
  const help = [
    'CEL is the whole `where` of a placement, or one part of it joined with `&&` or `||`',
  ];
  return complain(session, context, problem('OCM2201', opening, { what: 'cel', where }, { help }));
}
