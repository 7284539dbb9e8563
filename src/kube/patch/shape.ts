import type { Json } from '../../base/json.ts';
import { own } from '../schema/own.ts';
import type { Schema } from '../schema/schema.ts';

/**
 * How values of a kind are merged and owned: all that a schema says about that, and nothing else
 * (structured-merge-diff `schema`).
 */
export type Shape =
  /** Nothing is known: objects are merged by key, lists replaced as a whole. */
  | { readonly of: 'anything' }
  /** Replaced as a whole. */
  | { readonly of: 'atomic'; readonly patchKey?: string }
  | {
      readonly of: 'object';
      readonly fields: Readonly<Record<string, Shape>>;
      /** Of keys that are not among the fields. */
      readonly rest: Shape;
      /** Whether every key is a field of a type, and none an entry of a map. */
      readonly closed: boolean;
    }
  /** A list of scalars, each once. */
  | { readonly of: 'set' }
  /** A list of objects known by some of their fields; a key may have a default. */
  | {
      readonly of: 'list';
      readonly keys: readonly { readonly name: string; readonly default?: Json }[];
      readonly item: Shape;
      /** What strategic merge patch merges by; the first key unless told. */
      readonly patchKey?: string;
    };

export const anything: Shape = { of: 'anything' };
export const atomic: Shape = { of: 'atomic' };
export const setOf: Shape = { of: 'set' };

/** A type with some fields that need saying; its other fields are types or scalars too. */
export function struct(fields: Readonly<Record<string, Shape>>): Shape {
  return { of: 'object', fields, rest: plain, closed: true };
}

/** A map from keys of users to values. */
export const mapOf = (rest: Shape): Shape => ({ of: 'object', fields: {}, rest, closed: false });

/** A list merged by keys, such as `name` or `port protocol=TCP`. */
export function listBy(keys: string, item: Shape, patchKey?: string): Shape {
  return {
    of: 'list',
    keys: keys.split(' ').map((key) => {
      const [name = '', value] = key.split('=');
      return value === undefined ? { name } : { name, default: value };
    }),
    item,
    ...(patchKey === undefined ? {} : { patchKey }),
  };
}

/** A type of which nothing needs saying: all its keys are fields, all its lists atomic. */
export const plain: Shape = {
  of: 'object',
  fields: {},
  get rest(): Shape {
    return plain;
  },
  closed: true,
};

/** Of the value of a key of an object. */
export function fieldShape(shape: Shape, key: string): Shape {
  if (shape.of !== 'object') return anything;
  return own(shape.fields, key) ?? shape.rest;
}

/** Whether a key is a field of a type rather than an entry of a map. */
export function isField(shape: Shape, key: string): boolean {
  return shape.of === 'object' && (shape.closed || Object.hasOwn(shape.fields, key));
}

const shapes = new WeakMap<Schema, Shape>();

/** The shape of objects of a structural schema; `metadata` at the root is the caller's to add. */
export function shapeOfSchema(schema: Schema): Shape {
  const known = shapes.get(schema);
  if (known) return known;
  const shape = read(schema);
  shapes.set(schema, shape);
  return shape;
}

function read(schema: Schema): Shape {
  if (schema.type === 'array') return readList(schema);
  if (schema.type !== 'object') {
    return schema['x-kubernetes-preserve-unknown-fields'] === true ? anything : atomic;
  }
  if (schema['x-kubernetes-map-type'] === 'atomic') return atomic;
  if (schema['x-kubernetes-preserve-unknown-fields'] === true) return anything;
  const more = schema.additionalProperties;
  return {
    of: 'object',
    fields: Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([name, of]) => [name, shapeOfSchema(of)]),
    ),
    rest: typeof more === 'object' ? shapeOfSchema(more) : anything,
    closed: false,
  };
}

function readList(schema: Schema): Shape {
  const { items } = schema;
  switch (schema['x-kubernetes-list-type']) {
    case 'set':
      return setOf;
    case 'map':
      return {
        of: 'list',
        keys: (schema['x-kubernetes-list-map-keys'] ?? []).map((name) => {
          const value = own(items?.properties, name)?.default;
          return value === undefined ? { name } : { name, default: value };
        }),
        item: items ? shapeOfSchema(items) : anything,
      };
    default:
      return atomic;
  }
}
