import type { Span } from '../../base/span.ts';
import { type DiagnosticCode, diagnostics, problem } from '../diagnostics.ts';
import type { Place } from '../place.ts';
import { type NoteSchema, noteSchemas } from '../schema/notes.ts';
import type { Shaped } from '../shape/decl.ts';
import type { NoteNode, PropertyNode } from '../syntax/ast.ts';
import type { Session } from './session.ts';
import { didYouMean, quotedList } from './words.ts';

/** What `@allow` takes out: one code, within one declaration or block. */
export interface Allowance {
  readonly code: DiagnosticCode;
  readonly file: string;
  /** Counts from the start of the chunk. */
  readonly within: Span;
  readonly place: Place;
  readonly note: NoteNode;
}

/** A declaration or block that carries notes. */
export interface Noted {
  readonly notes: readonly NoteNode[];
  readonly place: Place;
  /** Of the whole declaration. */
  readonly span: Span;
  /** `value`, or the head of the block. */
  readonly on: string;
}

/** Checks the notes of a declaration and collects what they allow. */
export function checkNotes(noted: Noted, allowances: Allowance[], session: Session): void {
  for (const note of noted.notes) {
    if (checkNote(note, noted, session) && note.name.text === 'allow') {
      const allowance = readAllow(note, noted, session);
      if (allowance !== null) allowances.push(allowance);
    }
  }
}

/** Checks the notes of the keys of a block. */
export function checkKeyNotes(
  { keys, place }: Shaped,
  allowances: Allowance[],
  session: Session,
): void {
  for (const item of Object.values<PropertyNode | null>(keys)) {
    if (item === null || item.notes.length === 0) continue;
    checkNotes({ notes: item.notes, place, span: item.span, on: 'key' }, allowances, session);
  }
}

/** Whether a key is one that only imported YAML may say, by its note. */
export function isImported(item: PropertyNode | null): boolean {
  return item?.notes.some(({ name }) => name.text === 'imported') === true;
}

function checkNote(note: NoteNode, { place, on }: Noted, { report }: Session): boolean {
  const { text: name, span } = note.name;
  const schema: NoteSchema | null = Object.hasOwn(noteSchemas, name)
    ? noteSchemas[name as keyof typeof noteSchemas]
    : null;
  if (schema === null) {
    const near = didYouMean(name, span, Object.keys(noteSchemas));
    report(place, problem('OCM2032', span, { name }, near));
    return false;
  }
  if (schema.later !== undefined) {
    report(place, problem('OCM2034', span, { word: `@${name}` }, { help: [schema.later] }));
    return false;
  }
  if (schema.on.includes('any') || schema.on.includes(on)) return true;
  const where = placesOf(schema);
  report(place, problem('OCM2032', span, { name }, { help: [`it goes on ${where}`] }));
  return false;
}

function placesOf({ on }: NoteSchema): string {
  if (on.includes('key')) return 'a key';
  return quotedList(
    on.map((each) => (each === 'value' ? 'let' : each)),
    'or',
  );
}

function readAllow(note: NoteNode, { place, span }: Noted, { report }: Session): Allowance | null {
  const [code] = note.args;
  const written = code?.value.kind === 'name' ? code.value.name.text : '';
  const reason = note.args.find(({ name }) => name?.text === 'reason')?.value;
  if (!Object.hasOwn(diagnostics, written)) {
    const params = { sort: 'code', name: written };
    report(place, problem('OCM2001', code?.span ?? note.span, params));
    return null;
  }
  if (reason?.kind !== 'string') {
    const help = ['say why it is meant: `@allow(OCM4012, reason: "…")`'];
    report(place, problem('OCM2029', note.span, { block: '`@allow`', key: 'reason' }, { help }));
    return null;
  }
  return { code: written as DiagnosticCode, file: place.unit.uri, within: span, place, note };
}

/** What `@name("…")` says, where it is a plain text. */
export function nameByNote(notes: readonly NoteNode[]): string | null {
  const value = notes.find(({ name }) => name.text === 'name')?.args[0]?.value;
  if (value?.kind !== 'string') return null;
  const [only, ...more] = value.parts;
  return typeof only === 'string' && more.length === 0 ? only : null;
}
