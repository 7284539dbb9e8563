import type { IrType } from '../../ir/expr.ts';
import { type Sort, sortHeads } from '../schema/types.ts';

/** Types that are one word (language.md §4.1). */
export const scalarTypes = [
  'bool',
  'int',
  'float',
  'string',
  'duration',
  'quantity',
  'percent',
  'version',
  'cidr',
  'time',
  'score',
  'condition',
  'json',
] as const satisfies readonly IrType[];
export type Scalar = (typeof scalarTypes)[number];

/** What an expression can be. */
export type Type =
  | { readonly is: 'scalar'; readonly name: Scalar }
  | { readonly is: 'enum'; readonly members: readonly string[] }
  | { readonly is: 'list'; readonly of: Type }
  | RecordType
  | { readonly is: 'optional'; readonly of: Type }
  /** No optional and no union within; what fits one of them fits. */
  | { readonly is: 'union'; readonly of: readonly Type[]; readonly says?: string }
  | { readonly is: 'ref'; readonly sort: Sort }
  | { readonly is: 'cluster' }
  /** A collection of clusters in a test: it compares and contains without order (Rule 56). */
  | { readonly is: 'clusters' }
  | { readonly is: 'source' }
  /** What can be looked up when a template is resolved; a ConfigMap or Secret there, which is read by key. */
  | { readonly is: 'lookups'; readonly side: 'hub' | 'agent' }
  | { readonly is: 'keyed'; readonly side: 'hub' | 'agent'; readonly kind: 'ConfigMap' | 'Secret' }
  /** An object on the hub; a label or claim that clusters are spread over. */
  | { readonly is: 'objectRef' }
  | { readonly is: 'topology' }
  /** A Kubernetes kind: its value is a reference to an `ObjectKind`. */
  | { readonly is: 'kind' }
  /** The text of a policy in Rego. */
  | { readonly is: 'rego' }
  /** Types of keys with rules of their own: a condition, a sum of scores, what a cluster of a fixture says. */
  | { readonly is: 'predicate'; readonly over?: 'object'; readonly cel?: true }
  | { readonly is: 'scoring' }
  | { readonly is: 'clusterFields' }
  /** What was reported already: fits everything, so that one mistake is one message. */
  | { readonly is: 'unknown' };
export interface RecordType {
  readonly is: 'record';
  readonly fields: ReadonlyMap<string, FieldType>;
  /** The type of any other key; null where there are no others. */
  readonly rest: Type | null;
  /** What it is called in messages, where that says more than its fields. */
  readonly says?: string;
  /** Set where a field may be left out, and one that is written has to have a value. */
  readonly present?: true;
}
export interface FieldType {
  readonly type: Type;
  readonly optional: boolean;
}

const scalars = new Map<string, Type>(scalarTypes.map((name) => [name, { is: 'scalar', name }]));
/** A one-word type. */
export function scalar(name: Scalar): Type {
  return scalars.get(name) ?? unknown;
}
export const unknown: Type = { is: 'unknown' };
export const bool = scalar('bool');
export const int = scalar('int');
export const text = scalar('string');
export const json = scalar('json');
export const cluster: Type = { is: 'cluster' };
export const kindType: Type = { is: 'kind' };
export const regoType: Type = { is: 'rego' };
export const clusters: Type = { is: 'clusters' };
/** The empty list and record fit any. */
export const never: Type = { is: 'union', of: [] };

export function listOf(of: Type): Type {
  return { is: 'list', of };
}
export function optional(of: Type): Type {
  return of.is === 'optional' || of.is === 'unknown' ? of : { is: 'optional', of };
}
/** The type without `?`. */
export function required(type: Type): Type {
  return type.is === 'optional' ? type.of : type;
}
export function refTo(sort: Sort): Type {
  return { is: 'ref', sort };
}
export function mapOf(of: Type): RecordType {
  return { is: 'record', fields: new Map(), rest: of };
}

export function isScalar(type: Type, ...names: readonly Scalar[]): boolean {
  return type.is === 'scalar' && names.includes(type.name);
}
/** Whether a type may stand where something is decided: a bool or a condition. */
export function isTruth(type: Type): boolean {
  return type.is === 'predicate' || isScalar(type, 'bool', 'condition');
}

/** The members of a union, or the type alone; without `?`. */
export function choices(type: Type): readonly Type[] {
  const plain = required(type);
  return plain.is === 'union' ? plain.of : [plain];
}

/** Joins types to one that fits them all. */
export function unite(types: readonly Type[]): Type {
  if (types.some(({ is }) => is === 'unknown')) return unknown;
  const isOptional = types.some(({ is }) => is === 'optional');
  const kept: Type[] = [];
  for (const type of types.flatMap(choices)) {
    if (kept.some((other) => fits(type, other))) continue;
    for (let i = kept.length - 1; i >= 0; i--) {
      const other = kept[i];
      if (other !== undefined && fits(other, type)) kept.splice(i, 1);
    }
    kept.push(type);
  }
  const [only] = kept;
  const united: Type = kept.length === 1 && only !== undefined ? only : { is: 'union', of: kept };
  return isOptional ? optional(united) : united;
}

const depths = new WeakMap<Type, number>();

/** How deep a type nests. Each is looked at once. */
export function typeDepth(type: Type): number {
  const known = depths.get(type);
  if (known !== undefined) return known;
  const depth = 1 + Math.max(0, ...partsOf(type).map(typeDepth));
  depths.set(type, depth);
  return depth;
}

function partsOf(type: Type): readonly Type[] {
  switch (type.is) {
    case 'list':
    case 'optional':
      return [type.of];
    case 'union':
      return type.of;
    case 'record': {
      const fields = [...type.fields.values()].map((field) => field.type);
      return type.rest === null ? fields : [...fields, type.rest];
    }
    default:
      return [];
  }
}

/** Whether a value of one type may stand where another is expected (Rule 26, without what holds for literals only). */
export function fits(from: Type, to: Type): boolean {
  if (from === to) return true;
  if (from.is === 'unknown' || to.is === 'unknown') return true;
  if (to.is === 'optional') return fits(required(from), to.of);
  if (from.is === 'optional') return false;
  if (from.is === 'union') return from.of.every((each) => fits(each, to));
  if (to.is === 'union') return to.of.some((each) => fits(from, each));
  switch (to.is) {
    case 'scalar':
      return fitsScalar(from, to.name);
    case 'enum':
      return from.is === 'enum' && from.members.every((member) => to.members.includes(member));
    case 'list':
      return from.is === 'list' && fits(from.of, to.of);
    case 'record':
      return from.is === 'record' && fitsRecord(from, to);
    case 'ref':
      return from.is === 'ref' && from.sort === to.sort;
    case 'predicate':
      return isTruth(from);
    case 'clusters':
      return isClusters(from);
    default:
      return from.is === to.is;
  }
}

/** Whether a type is a collection of clusters, ordered or not; a placement is one too. */
export function isClusters(type: Type): boolean {
  if (type.is === 'clusters' || (type.is === 'ref' && type.sort === 'Placement')) return true;
  return type.is === 'list' && fits(type.of, cluster);
}

/** What no manifest can hold. */
const notJson: ReadonlySet<Type['is']> = new Set([
  'cluster',
  'clusters',
  'source',
  'lookups',
  'keyed',
  'kind',
  'objectRef',
  'topology',
  'rego',
]);

function fitsScalar(from: Type, to: Scalar): boolean {
  if (to === 'json') return !notJson.has(from.is);
  if (to === 'string' && from.is === 'enum') return true;
  if (to === 'int' && isScalar(from, 'score')) return true;
  // A condition is a bool, where it is there.
  if (to === 'bool' && isScalar(from, 'condition')) return true;
  if (to === 'condition' && isScalar(from, 'bool')) return true;
  return isScalar(from, to);
}

function fitsRecord(from: RecordType, to: RecordType): boolean {
  for (const [name, field] of to.fields) {
    const given = from.fields.get(name);
    if (given === undefined) {
      if (!field.optional) return false;
    } else if (!fits(given.type, field.type) || (given.optional && !field.optional)) return false;
  }
  for (const [name, { type }] of from.fields) {
    if (to.fields.has(name)) continue;
    if (to.rest === null || !fits(type, to.rest)) return false;
  }
  return from.rest === null || (to.rest !== null && fits(from.rest, to.rest));
}

/** The type of a field or key of a record, or null where it has none of that name. */
export function fieldOf(type: RecordType, name: string): Type | null {
  const field = type.fields.get(name);
  if (field !== undefined) return field.optional ? optional(field.type) : field.type;
  return type.rest === null ? null : optional(type.rest);
}

/** What the IR calls it: enums and references are texts, everything composed is JSON. */
export function irTypeOf(type: Type): IrType {
  const plain = required(type);
  if (plain.is === 'scalar') return plain.name;
  if (plain.is === 'enum' || plain.is === 'ref') return 'string';
  return plain.is === 'predicate' ? 'bool' : 'json';
}

/** A type in words, for messages: `a string`, `prod | stage`, `a list of int`. */
export function typeText(type: Type): string {
  switch (type.is) {
    case 'scalar':
      return scalarWords[type.name];
    case 'enum':
      return enumText(type.members);
    case 'list':
      return `a list of ${bare(type.of)}`;
    case 'record':
      if (type.says !== undefined) return type.says;
      return type.fields.size === 0 && type.rest !== null
        ? `a map of ${bare(type.rest)}`
        : `a record { ${[...type.fields.keys()].slice(0, 8).join(', ')} }`;
    case 'optional':
      return `${typeText(type.of)} that may be missing`;
    case 'union':
      if (type.says !== undefined) return type.says;
      return type.of.length === 0 ? 'nothing' : type.of.map(typeText).join(' or ');
    case 'ref':
      return `a ${sortHeads[type.sort]}`;
    case 'cluster':
      return 'a cluster';
    case 'clusters':
      return 'a collection of clusters';
    case 'clusterFields':
      return 'attributes of a cluster';
    case 'source':
      return 'a source';
    case 'lookups':
      return `what can be looked up on the ${type.side === 'hub' ? 'hub' : 'cluster'}`;
    case 'keyed':
      return `a ${type.kind}`;
    case 'objectRef':
      return 'an object: `Kind.name`';
    case 'topology':
      return 'a label or claim of a cluster';
    case 'kind':
      return 'a Kubernetes kind';
    case 'rego':
      return 'a `rego` fence';
    case 'predicate':
      return 'a condition';
    case 'scoring':
      return 'a sum of scores';
    case 'unknown':
      return 'something unknown';
  }
}

const scalarWords: Readonly<Record<Scalar, string>> = {
  bool: 'a bool',
  int: 'an int',
  float: 'a float',
  string: 'a string',
  duration: 'a duration',
  quantity: 'a quantity',
  percent: 'a percent',
  version: 'a version',
  cidr: 'a cidr',
  time: 'a time',
  score: 'a score',
  condition: 'a condition',
  json: 'any value',
};

function bare(type: Type): string {
  return typeText(type).replace(/^an? /, '');
}

function enumText(members: readonly string[]): string {
  const shown = members.slice(0, 6).map((member) => `\`${member}\``);
  return members.length > 6 ? `${shown.join(' | ')} | …` : shown.join(' | ');
}
