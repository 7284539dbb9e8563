import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts';
import { own } from './own.ts';
import type { Schema } from './schema.ts';

/** Deeper schemas are read as objects with any fields; no definition in use comes near it. */
const deepest = 64;
const types: readonly unknown[] = ['object', 'array', 'string', 'integer', 'number', 'boolean'];

type Reader = (value: Json, depth: number) => unknown;
const text: Reader = (value) => (typeof value === 'string' ? value : undefined);
const number: Reader = (value) => (typeof value === 'number' ? value : undefined);
const flag: Reader = (value) => (typeof value === 'boolean' ? value : undefined);
const anything: Reader = (value) => value;
const texts: Reader = (value) =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : undefined;
const list: Reader = (value) => (Array.isArray(value) ? value : undefined);
const schema: Reader = (value, depth) => (isJsonObject(value) ? read(value, depth + 1) : undefined);
const schemas: Reader = (value, depth) =>
  Array.isArray(value)
    ? value.filter(isJsonObject).map((each) => read(each, depth + 1))
    : undefined;
const properties: Reader = (value, depth) =>
  isJsonObject(value)
    ? Object.fromEntries(
        Object.entries(value).flatMap(([name, of]) =>
          isJsonObject(of) ? [[name, read(of, depth + 1)]] : [],
        ),
      )
    : undefined;
const rules: Reader = (value) =>
  Array.isArray(value)
    ? value.filter(isJsonObject).filter((each) => typeof own(each, 'rule') === 'string')
    : undefined;
const among =
  (values: readonly unknown[]): Reader =>
  (value) =>
    values.includes(value) ? value : undefined;

// INVARIANT: a key of Schema that is missing here is lost; the mapped type makes that a compile error. Definitions have no `words`.
const readers: { readonly [K in Exclude<keyof Schema, 'words'>]-?: Reader } = {
  type: among(types),
  description: text,
  properties,
  additionalProperties: (value, depth) =>
    typeof value === 'boolean' ? value : schema(value, depth),
  items: schema,
  required: texts,
  enum: list,
  default: anything,
  nullable: flag,
  format: text,
  pattern: text,
  minLength: number,
  maxLength: number,
  minimum: number,
  maximum: number,
  exclusiveMinimum: flag,
  exclusiveMaximum: flag,
  multipleOf: number,
  minItems: number,
  maxItems: number,
  uniqueItems: flag,
  minProperties: number,
  maxProperties: number,
  oneOf: schemas,
  anyOf: schemas,
  allOf: schemas,
  not: schema,
  'x-kubernetes-int-or-string': flag,
  'x-kubernetes-preserve-unknown-fields': flag,
  'x-kubernetes-embedded-resource': flag,
  'x-kubernetes-list-type': among(['atomic', 'set', 'map']),
  'x-kubernetes-list-map-keys': texts,
  'x-kubernetes-map-type': among(['atomic', 'granular']),
  'x-kubernetes-validations': rules,
};

/**
 * The schema in a CustomResourceDefinition that somebody wrote. What is malformed is left out, so that validation,
 * defaulting and pruning are total; a schema that cannot be read at all allows any object.
 */
export function readSchema(json: unknown): Schema {
  return isJsonObject(json) ? read(json, 0) : opaque;
}

const opaque: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

function read(json: JsonObject, depth: number): Schema {
  if (depth > deepest) return opaque;
  const entries = Object.entries(readers).flatMap(([key, reader]) => {
    const value = own(json, key);
    const found = value === undefined ? undefined : reader(value, depth);
    return found === undefined ? [] : [[key, found] as const];
  });
  return Object.fromEntries(entries) as Schema;
}
