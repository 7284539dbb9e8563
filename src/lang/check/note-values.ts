import type { Span } from '../../base/span.ts';
import type { BlockSymbol } from '../bind/program.ts';
import { problem } from '../diagnostics.ts';
import { type NoteSchema, noteSchemas } from '../schema/notes.ts';
import type { ArgNode, Expr, NoteNode } from '../syntax/ast.ts';
import type { Context } from './context.ts';
import { dependenciesType, elaborateDependencies } from './dependencies.ts';
import { blockOf, knownValue } from './known.ts';
import { complain, type Session } from './session.ts';
import { withTextTemplates } from './template-fences.ts';
import { bool, text } from './type.ts';
import { schemaType } from './type-node.ts';
import { isBroken, known, type Typed } from './typed.ts';

/** What the notes of a block say, by their names; one without a value is true. */
export interface NoteValues {
  readonly values: ReadonlyMap<string, Typed>;
  readonly bindings: readonly BindingNote[];
}
/** `@binding(placement, name: "x")` (Rule 43). */
export interface BindingNote {
  readonly placement: BlockSymbol;
  readonly name: string;
  readonly span: Span;
}

/** Types the values of notes; what is wrong is reported and left out. */
export function checkNoteValues(
  notes: readonly NoteNode[],
  on: string,
  context: Context,
  session: Session,
): NoteValues {
  const meant = notes.filter((note) => schemaOfNote(note)?.on.includes(on) === true);
  const values = new Map<string, Typed>();
  for (const note of meant) {
    const type = schemaOfNote(note)?.type;
    const typed = type === undefined ? null : readValue(note, type, context, session);
    if (typed === null) continue;
    const { text: name, span } = note.name;
    if (!values.has(name)) values.set(name, typed);
    else complain(session, context, problem('OCM2014', span, { name: `@${name}` }));
  }
  const bindings = meant
    .filter((note) => note.name.text === 'binding')
    .flatMap((note) => readBinding(note, context, session) ?? []);
  return { values, bindings };
}

function schemaOfNote({ name: { text: name } }: NoteNode): NoteSchema | null {
  return Object.hasOwn(noteSchemas, name) ? noteSchemas[name as keyof typeof noteSchemas] : null;
}

function readValue(note: NoteNode, type: string, context: Context, session: Session): Typed | null {
  const [argument, ...more] = note.args;
  const name = note.name.text;
  for (const extra of more) {
    const params = { word: extra.name?.text ?? 'a second value', where: `\`@${name}\`` };
    complain(session, context, problem('OCM2002', extra.span, params));
  }
  if (argument === undefined) {
    if (type === 'bool') return known(bool, true);
    const params = { block: `\`@${name}\``, key: 'a value' };
    complain(session, context, problem('OCM2029', note.span, params));
    return null;
  }
  const value = plainValue(argument, context, session);
  if (value === null) return null;
  const inside: Context = { ...withTextTemplates(context, value), where: `\`@${name}\`` };
  const typed =
    type === dependenciesType
      ? elaborateDependencies(value, inside, session)
      : session.elaborate(value, schemaType(type), inside);
  return isBroken(typed) ? null : typed;
}

function plainValue({ value, span }: ArgNode, context: Context, session: Session): Expr | null {
  if (value.kind !== 'lambda') return value;
  const params = { expected: 'a value', found: 'a function' };
  complain(session, context, problem('OCM2004', span, params));
  return null;
}

function readBinding(note: NoteNode, context: Context, session: Session): BindingNote | null {
  const inside: Context = { ...context, where: '`@binding`' };
  const first = note.args.find(({ name }) => name === null);
  const named = note.args.find(({ name }) => name?.text === 'name');
  if (first === undefined || named === undefined) {
    const help = ['`@binding(placement, name: "x")`'];
    const key = first === undefined ? 'placement' : 'name';
    const params = { block: '`@binding`', key };
    complain(session, context, problem('OCM2029', note.span, params, { help }));
    return null;
  }
  const target = plainValue(first, context, session);
  const written = plainValue(named, context, session);
  if (target === null || written === null) return null;
  const placement = blockOf(knownValue(session.elaborate(target, schemaType('Placement'), inside)));
  const name = knownValue(session.elaborate(written, text, inside));
  if (placement === undefined || typeof name !== 'string') return null;
  return { placement, name, span: note.span };
}
