import {
  bool,
  cluster,
  int,
  isScalar,
  json,
  listOf,
  required,
  scalar,
  type Type,
  text,
} from './type.ts';

/** What a function of language.md §10 takes and gives. */
export interface Signature {
  readonly name: string;
  /** Each says of the argument at its place what is expected; null: anything. */
  readonly takes: readonly (Type | null)[];
  /** How many of them must be given; all where it is not said. */
  readonly least?: number;
  readonly gives: (args: readonly Type[]) => Type;
  /** Its last argument is a lambda over the elements of the first. */
  readonly lambda?: 'test' | 'map';
  /** It may have no answer although its arguments are there; what is known is plain all the same. */
  readonly partial?: true;
}

const strings = listOf(text);
const always = (type: Type) => (): Type => type;
const same = ([type]: readonly Type[]): Type => type ?? json;

function make(
  name: string,
  takes: readonly (Type | null)[],
  gives: Signature['gives'],
  more: Partial<Signature> = {},
): [string, Signature] {
  return [name, { name, takes, gives, ...more }];
}

/** Functions called by name. */
export const functions: ReadonlyMap<string, Signature> = new Map([
  make('string', [null], always(text)),
  make('json', [null], always(text)),
  make('yaml', [null], always(text)),
  make('fromJson', [text], always(json), { partial: true }),
  make('fromYaml', [text], always(json), { partial: true }),
  make('int', [null], always(int), { partial: true }),
  make('float', [null], always(scalar('float')), { partial: true }),
  make('quantity', [null], always(scalar('quantity')), { partial: true }),
  make('duration', [null], always(scalar('duration')), { partial: true }),
  make('version', [null], always(scalar('version')), { partial: true }),
  make('percent', [null], always(scalar('percent')), { partial: true }),
  make('min', [null, null], same),
  make('max', [null, null], same),
  make('range', [int, int], always(listOf(int))),
  make('base64', [text], always(text)),
  make('unbase64', [text], always(text), { partial: true }),
  make('sha256', [text], always(text)),
  make('merge', [null, null], ([a, b]) => mergeTypes(a ?? json, b ?? json)),
]);

const stringMethods = new Map([
  make('size', [text], always(int)),
  make('contains', [text, text], always(bool)),
  make('startsWith', [text, text], always(bool)),
  make('endsWith', [text, text], always(bool)),
  make('matches', [text, text], always(bool)),
  make('lower', [text], always(text)),
  make('upper', [text], always(text)),
  make('trim', [text], always(text)),
  make('split', [text, text], always(strings)),
  make('replace', [text, text, text], always(text)),
]);
const listMethods = new Map([
  make('size', [null], always(int)),
  make('any', [null, null], always(bool), { lambda: 'test' }),
  make('all', [null, null], always(bool), { lambda: 'test' }),
  make('filter', [null, null], same, { lambda: 'test' }),
  make('map', [null, null], ([, item]) => listOf(item ?? json), { lambda: 'map' }),
  make('contains', [null, null], always(bool)),
  make('sort', [null], same),
  make('unique', [null], same),
  make('join', [null, text], always(text), { least: 1 }),
  make('first', [null], ([list]) => elementOf(list ?? json), { partial: true }),
]);
const mapMethods = new Map([
  make('size', [null], always(int)),
  make('keys', [null], always(strings)),
  make('values', [null], ([of]) => listOf(valueType(of ?? json))),
]);

/** The methods of a type, by name; null where it has none. */
export function methodsOf(type: Type): ReadonlyMap<string, Signature> | null {
  const plain = required(type);
  if (plain.is === 'list' || plain.is === 'clusters') return listMethods;
  if (plain.is === 'record') return mapMethods;
  if (plain.is === 'enum' || isScalar(plain, 'string')) return stringMethods;
  return isScalar(plain, 'json') ? jsonMethods : null;
}

// Of unschemaed data nobody knows which it is: text wins where both have a method of that name.
const jsonMethods = new Map([...mapMethods, ...listMethods, ...stringMethods]);

/** The type of the elements of a list. */
export function elementOf(type: Type): Type {
  const plain = required(type);
  if (plain.is === 'clusters') return cluster;
  return plain.is === 'list' ? plain.of : json;
}

function valueType(type: Type): Type {
  const plain = required(type);
  if (plain.is !== 'record') return json;
  if (plain.rest !== null && plain.fields.size === 0) return plain.rest;
  return json;
}

function mergeTypes(a: Type, b: Type): Type {
  if (a.is !== 'record' || b.is !== 'record') return json;
  const fields = new Map(a.fields);
  for (const [name, field] of b.fields) {
    const before = fields.get(name);
    const both = before?.type.is === 'record' && field.type.is === 'record';
    const type = both ? mergeTypes(before.type, field.type) : field.type;
    fields.set(name, { type, optional: field.optional && (before?.optional ?? true) });
  }
  return { is: 'record', fields, rest: a.rest ?? b.rest };
}
