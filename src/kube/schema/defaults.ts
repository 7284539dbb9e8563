import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts';
import { own } from './own.ts';
import type { Schema } from './schema.ts';

/**
 * An object with the defaults of its schema filled in, and without nulls where the schema allows none
 * (apiextensions `structural/defaulting`). What needs no change is shared with the argument.
 */
export function applyDefaults<T>(schema: Schema, object: T): T {
  return withDefaults(schema, object as Json) as T;
}

/** Whether there are defaults in a schema. */
export function hasDefaults(schema: Schema): boolean {
  const { items, additionalProperties } = schema;
  const below = [
    ...Object.values(schema.properties ?? {}),
    ...(items === undefined ? [] : [items]),
    ...(typeof additionalProperties === 'object' ? [additionalProperties] : []),
  ];
  return schema.default !== undefined || below.some(hasDefaults);
}

function withDefaults(schema: Schema, value: Json): Json {
  if (Array.isArray(value)) return listWithDefaults(schema, value);
  return isJsonObject(value) ? objectWithDefaults(schema, value) : value;
}

function listWithDefaults(schema: Schema, list: readonly Json[]): Json {
  const { items } = schema;
  if (!items) return list;
  let changed = false;
  const out = list.map((item) => {
    const filled = isBareNull(items, item) && items.default !== undefined ? items.default : item;
    const next = withDefaults(items, filled);
    changed ||= next !== item;
    return next;
  });
  return changed ? out : list;
}

function objectWithDefaults(schema: Schema, object: JsonObject): JsonObject {
  let changed = false;
  const out: [string, Json][] = [];
  for (const [name, value] of Object.entries(object)) {
    const of = own(schema.properties, name) ?? schema.additionalProperties;
    if (value === undefined) continue;
    if (typeof of !== 'object') {
      out.push([name, value]);
      continue;
    }
    const bare = isBareNull(of, value);
    if (bare && of.default === undefined) {
      changed = true;
      continue;
    }
    const next = withDefaults(of, bare ? (of.default ?? value) : value);
    changed ||= next !== value;
    out.push([name, next]);
  }
  for (const [name, of] of Object.entries(schema.properties ?? {})) {
    if (of.default === undefined || Object.hasOwn(object, name)) continue;
    changed = true;
    out.push([name, withDefaults(of, of.default)]);
  }
  return changed ? Object.fromEntries(out) : object;
}

function isBareNull(schema: Schema, value: Json): boolean {
  return value === null && schema.nullable !== true;
}
