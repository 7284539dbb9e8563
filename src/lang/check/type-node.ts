import { builtInKindNames } from '../bind/kinds.ts';
import { isVisible, type Module } from '../bind/program.ts';
import { problem } from '../diagnostics.ts';
import { schemas } from '../schema/constructs.ts';
import type { KeySchema } from '../schema/schema.ts';
import { type Sort, schemaTypes, sortHeads } from '../schema/types.ts';
import type { StringNode, TypeFieldNode, TypeNameNode, TypeNode, Word } from '../syntax/ast.ts';
import { parseType } from '../syntax/parser.ts';
import type { Context } from './context.ts';
import { aliasNames, moduleNamed } from './modules.ts';
import { complain, refer, type Session } from './session.ts';
import {
  choices,
  cluster,
  clusters,
  type FieldType,
  json,
  kindType,
  listOf,
  optional,
  type RecordType,
  refTo,
  regoType,
  scalar,
  scalarTypes,
  type Type,
  unknown,
} from './type.ts';
import { guess } from './words.ts';

/** Says what a name of a type is: a type, or (null) a member of an enum. */
type Named = (node: TypeNameNode) => Type | null;
interface Reading {
  readonly named: Named;
  readonly text: (node: StringNode) => string | null;
  /** A union that mixes members and types; types of keys may (they are ours), types of authors may not (Rule 25). */
  readonly mixed: (node: TypeNode) => void;
  readonly twice: (field: TypeFieldNode) => void;
}

const kindNames: ReadonlySet<string> = new Set(builtInKindNames());

/** The type an author wrote. */
export function readType(node: TypeNode, context: Context, session: Session): Type {
  return read(node, {
    named: (node) =>
      node.module === null
        ? (builtInType(node.name.text) ??
          ownType(node, context, session) ??
          typeOfKind(node.name.text))
        : importedType(node, node.module, context, session),
    text: ({ parts, span }) => {
      const [only, ...more] = parts;
      if (typeof only === 'string' && more.length === 0) return only;
      complain(session, context, problem('OCM1005', span, { where: 'a type' }));
      return null;
    },
    mixed: ({ span }) => {
      const help = ['for a text or one of some words write `string`'];
      complain(session, context, problem('OCM2033', span, {}, { help }));
    },
    twice: ({ name, span }) => {
      const at = name?.span ?? span;
      complain(session, context, problem('OCM2014', at, { name: name?.text ?? '*' }));
    },
  });
}

/** A type every module has under that name, and no other can take. */
export function builtInType(name: string): Type | null {
  if ((scalarTypes as readonly string[]).includes(name)) return scalar(name as never);
  if (name === 'Cluster') return cluster;
  if (Object.hasOwn(sortHeads, name)) return refTo(name as Sort);
  return null;
}

// A module may have a type of its own by the name of a kind.
function typeOfKind(name: string): Type | null {
  return kindNames.has(name) ? json : null;
}

function ownType({ name }: TypeNameNode, context: Context, session: Session): Type | null {
  return typeIn(context.file.module, name, context, session);
}

/** `alias.Name`; what is no type there is reported: a member of an enum has no dot. */
function importedType(
  { name }: TypeNameNode,
  alias: Word,
  context: Context,
  session: Session,
): Type {
  const module = moduleNamed(alias, context, session);
  if (module === 'lost' || name.text === '') return unknown;
  const type = module === null ? null : typeIn(module, name, context, session);
  if (type !== null) return type;
  const at = module === null ? alias : name;
  const names = () => {
    if (module === null) return aliasNames(context);
    const types = [...module.values.values()].filter(({ symbol }) => symbol === 'type');
    return types.filter((each) => isVisible(each, context.file)).map((each) => each.name);
  };
  const near = guess(at.text, at.span, names, session);
  const params = { sort: module === null ? 'module' : 'type', name: at.text };
  complain(session, context, problem('OCM2001', at.span, params, near));
  return unknown;
}

function typeIn(
  module: Module,
  { text, span }: Word,
  context: Context,
  session: Session,
): Type | null {
  const symbol = module.values.get(text);
  if (symbol === undefined || !isVisible(symbol, context.file)) return null;
  if (symbol.symbol === 'kind') return json;
  if (symbol.symbol !== 'type') return null;
  refer(session, context, span, symbol);
  return session.typeOf(symbol);
}

const known = new Map<string, Type>();

/** The type of a key, as schemas write it. */
export function schemaType(text: string): Type {
  const found = known.get(text);
  if (found !== undefined) return found;
  const type = read(parseType(text).node, {
    named: ({ name: { text } }) => builtInType(text) ?? typeOfKind(text) ?? schemaNamed(text),
    text: ({ parts }) => parts.join(''),
    mixed: () => {},
    twice: () => {},
  });
  known.set(text, type);
  return type;
}

function schemaNamed(name: string): Type | null {
  if (name === 'Predicate') return { is: 'predicate' };
  if (name === 'ObjectPredicate') return { is: 'predicate', over: 'object' };
  if (name === 'TrackPredicate') return { is: 'predicate', over: 'object', cel: true };
  if (name === 'Kind') return kindType;
  if (name === 'RegoSource') return { is: 'union', of: [regoType, { is: 'source' }] };
  if (name === 'Scoring') return { is: 'scoring' };
  if (name === 'Source') return { is: 'source' };
  if (name === 'ObjectRef') return { is: 'objectRef' };
  if (name === 'Topology') return { is: 'topology' };
  if (name === 'ClusterFields') return { is: 'clusterFields' };
  if (name === 'Clusters') return clusters;
  if (name === 'InlineRollout') return keysAsRecord(schemas.rollout.keys);
  return Object.hasOwn(schemaTypes, name)
    ? schemaType(schemaTypes[name as keyof typeof schemaTypes])
    : null;
}

/** The keys of a block as a record that says the same inline. */
function keysAsRecord(keys: Readonly<Record<string, KeySchema>>): RecordType {
  const fields = new Map<string, FieldType>();
  for (const [name, { type, required }] of Object.entries(keys)) {
    fields.set(name, { type: schemaType(type), optional: required !== true });
  }
  return { is: 'record', fields, rest: null };
}

function read(node: TypeNode, reading: Reading): Type {
  switch (node.kind) {
    case 'typeName':
      return reading.named(node) ?? { is: 'enum', members: [node.name.text] };
    case 'typeText': {
      const member = reading.text(node.text);
      return member === null ? unknown : { is: 'enum', members: [member] };
    }
    case 'typeList':
      return listOf(read(node.of, reading));
    case 'typeOptional':
      return optional(read(node.of, reading));
    case 'typeUnion':
      return readUnion(node, node.of, reading);
    case 'typeRecord':
      return readRecord(node.fields, reading);
    case 'missing':
      return unknown;
  }
}

function readUnion(node: TypeNode, atoms: readonly TypeNode[], reading: Reading): Type {
  const members: string[] = [];
  const types: Type[] = [];
  for (const atom of atoms) {
    const type = read(atom, reading);
    if (type.is === 'enum' && isMember(atom, reading)) members.push(...type.members);
    else types.push(type);
  }
  if (members.length > 0 && types.length > 0) reading.mixed(node);
  const words: Type[] =
    members.length === 0 ? [] : [{ is: 'enum', members: [...new Set(members)] }];
  const of = [...words, ...types.flatMap(choices)];
  const [only] = of;
  const union: Type = of.length === 1 && only !== undefined ? only : { is: 'union', of };
  return types.some(({ is }) => is === 'optional') ? optional(union) : union;
}

function isMember(atom: TypeNode, { named }: Reading): boolean {
  if (atom.kind === 'typeText') return true;
  return atom.kind === 'typeName' && atom.module === null && named(atom) === null;
}

function readRecord(nodes: readonly TypeFieldNode[], reading: Reading): RecordType {
  const fields = new Map<string, FieldType>();
  let rest: Type | null = null;
  for (const node of nodes) {
    const type = read(node.type, reading);
    const isTwice = node.name === null ? rest !== null : fields.has(node.name.text);
    if (isTwice) reading.twice(node);
    else if (node.name === null) rest = type;
    else fields.set(node.name.text, { type, optional: node.optional });
  }
  return { is: 'record', fields, rest };
}
