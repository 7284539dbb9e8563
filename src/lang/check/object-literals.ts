import { parseInstant } from '../../base/instant.ts';
import { parseDuration } from '../../kube/duration.ts';
import { parseQuantity } from '../../kube/quantity.ts';
import { objectMetaSchema } from '../../kube/schema/built-in.ts';
import { own } from '../../kube/schema/own.ts';
import type { Schema } from '../../kube/schema/schema.ts';
import type { ObjectKind } from '../bind/kinds.ts';
import { problem } from '../diagnostics.ts';
import type { BodyNode, Expr, IfItemNode, ItemNode } from '../syntax/ast.ts';
import type { Context } from './context.ts';
import { schemaOfKind, wordsOf } from './object-type.ts';
import { complain, type Session } from './session.ts';
import { didYouMean, quotedList } from './words.ts';

/** What types do not say of the values written in a manifest: texts that have to parse, words, integers of 32 bits. */
export function checkLiterals(
  body: BodyNode,
  kind: ObjectKind,
  context: Context,
  session: Session,
): boolean {
  const schema = schemaOfKind(kind);
  if (schema === null) return true;
  const checker: Checker = { context, session, sound: true };
  const { apiVersion: _, kind: __, metadata: ___, ...properties } = schema.properties ?? {};
  const whole = { ...schema, properties: { ...properties, metadata: objectMetaSchema() } };
  checkItems(body.items, whole, checker);
  return checker.sound;
}

interface Checker {
  readonly context: Context;
  readonly session: Session;
  sound: boolean;
}

function checkItems(items: readonly ItemNode[], schema: Schema, on: Checker): void {
  for (const item of items) {
    if (item.kind === 'forItem') checkItems(item.body.items, schema, on);
    else if (item.kind === 'ifItem') checkBranch(item, schema, on);
    else if (item.kind === 'property') {
      const name = item.key.kind === 'word' ? item.key.text : item.key.parts.join('');
      const field = fieldSchema(schema, name);
      if (field !== null) checkValue(item.value, field, on);
    }
  }
}

function checkBranch({ yes, no }: IfItemNode, schema: Schema, on: Checker): void {
  checkItems(yes.items, schema, on);
  if (no?.kind === 'ifItem') checkBranch(no, schema, on);
  else if (no !== null) checkItems(no.items, schema, on);
}

function fieldSchema(schema: Schema, name: string): Schema | null {
  const field = own(schema.properties, name);
  if (field !== undefined) return field;
  const { additionalProperties: values } = schema;
  return typeof values === 'object' ? values : null;
}

function checkValue(expr: Expr, schema: Schema, on: Checker): void {
  switch (expr.kind) {
    case 'body':
      checkItems(expr.items, schema, on);
      return;
    case 'list':
      if (schema.items === undefined) return;
      for (const element of expr.elements) {
        const value = element.kind === 'forElement' ? element.value : element;
        if (value.kind !== 'spread') checkValue(value, schema.items, on);
      }
      return;
    case 'if':
      checkValue(expr.yes, schema, on);
      checkValue(expr.no, schema, on);
      return;
    case 'string':
      if (expr.parts.every((part) => typeof part === 'string')) {
        checkText(expr, expr.parts.join(''), schema, on);
      }
      return;
    case 'literal':
      if (expr.type === 'number') checkNumber(expr, expr.text, schema, on);
      return;
    default:
      return;
  }
}

function checkText(expr: Expr, text: string, schema: Schema, on: Checker): void {
  // a template, which is resolved on the hub or the cluster
  if (text.includes('{{')) return;
  const expected = expectedText(text, schema);
  if (expected !== null) {
    const found = text.length > 40 ? `"${text.slice(0, 39)}…"` : `"${text}"`;
    refuse(expr, expected, found, on);
    return;
  }
  const words = wordsOf(schema);
  if (words === null || words.includes(text)) return;
  const near = didYouMean(
    `"${text}"`,
    expr.span,
    words.map((word) => `"${word}"`),
  );
  const params = { expected: quotedList(words.slice(0, 12), 'or'), found: `\`"${text}"\`` };
  complain(on.session, on.context, problem('OCM2004', expr.span, params, near));
  on.sound = false;
}

/** What a text should have been; null where it is that. */
function expectedText(text: string, { format, type }: Schema): string | null {
  if (type !== 'string') return null;
  if (format === 'quantity') return parseQuantity(text) === null ? 'a quantity' : null;
  if (format === 'duration') return parseDuration(text).ok ? null : 'a duration';
  if (format !== 'date-time') return null;
  return parseInstant(text) === null ? 'a time such as `2026-01-31T12:00:00Z`' : null;
}

const largest = 2_147_483_647;

function checkNumber(expr: Expr, text: string, schema: Schema, on: Checker): void {
  if (schema.format !== 'int32' || Number(text) <= largest) return;
  const params = { what: `\`${text}\``, range: `at most ${largest}, as it has 32 bits` };
  complain(on.session, on.context, problem('OCM2013', expr.span, params));
  on.sound = false;
}

function refuse(expr: Expr, expected: string, found: string, on: Checker): void {
  complain(
    on.session,
    on.context,
    problem('OCM2004', expr.span, { expected, found: `\`${found}\`` }),
  );
  on.sound = false;
}
