/** Any JSON value; what API objects, manifests and the IR are made of. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** Tells a JSON object from lists, null and scalars. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Equality of JSON values: the order of keys does not matter, that of lists does; absent equals undefined. */
export function jsonEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, index) => jsonEqual(item, b[index]));
  }
  const left = Object.entries(a).filter(([, value]) => value !== undefined);
  const right = b as Readonly<Record<string, unknown>>;
  const rightSize = Object.values(b).filter((value) => value !== undefined).length;
  return (
    left.length === rightSize &&
    left.every(([key, value]) => Object.hasOwn(right, key) && jsonEqual(value, right[key]))
  );
}

/**
 * JSON text with keys in byte order, so that equal values have equal texts; what hashes are taken of. Integers that come
 * as `bigint` are written exactly.
 */
export function stableJson(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  if (value === undefined || value === null || typeof value !== 'object') {
    return JSON.stringify(value ?? null);
  }
  if (Array.isArray(value)) return `[${value.map(stableJson).join(',')}]`;
  const entries = Object.entries(value)
    .filter(([, of]) => of !== undefined)
    .sort(([a], [b]) => compareText(a, b));
  return `{${entries.map(([key, of]) => `${JSON.stringify(key)}:${stableJson(of)}`).join(',')}}`;
}

/** Whether the text of each item comes after that of the one before, so that none is there twice. */
export function areInOrder<T>(items: readonly T[], textOf: (item: T) => string): boolean {
  let before: string | undefined;
  for (const item of items) {
    const text = textOf(item);
    if (before !== undefined && before >= text) return false;
    before = text;
  }
  return true;
}

/** The one order of names in the product: by UTF-16 code unit, independent of locale. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
