import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts';
import type { KubeObject, LabelSelector } from '../../kube/object.ts';
import type { Origin } from '../program.ts';

/** The origin of what was lifted: it stands in no file. */
export const nowhere: Origin = { file: 0, span: { start: 0, end: 0 } };

/** The fields a declaration takes over from an object's metadata. */
export function nodeOf({ metadata }: KubeObject): {
  readonly name: string;
  readonly namespace: string;
  readonly origin: Origin;
} {
  return { name: metadata.name, namespace: metadata.namespace ?? '', origin: nowhere };
}

/** Labels and annotations of an object, where it has some. */
export function labelled({ metadata }: KubeObject): {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
} {
  const labels = textMapAt(metadata.labels);
  const annotations = textMapAt(metadata.annotations);
  return {
    ...(labels === null ? {} : { labels }),
    ...(annotations === null ? {} : { annotations }),
  };
}

// An object from an API server has the form its schema says; one from a file may have any. What has another form
// counts as absent.

/** A JSON object, or an empty one. */
export function objectAt(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** A list, or an empty one. */
export function listAt(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** The texts of a list. */
export function textsAt(value: unknown): readonly string[] {
  const texts: string[] = [];
  for (const of of listAt(value)) if (typeof of === 'string') texts.push(of);
  return texts;
}

/** The objects of a list, each read; what is none is read as an empty one. */
export function objectsAt<T>(value: unknown, read: (object: JsonObject) => T): readonly T[] {
  const objects: T[] = [];
  for (const of of listAt(value)) objects.push(read(objectAt(of)));
  return objects;
}

/** A text, or null. */
export function textAt(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** A whole number, or null. */
export function integerAt(value: unknown): number | null {
  return Number.isSafeInteger(value) ? Number(value) : null;
}

/** One of some words, or null. */
export function wordAt<const T extends string>(value: unknown, words: readonly T[]): T | null {
  return words.includes(value as T) ? (value as T) : null;
}

/** A selector as it is, or null where there is none. */
export function selectorAt(value: unknown): LabelSelector | null {
  return isJsonObject(value) ? (value as LabelSelector) : null;
}

/** The texts of a map, or null where it is none. */
export function textMapAt(value: unknown): Readonly<Record<string, string>> | null {
  if (!isJsonObject(value)) return null;
  return Object.fromEntries(
    Object.entries(value).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}
