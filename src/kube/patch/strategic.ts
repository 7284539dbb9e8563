import {
  isJsonObject,
  type Json,
  type JsonObject,
  jsonEqual,
  stableJson,
} from '../../base/json.ts';
import { own } from '../schema/own.ts';
import { fieldShape, type Shape } from './shape.ts';

/** What a strategic merge patch came to; `message` is Kubernetes' (refused with 400 where it calls it 500). */
export type StrategicPatched =
  | { readonly ok: true; readonly value: JsonObject }
  | { readonly ok: false; readonly message: string };

/**
 * Applies a strategic merge patch: objects are merged, lists merged by key where their kind says so, and directives
 * (`$patch`, `$retainKeys`, `$deleteFromPrimitiveList`, `$setElementOrder`) obeyed (apimachinery `strategicpatch`).
 * Only for built-in kinds: others have no merge keys.
 */
export function strategicMergePatch(
  target: JsonObject,
  patch: JsonObject,
  shape: Shape,
): StrategicPatched {
  const faults: string[] = [];
  const value = mergeObjects(target, patch, { shape, faults });
  const [message] = faults;
  return message === undefined ? { ok: true, value } : { ok: false, message };
}

interface Place {
  readonly shape: Shape;
  /** What is wrong with the patch, in the order it was found. */
  readonly faults: string[];
}

const directive = '$patch';
const retainKeys = '$retainKeys';
const deletePrefix = '$deleteFromPrimitiveList/';
const orderPrefix = '$setElementOrder/';

function mergeObjects(target: JsonObject, patch: JsonObject, place: Place): JsonObject {
  const how = own(patch, directive);
  if (how === 'replace') return cleanObject(patch);
  if (how === 'delete') return {};
  if (how !== undefined && how !== 'merge') {
    place.faults.push(`unknown patch type: ${text(how)} in map`);
  }
  const merged = new Map(Object.entries(retained(target, patch)));
  // Values to take out of a list go before values are put in, whatever the order of keys.
  const keys = Object.keys(patch).filter((key) => key !== directive && key !== retainKeys);
  for (const key of keys.sort((a, b) => turn(a) - turn(b))) {
    const next = mergeEntry(merged, patch, key, place);
    if (next === undefined) merged.delete(key);
    else if (next.value !== undefined) merged.set(next.key, next.value);
  }
  return Object.fromEntries(merged);
}

function turn(key: string): number {
  return key.startsWith(deletePrefix) ? 0 : 1;
}

/** What one key of a patch makes of which key; undefined where the key goes. */
function mergeEntry(
  merged: ReadonlyMap<string, Json | undefined>,
  patch: JsonObject,
  key: string,
  place: Place,
): { readonly key: string; readonly value: Json | undefined } | undefined {
  const value = own(patch, key) ?? null;
  if (key.startsWith(deletePrefix)) {
    const name = key.slice(deletePrefix.length);
    const current = merged.get(name);
    const gone = listOf(value);
    const left = Array.isArray(current)
      ? current.filter((each: Json) => !gone.some((other) => jsonEqual(other, each)))
      : current;
    return { key: name, value: left };
  }
  if (key.startsWith(orderPrefix)) {
    const name = key.slice(orderPrefix.length);
    const current = merged.get(name);
    // Where the list is patched as well, it is put in order there.
    if (own(patch, name) !== undefined || !Array.isArray(current)) {
      return { key: name, value: current };
    }
    const of = listKey(fieldShape(place.shape, name));
    return { key: name, value: inOrder(current, { wanted: listOf(value), before: current, of }) };
  }
  return value === null
    ? undefined
    : { key, value: mergeField(merged.get(key), patch, key, place) };
}

function mergeField(
  current: Json | undefined,
  patch: JsonObject,
  key: string,
  { shape, faults }: Place,
): Json {
  const value = own(patch, key) ?? null;
  const field = fieldShape(shape, key);
  if (isJsonObject(value)) {
    const known = isJsonObject(current) ? current : {};
    const merges = isJsonObject(current) || own(value, directive) !== undefined;
    return merges ? mergeObjects(known, value, { shape: field, faults }) : cleanObject(value);
  }
  if (!Array.isArray(value)) return value;
  const list: readonly Json[] = Array.isArray(current) ? current : [];
  const of = listKey(field);
  const item = field.of === 'list' ? field.item : field;
  const merged = mergeLists(list, value, of, { shape: item, faults });
  const order = own(patch, `${orderPrefix}${key}`);
  if (order === undefined || of === null) return merged;
  return inOrder(merged, { wanted: listOf(order), before: list, of });
}

/** How entries of a list are told apart: by a key, by themselves (''), or not at all. */
function listKey(shape: Shape): string | null {
  if (shape.of === 'set') return '';
  if (shape.of === 'list') return shape.patchKey ?? shape.keys[0]?.name ?? null;
  return shape.of === 'atomic' ? (shape.patchKey ?? null) : null;
}

function mergeLists(
  current: readonly Json[],
  patch: readonly Json[],
  of: string | null,
  place: Place,
): readonly Json[] {
  if (of === null) return patch.map(clean);
  if (of === '') {
    const all = new Map([...current, ...patch].map((each) => [stableJson(each), each]));
    return inOrder([...all.values()], { wanted: patch, before: current, of });
  }
  const rest = patch.filter((each) => !hasDirective(each, 'replace'));
  if (rest.length < patch.length) return rest.map(clean);
  for (const each of patch.filter((entry) => peek(entry, of) === null)) {
    place.faults.push(`map: ${text(each)} does not contain declared merge key: ${of}`);
  }
  const gone = patch.filter((each) => hasDirective(each, 'delete')).map((each) => peek(each, of));
  const changes = patch.filter((each) => !hasDirective(each, 'delete'));
  const merged = current.filter((each) => !gone.some((key) => jsonEqual(key, peek(each, of))));
  for (const change of changes) {
    const key = peek(change, of);
    const index = merged.findIndex((each) => jsonEqual(peek(each, of), key));
    const before = merged[index];
    if (before === undefined) merged.push(clean(change));
    else if (isJsonObject(before) && isJsonObject(change)) {
      merged[index] = mergeObjects(before, change, place);
    }
  }
  return inOrder(merged, { wanted: changes, before: current, of });
}

interface Order {
  readonly wanted: readonly Json[];
  readonly before: readonly Json[];
  readonly of: string | null;
}

/** Entries that the patch names in its order, the others where they were among them. */
function inOrder(list: readonly Json[], { wanted, before, of }: Order): readonly Json[] {
  const id = (each: Json) => stableJson(of === null || of === '' ? each : peek(each, of));
  const rank = new Map(wanted.map((each, index) => [id(each), index]));
  const place = new Map(before.map((each, index) => [id(each), index]));
  // What an order does not name comes first in it.
  const by = (order: ReadonlyMap<string, number>) => (a: Json, b: Json) =>
    (order.get(id(a)) ?? -1) - (order.get(id(b)) ?? -1);
  const named = list.filter((each) => rank.has(id(each))).sort(by(rank));
  const others = list.filter((each) => !rank.has(id(each))).sort(by(place));
  const merged: Json[] = [];
  for (const each of named) {
    const at = place.get(id(each));
    while (
      others[0] !== undefined &&
      at !== undefined &&
      (place.get(id(others[0])) ?? Infinity) < at
    ) {
      merged.push(...others.splice(0, 1));
    }
    merged.push(each);
  }
  return [...merged, ...others];
}

function retained(target: JsonObject, patch: JsonObject): JsonObject {
  const keys = own(patch, retainKeys);
  if (keys === undefined) return target;
  const kept = listOf(keys);
  return Object.fromEntries(Object.entries(target).filter(([key]) => kept.includes(key)));
}

/** A value as it is stored: without directives and nulls in objects. */
function clean(value: Json): Json {
  if (Array.isArray(value)) {
    return (value as readonly Json[])
      .filter((each) => !hasDirective(each, 'delete'))
      .map((each) => clean(each));
  }
  return isJsonObject(value) ? cleanObject(value) : value;
}

function cleanObject(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, of]) =>
      of === null || of === undefined || isDirective(key) ? [] : [[key, clean(of)]],
    ),
  );
}

function isDirective(key: string): boolean {
  return (
    key === directive ||
    key === retainKeys ||
    key.startsWith(deletePrefix) ||
    key.startsWith(orderPrefix)
  );
}

function hasDirective(value: Json, how: string): boolean {
  return isJsonObject(value) && own(value, directive) === how;
}

function listOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

function peek(value: Json, key: string): Json {
  return (isJsonObject(value) ? own(value, key) : undefined) ?? null;
}

function text(value: Json): string {
  return typeof value === 'string' ? value : stableJson(value);
}
