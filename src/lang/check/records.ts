import type { Span } from '../../base/span.ts';
import type { IrRecordItem } from '../../ir/expr.ts';
import { problem } from '../diagnostics.ts';
import { isFields, type Value } from '../fold/value.ts';
import type {
  BodyNode,
  ForItemNode,
  IfItemNode,
  ItemNode,
  PropertyNode,
  SpreadNode,
} from '../syntax/ast.ts';
import { checkPredicate } from './absence.ts';
import { type Context, withPresent } from './context.ts';
import { interpolate } from './literals.ts';
import { elaborateTruth } from './logic.ts';
import { elaborateLoop } from './loops.ts';
import { pathsPresent } from './paths.ts';
import { bounded, complain, type Session, spend } from './session.ts';
import {
  choices,
  type FieldType,
  fieldOf,
  fits,
  isScalar,
  json,
  optional,
  type RecordType,
  required,
  type Type,
  typeText,
  unite,
} from './type.ts';
import { broken, irOf, isBroken, known, residual, type Typed } from './typed.ts';
import { didYouMean, quotedList } from './words.ts';

/** What a body is made of: a field, or items that depend on a cluster. */
type Part =
  | {
      readonly part: 'field';
      readonly key: string;
      readonly typed: Typed;
      /** Written in this very body, where a key may stand once. */
      readonly written: boolean;
      /** Whether the field is always there; false for one that a loop or branch may give. */
      readonly sure: boolean;
    }
  | { readonly part: 'items'; readonly item: IrRecordItem; readonly of: readonly Typed[] };

/** What is expected of a body as a value. */
export type Expected = RecordType | 'json' | null;

/** A body as a record (Rules 8 to 10). */
export function elaborateRecord(
  node: BodyNode,
  expected: Type | null,
  context: Context,
  session: Session,
): Typed {
  if (node.missing) return broken;
  const want = expectedOf(node, expected);
  const parts = elaborateItems(node.items, want, context, session);
  if (parts === null || !spend(session, context, node.span, parts.length)) return broken;
  if (!checkTwice(node, parts, context, session)) return broken;
  if (want !== null && want !== 'json' && !checkRequired(node, want, parts, context, session)) {
    return broken;
  }
  const type = want !== null && want !== 'json' ? want : typeOfParts(parts);
  return bounded(session, context, node.span, assemble(type, parts));
}

function expectedOf(node: BodyNode, expected: Type | null): Expected {
  if (expected === null) return null;
  const types = choices(expected);
  const records = types.filter((type) => type.is === 'record');
  // Of several record types the one is meant that knows the first key.
  const first = node.items.find((item) => item.kind === 'property');
  const key = first === undefined ? null : plainKey(first);
  const fitting = records.find((type) => key !== null && fieldOf(type, key) !== null);
  if (fitting !== undefined) return fitting;
  if (types.some((type) => isScalar(type, 'json'))) return 'json';
  return records[0] ?? null;
}

function plainKey({ key }: PropertyNode): string | null {
  if (key.kind === 'word') return key.text;
  return key.parts.every((part) => typeof part === 'string') ? key.parts.join('') : null;
}

/** The parts of items, in order; null where something was reported. */
export function elaborateItems(
  items: readonly ItemNode[],
  want: Expected,
  context: Context,
  session: Session,
): readonly Part[] | null {
  const parts: Part[] = [];
  let sound = true;
  for (const item of items) {
    const found = elaborateItem(item, want, context, session);
    if (found === null) sound = false;
    else parts.push(...found);
  }
  return sound ? parts : null;
}

function elaborateItem(
  item: ItemNode,
  want: Expected,
  context: Context,
  session: Session,
): readonly Part[] | null {
  switch (item.kind) {
    case 'property':
      return elaborateField(item, want, context, session);
    case 'spread':
      return spreadItem(item, want, context, session);
    case 'forItem':
      return loopItem(item, want, context, session);
    case 'ifItem':
      return branchItem(item, want, context, session);
    case 'block': {
      if (item.body.missing) return null;
      const help = ['a field is written `name: value`'];
      return refused(item.head.span, item.head.text, context, session, help);
    }
    case 'expect':
      return refused(item.span, 'expect', context, session, []);
  }
}

function refused(
  span: Span,
  word: string,
  context: Context,
  session: Session,
  help: readonly string[],
): null {
  complain(session, context, problem('OCM2002', span, { word, where: 'a record' }, { help }));
  return null;
}

function elaborateField(
  item: PropertyNode,
  want: Expected,
  context: Context,
  session: Session,
): readonly Part[] | null {
  const key = keyOf(item, context, session);
  if (key === null) return null;
  const type = typeOfField(want, key);
  if (type === null) {
    const record = want as RecordType;
    const names = [...record.fields.keys()];
    const near = didYouMean(key, item.key.span, names);
    const help = near.help.length > 0 ? near.help : knownHere(names);
    const params = { word: key, where: typeText(record) };
    complain(session, context, problem('OCM2002', item.key.span, params, { ...near, help }));
    return null;
  }
  const typed = session.elaborate(item.value, type ?? null, context);
  if (isBroken(typed)) return null;
  return [{ part: 'field', key, typed, written: true, sure: true }];
}

function knownHere(names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const more = names.length > 12 ? ', …' : '';
  return [`known here: ${quotedList(names.slice(0, 12), 'and')}${more}`];
}

/** Undefined where nothing is expected, null where there is no such field. */
function typeOfField(want: Expected, key: string): Type | null | undefined {
  if (want === 'json') return json;
  if (want === null) return undefined;
  const field = want.fields.get(key);
  if (field === undefined) return want.rest;
  return field.optional && want.present !== true ? optional(field.type) : field.type;
}

function keyOf({ key }: PropertyNode, context: Context, session: Session): string | null {
  if (key.kind === 'word') return key.text === '' ? null : key.text;
  const typed = interpolate(key, context, session);
  if (isBroken(typed)) return null;
  if (typed.known && typeof typed.value === 'string') return typed.value;
  const help = ['a key has to be known while compiling'];
  const params = { what: 'cluster', where: 'the key of a field' };
  complain(session, context, problem('OCM2201', key.span, params, { help }));
  return null;
}

function spreadItem(
  { of: expr }: SpreadNode,
  want: Expected,
  context: Context,
  session: Session,
): readonly Part[] | null {
  const of = session.elaborate(expr, want === 'json' ? json : null, context);
  if (isBroken(of)) return null;
  const plain = required(of.type);
  if ((plain.is !== 'record' && !isScalar(plain, 'json')) || of.type.is === 'optional') {
    const params = { expected: 'a record', found: typeText(of.type) };
    complain(session, context, problem('OCM2004', expr.span, params));
    return null;
  }
  if (!spreadFits(expr.span, plain, want, context, session)) return null;
  if (!of.known) return [{ part: 'items', item: { item: 'spread', of: of.ir }, of: [of] }];
  if (of.value === undefined || of.value === null || typeof of.value !== 'object') return null;
  if (!isFields(of.value)) return null;
  return [...of.value].map(([key, value]): Part => {
    const type = plain.is === 'record' ? (fieldOf(plain, key) ?? json) : json;
    const typed = known(required(type), value);
    return { part: 'field', key, typed, written: false, sure: true };
  });
}

/** Whether the fields a record brings are such as belong here. */
function spreadFits(
  span: Span,
  from: Type,
  want: Expected,
  context: Context,
  session: Session,
): boolean {
  if (want === null || want === 'json' || from.is !== 'record') return true;
  for (const [word, { type }] of from.fields) {
    const field = typeOfField(want, word);
    if (field === null) {
      complain(session, context, problem('OCM2002', span, { word, where: typeText(want) }));
      return false;
    }
    if (field === undefined || fits(type, field)) continue;
    const found = `${typeText(type)} in \`${word}\``;
    complain(session, context, problem('OCM2004', span, { expected: typeText(field), found }));
    return false;
  }
  return true;
}

function loopItem(
  { head, body }: ForItemNode,
  want: Expected,
  context: Context,
  session: Session,
): readonly Part[] | null {
  const loop = elaborateLoop(head, context, session);
  if (loop === null) return null;
  if (!loop.known) {
    const parts = elaborateItems(body.items, want, loop.context, session);
    if (parts === null) return null;
    const { variables, over, test } = loop;
    const items = parts.map(itemOf);
    return [
      { part: 'items', item: { item: 'for', variables, over, test, items }, of: typedOf(parts) },
    ];
  }
  const all: Part[] = [];
  for (const turn of loop.turns) {
    const parts = elaborateItems(body.items, want, turn.context, session);
    if (parts === null) return null;
    if (turn.test === null) all.push(...parts.map(unsure));
    else {
      const item: IrRecordItem = { item: 'if', test: turn.test, yes: parts.map(itemOf), no: [] };
      all.push({ part: 'items', item, of: typedOf(parts) });
    }
  }
  return all;
}

function branchItem(
  item: IfItemNode,
  want: Expected,
  context: Context,
  session: Session,
): readonly Part[] | null {
  const test = elaborateTruth(item.test, context, session);
  checkPredicate(item.test, context, session);
  const chosen = test.known && !isBroken(test) ? test.value === true : null;
  const side = (body: BodyNode | IfItemNode | null, when: boolean): readonly Part[] | null => {
    if (body === null) return [];
    const dead = context.dead || (chosen !== null && chosen !== when);
    const inside = { ...withPresent(context, pathsPresent(item.test, when)), dead };
    return body.kind === 'ifItem'
      ? branchItem(body, want, inside, session)
      : elaborateItems(body.items, want, inside, session);
  };
  const yes = side(item.yes, true);
  const no = side(item.no, false);
  if (yes === null || no === null || isBroken(test)) return null;
  if (chosen !== null) return (chosen ? yes : no).map(unsure);
  const ir: IrRecordItem = {
    item: 'if',
    test: irOf(test),
    yes: yes.map(itemOf),
    no: no.map(itemOf),
  };
  return [{ part: 'items', item: ir, of: [test, ...typedOf(yes), ...typedOf(no)] }];
}

function unsure(part: Part): Part {
  return part.part === 'field' ? { ...part, written: false, sure: false } : part;
}

function typedOf(parts: readonly Part[]): readonly Typed[] {
  return parts.flatMap((part) => (part.part === 'field' ? [part.typed] : part.of));
}

function itemOf(part: Part): IrRecordItem {
  return part.part === 'items'
    ? part.item
    : { item: 'field', key: part.key, value: irOf(part.typed) };
}

/** Later fields win over those that came from a spread, a loop or a branch; they keep the place of the first. */
function assemble(type: Type, parts: readonly Part[]): Typed {
  const typed = typedOf(parts);
  const isKnown = parts.every((part) => part.part === 'field' && part.typed.known);
  if (!isKnown) return residual(type, { op: 'record', items: parts.map(itemOf) }, typed);
  const fields = new Map<string, Value>();
  for (const part of parts) {
    if (part.part !== 'field' || !part.typed.known || part.typed.value === undefined) continue;
    fields.set(part.key, part.typed.value);
  }
  return known(type, fields);
}

function typeOfParts(parts: readonly Part[]): RecordType {
  const fields = new Map<string, FieldType>();
  let rest: Type | null = null;
  for (const part of parts) {
    if (part.part === 'items') rest = json;
    else fields.set(part.key, { type: part.typed.type, optional: false });
  }
  if (rest !== null) rest = unite([json, ...[...fields.values()].map(({ type }) => type)]);
  return { is: 'record', fields, rest };
}

function checkTwice(
  node: BodyNode,
  parts: readonly Part[],
  context: Context,
  session: Session,
): boolean {
  const seen = new Set<string>();
  for (const part of parts) {
    if (part.part !== 'field' || !part.written) continue;
    if (!seen.has(part.key)) {
      seen.add(part.key);
      continue;
    }
    const name = part.key;
    const twice = node.items.findLast(
      (item) => item.kind === 'property' && plainKey(item) === name,
    );
    const at = twice?.kind === 'property' ? twice.key.span : node.span;
    complain(session, context, problem('OCM2014', at, { name }));
    return false;
  }
  return true;
}

function checkRequired(
  node: BodyNode,
  want: RecordType,
  parts: readonly Part[],
  context: Context,
  session: Session,
): boolean {
  if (parts.some(({ part }) => part === 'items')) return true;
  const given = new Set(parts.map((part) => (part.part === 'field' ? part.key : '')));
  for (const [key, field] of want.fields) {
    if (field.optional || given.has(key)) continue;
    const { start } = node.span;
    const span = { start, end: start + 1 };
    const block = want.says ?? 'this record';
    complain(session, context, problem('OCM2029', span, { block, key }));
    return false;
  }
  return true;
}
