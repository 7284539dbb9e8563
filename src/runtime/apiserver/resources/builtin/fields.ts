import { isJsonObject, type Json, type JsonObject } from '../../../../base/json.ts';
import type { KubeObject } from '../../../../kube/object.ts';

/** A field of an object of any kind, where the object itself has it. */
export function field(object: KubeObject, name: string): Json | undefined {
  const fields = object as unknown as JsonObject;
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** The same, as an object; empty where it is none. */
export function struct(object: KubeObject, name: string): JsonObject {
  const value = field(object, name);
  return isJsonObject(value) ? value : {};
}

/** The value as a list of objects; whatever is none is left out. */
export function structs(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** The value as texts; whatever is none is left out. */
export function texts(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** The value as a text; empty where it is none. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** A copy with fields set, or removed where undefined. */
export function withFields(
  object: KubeObject,
  fields: Readonly<Record<string, Json | undefined>>,
): KubeObject {
  const entries = Object.entries({ ...object, ...fields }).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries) as unknown as KubeObject;
}
