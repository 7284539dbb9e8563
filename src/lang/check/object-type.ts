import { objectMetaSchema } from '../../kube/schema/built-in.ts';
import { bundledSchemaOf } from '../../kube/schema/kind-schema.ts';
import type { Schema } from '../../kube/schema/schema.ts';
import type { ObjectKind } from '../bind/kinds.ts';
import {
  bool,
  type FieldType,
  int,
  json,
  listOf,
  mapOf,
  type RecordType,
  scalar,
  type Type,
  text,
} from './type.ts';

/**
 * What an object is looked at for. `whole`: written, with all it needs; `partial`: written, any field may be left out
 * (`musthave`); `stored`: read, as an API server has it.
 */
export type ObjectView = 'whole' | 'partial' | 'stored';

/** The schema a kind is checked by: of its CRD file, or bundled; null where there is none (Rule 21). */
export function schemaOfKind(kind: ObjectKind): Schema | null {
  if (kind.schema === null) return null;
  return kind.schema ?? bundledSchemaOf(kind) ?? null;
}

/** The type of a stored object of a kind, with or without a schema. */
export function storedType(kind: ObjectKind): RecordType {
  return objectType(kind, 'stored') ?? storedUnknown(kind);
}

/** The type of an object of a kind; null where no schema is known, and anything may be written. */
export function objectType(kind: ObjectKind, view: ObjectView): RecordType | null {
  const schema = schemaOfKind(kind);
  if (schema === null) return null;
  const known = types[view].get(schema);
  if (known !== undefined) return known;
  const type = view === 'stored' ? stored(kind, schema) : written(kind, schema, view);
  types[view].set(schema, type);
  return type;
}

const types: Readonly<Record<ObjectView, WeakMap<Schema, RecordType>>> = {
  whole: new WeakMap(),
  partial: new WeakMap(),
  stored: new WeakMap(),
};

/** What of an object is not its own: said by labels, or the same for every kind. */
const identity: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

function written(kind: ObjectKind, schema: Schema, view: 'whole' | 'partial'): RecordType {
  const reading = { kind: kind.kind, view };
  const metadata = recordOf(objectMetaSchema(), 'metadata', reading);
  return recordOf(schema, '', reading, (own) =>
    fieldsWith(own, [['metadata', { type: metadata, optional: true }]]),
  );
}

/** Its identity is there (Rule 28); every other field is as optional as its schema says. */
function stored(kind: ObjectKind, schema: Schema): RecordType {
  const reading = { kind: kind.kind, view: 'stored' } as const;
  return recordOf(schema, '', reading, (own) => fieldsWith(own, identityOf(kind)));
}

function storedUnknown(kind: ObjectKind): RecordType {
  return { is: 'record', fields: fieldsWith(new Map(), identityOf(kind)), rest: json };
}

function fieldsWith(own: Fields, more: readonly (readonly [string, FieldType])[]): Fields {
  return new Map([...[...own].filter(([name]) => !identity.has(name)), ...more]);
}

function identityOf(kind: ObjectKind): readonly (readonly [string, FieldType])[] {
  const sure = kind.namespaced === true ? ['name', 'uid', 'namespace'] : ['name', 'uid'];
  const reading = { kind: kind.kind, view: 'stored' } as const;
  const metadata = recordOf(
    objectMetaSchema(),
    'metadata',
    reading,
    (own) =>
      new Map([...own].map(([name, { type }]) => [name, { type, optional: !sure.includes(name) }])),
  );
  const there = (type: Type): FieldType => ({ type, optional: false });
  return [
    ['apiVersion', there(text)],
    ['kind', there(text)],
    ['metadata', there(metadata)],
  ];
}

type Fields = ReadonlyMap<string, FieldType>;

interface Reading {
  readonly kind: string;
  readonly view: ObjectView;
}

function recordOf(
  schema: Schema,
  path: string,
  reading: Reading,
  change: (own: Fields) => Fields = (own) => own,
): RecordType {
  const { kind, view } = reading;
  let fields: Fields | undefined;
  return {
    is: 'record',
    // a Pod has a thousand fields: those are typed that somebody looks at
    get fields() {
      fields ??= change(readFields(schema, path, reading));
      return fields;
    },
    rest: restOf(schema, path, reading),
    says: path === '' ? `a ${kind}` : `\`${path}\` of a ${kind}`,
    ...(view === 'stored' ? {} : { present: true }),
  };
}

function readFields(schema: Schema, path: string, reading: Reading): Fields {
  const required = new Set(reading.view === 'partial' ? [] : schema.required);
  return new Map(
    Object.entries(schema.properties ?? {}).map(([name, of]) => {
      const at = path === '' ? name : `${path}.${name}`;
      // what has a default, a server fills in
      const isSure = required.has(name) && (of.default === undefined || reading.view === 'stored');
      return [name, { type: typeOf(of, at, reading), optional: !isSure }];
    }),
  );
}

function restOf(schema: Schema, path: string, reading: Reading): Type | null {
  if (schema['x-kubernetes-preserve-unknown-fields'] === true) return json;
  const { additionalProperties: values } = schema;
  if (typeof values === 'object') return typeOf(values, `${path}.*`, reading);
  return values === true ? json : null;
}

function typeOf(schema: Schema, path: string, reading: Reading): Type {
  const isStored = reading.view === 'stored';
  if (schema['x-kubernetes-embedded-resource'] === true) return json;
  if (schema['x-kubernetes-int-or-string'] === true) {
    return schema.format === 'quantity'
      ? quantityType(isStored)
      : numberOrText(schema.pattern !== undefined);
  }
  switch (schema.type) {
    case 'object':
      return objectOf(schema, path, reading);
    case 'array':
      return listOf(schema.items === undefined ? json : typeOf(schema.items, `${path}[]`, reading));
    case 'string':
      return textType(schema, isStored);
    case 'integer':
      return int;
    case 'number':
      return isStored ? scalar('float') : number;
    case 'boolean':
      return bool;
    default:
      return schema.properties === undefined ? json : recordOf(schema, path, reading);
  }
}

function objectOf(schema: Schema, path: string, reading: Reading): Type {
  const { properties, additionalProperties: values } = schema;
  if (properties !== undefined) return recordOf(schema, path, reading);
  // an object of which nothing is said: what is in it is nobody's business here
  return typeof values === 'object' ? mapOf(typeOf(values, `${path}.*`, reading)) : json;
}

const number: Type = { is: 'union', of: [scalar('float'), int], says: 'a number' };
const writtenQuantity: Type = {
  is: 'union',
  of: [scalar('quantity'), int, scalar('float'), text],
  says: 'a quantity',
};
const writtenDuration: Type = {
  is: 'union',
  of: [scalar('duration'), text],
  says: 'a duration',
};
const writtenTime: Type = { is: 'union', of: [scalar('time'), text], says: 'a time' };
const countOrText: Type = {
  is: 'union',
  of: [int, scalar('percent'), text],
  says: 'an int, a percent or a string',
};
const amountOrText: Type = {
  is: 'union',
  of: [int, scalar('percent'), scalar('quantity'), scalar('float'), text],
  says: 'an int, a quantity or a string',
};

function quantityType(isStored: boolean): Type {
  return isStored ? scalar('quantity') : writtenQuantity;
}

/** CRDs write quantities as integers or texts with a pattern. */
function numberOrText(hasPattern: boolean): Type {
  return hasPattern ? amountOrText : countOrText;
}

function textType(schema: Schema, isStored: boolean): Type {
  const { format } = schema;
  if (format === 'date-time') return isStored ? scalar('time') : writtenTime;
  if (format === 'duration') return isStored ? scalar('duration') : writtenDuration;
  if (format === 'quantity') return quantityType(isStored);
  const members = wordsOf(schema);
  if (members === null) return text;
  // stored it is one of them; written it may also be a text that is known only on the cluster
  const words: Type = { is: 'enum', members };
  return isStored ? words : { is: 'union', of: [words, text], says: `one of ${list(members)}` };
}

function list(members: readonly string[]): string {
  const shown = members.slice(0, 8).map((member) => `\`${member}\``);
  return shown.join(', ') + (members.length > 8 ? ', …' : '');
}

/** The texts a schema allows, where it lists them. */
export function wordsOf(schema: Schema): readonly string[] | null {
  const words = (schema.enum ?? []).filter((each) => typeof each === 'string');
  return words.length === 0 ? null : words;
}
