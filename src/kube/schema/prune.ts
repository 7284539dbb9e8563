import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts';
import { own } from './own.ts';
import type { Schema } from './schema.ts';

export interface Pruned<T> {
  readonly object: T;
  /** Paths of what was dropped, in order of text, at most 100: for `fieldValidation` Warn and Strict. */
  readonly unknown: readonly string[];
}

const mostNamed = 100;
/** What every object has, whatever its schema names. */
const always: readonly string[] = ['apiVersion', 'kind', 'metadata'];

/** Drops the fields that a structural schema does not know (apiextensions `structural/pruning`). */
export function prune<T>(schema: Schema, object: T): Pruned<T> {
  const unknown: string[] = [];
  const pruned = prunedValue(
    { ...schema, 'x-kubernetes-embedded-resource': true },
    object as Json,
    {
      path: '',
      unknown,
    },
  );
  return { object: pruned as T, unknown: unknown.sort().slice(0, mostNamed) };
}

interface Place {
  readonly path: string;
  readonly unknown: string[];
}

function prunedValue(schema: Schema, value: Json, at: Place): Json {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (!items) return value;
    return share(
      value,
      value.map((item, index) => prunedValue(items, item, { ...at, path: `${at.path}[${index}]` })),
    );
  }
  return isJsonObject(value) ? prunedObject(schema, value, at) : value;
}

function prunedObject(schema: Schema, object: JsonObject, at: Place): JsonObject {
  const embedded = schema['x-kubernetes-embedded-resource'] === true;
  const keeps =
    schema['x-kubernetes-preserve-unknown-fields'] === true || schema.additionalProperties === true;
  let changed = false;
  const out: [string, Json][] = [];
  for (const [name, value] of Object.entries(object)) {
    if (value === undefined) continue;
    const path = at.path === '' ? name : `${at.path}.${name}`;
    const of = own(schema.properties, name) ?? schema.additionalProperties;
    if (typeof of === 'object' && !(embedded && name === 'metadata')) {
      const next = prunedValue(of, value, { ...at, path });
      changed ||= next !== value;
      out.push([name, next]);
    } else if (keeps || (embedded && always.includes(name))) {
      out.push([name, value]);
    } else {
      changed = true;
      if (at.unknown.length < 10 * mostNamed) at.unknown.push(path);
    }
  }
  return changed ? Object.fromEntries(out) : object;
}

function share(before: readonly Json[], after: readonly Json[]): readonly Json[] {
  return after.every((item, index) => item === before[index]) ? before : after;
}
