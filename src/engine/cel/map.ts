import type { Json, JsonObject } from '../../base/json.ts';
import { isJsonObject } from '../../base/json.ts';
import { type CelValue, celError, typeNameOf } from './value.ts';

/** A map of CEL. Keys are bools, ints, uints and strings; numbers that are equal are the same key. */
export interface CelMap {
  readonly cel: 'map';
  readonly size: number;
  /** The value of a key; undefined where there is none, also for what cannot be a key. */
  readonly get: (key: CelValue) => CelValue | undefined;
  readonly keys: () => readonly CelValue[];
}

/** What a number of JSON is to CEL: objects of an API hold ints, parsed JSON holds doubles. */
export type JsonNumbers = 'int' | 'double';

/** A map of values; of equal keys the last one counts. */
export function mapOf(entries: readonly (readonly [CelValue, CelValue])[]): CelMap {
  const byKey = new Map<string, readonly [CelValue, CelValue]>();
  // What is no scalar stays in the map, but nothing finds it there.
  entries.forEach((entry, at) => {
    byKey.set(keyText(entry[0]) ?? `#${at}`, entry);
  });
  return {
    cel: 'map',
    size: byKey.size,
    get: (key) => {
      const text = keyText(key);
      return text === null ? undefined : byKey.get(text)?.[1];
    },
    keys: () => [...byKey.values()].map(([key]) => key),
  };
}

/** Maps that grow while a fold collects them, and what they hold by the text of the key. */
const growing = new WeakMap<CelMap, Map<string, readonly [CelValue, CelValue]>>();

/**
 * A map with more entries; an error where one of the keys is there already. A map that was made this way grows itself:
 * nobody but the fold that collects it has seen it.
 */
export function insert(map: CelMap, entries: readonly (readonly [CelValue, CelValue])[]): CelValue {
  const known = growing.get(map);
  const byKey =
    known ?? new Map(map.keys().map((key) => [keyText(key) ?? '', [key, map.get(key) ?? null]]));
  for (const entry of entries) {
    if (!isKey(entry[0])) return celError('unsupported key type');
    const text = keyText(entry[0]) ?? `#${byKey.size}`;
    if (byKey.has(text)) return celError(`insert failed: key ${printed(entry[0])} already exists`);
    byKey.set(text, entry);
  }
  if (known !== undefined) return map;
  const made = grown(byKey);
  growing.set(made, byKey);
  return made;
}

function printed(key: CelValue): string {
  return typeof key === 'object' ? typeNameOf(key) : String(key);
}

function grown(byKey: ReadonlyMap<string, readonly [CelValue, CelValue]>): CelMap {
  return {
    cel: 'map',
    get size() {
      return byKey.size;
    },
    get: (key) => {
      const text = keyText(key);
      return text === null ? undefined : byKey.get(text)?.[1];
    },
    keys: () => [...byKey.values()].map(([key]) => key),
  };
}

/** JSON as a value; objects become maps that convert what is asked for. */
export function fromJson(json: Json | undefined, numbers: JsonNumbers): CelValue {
  if (json === undefined) return null;
  if (typeof json === 'number') {
    return numbers === 'int' && Number.isInteger(json) ? BigInt(json) : json;
  }
  if (typeof json !== 'object' || json === null) return json;
  if (isJsonObject(json)) return jsonMap(json, numbers);
  return json.map((item) => fromJson(item, numbers));
}

function jsonMap(object: JsonObject, numbers: JsonNumbers): CelMap {
  const keys = () => Object.keys(object).filter((key) => object[key] !== undefined);
  let size: number | undefined;
  return {
    cel: 'map',
    get size() {
      size ??= keys().length;
      return size;
    },
    get: (key) => {
      if (typeof key !== 'string' || !Object.hasOwn(object, key)) return undefined;
      const value = object[key];
      return value === undefined ? undefined : fromJson(value, numbers);
    },
    keys,
  };
}

/** Can this be the key of a map that an expression makes? cel-go refuses what Go cannot hash. */
export function isKey(value: CelValue): boolean {
  if (typeof value !== 'object' || value === null || !('cel' in value)) return true;
  if (value.cel === 'bytes') return false;
  return !(value.cel === 'object' && value.of === 'kubernetes.Semver');
}

/** One text per key, equal for keys that are equal; null for what cannot be one. */
export function keyText(key: CelValue): string | null {
  if (typeof key === 'string') return `s${key}`;
  if (typeof key === 'bigint') return `n${key}`;
  if (typeof key === 'boolean') return `b${key}`;
  if (typeof key === 'number') return Number.isInteger(key) ? `n${BigInt(key)}` : null;
  if (typeof key !== 'object' || key === null || Array.isArray(key)) return null;
  return 'cel' in key && key.cel === 'uint' ? `n${key.value}` : null;
}
