import { isJsonObject, type Json, jsonEqual, stableJson } from '../../base/json.ts';
import { utf8Length } from '../go-text.ts';
import { own } from '../schema/own.ts';

/**
 * What a JSON patch came to; `malformed` is no patch at all (400), `tooMany` one of too many operations (413),
 * `failed` one that does not fit (422).
 */
export type JsonPatched =
  | { readonly ok: true; readonly value: Json }
  | {
      readonly ok: false;
      readonly why: 'malformed' | 'tooMany' | 'failed';
      readonly message: string;
    };

/** More operations are refused, as kube-apiserver does. */
export const maxJsonPatchOperations = 10_000;
/** Bytes of JSON that all `copy` of a patch may copy; evanphx/json-patch's limit as kube-apiserver sets it. */
export const maxCopiedBytes = 3 * 1024 * 1024;
/** Of objects and lists in each other, and of the tokens of a path: what recursive code may meet. */
export const maxPatchedDepth = 512;

/** Applies a JSON patch (RFC 6902), all operations or none. */
export function jsonPatch(target: Json, patch: unknown): JsonPatched {
  if (!Array.isArray(patch)) return malformed('a JSON patch is a list of operations');
  if (patch.length > maxJsonPatchOperations) {
    const message = `The allowed maximum operations in a JSON patch is ${maxJsonPatchOperations}, got ${patch.length}`;
    return { ok: false, why: 'tooMany', message };
  }
  let value = target;
  const budget: Budget = { copiedBytes: 0, own: new WeakSet() };
  for (const [index, operation] of patch.entries()) {
    if (!isJsonObject(operation)) return malformed(`operation ${index} is no object`);
    const odd = texts.find((field) => typeof (own(operation, field) ?? '') !== 'string');
    if (odd !== undefined) return malformed(`${odd} of operation ${index} is no text`);
    const next = operate(value, operation as Operation, budget);
    if (typeof next === 'string') {
      return { ok: false, why: 'failed', message: `operation ${index}: ${next}` };
    }
    value = next.value;
  }
  if (jsonBytes(value) === null) {
    const message = `the object nests deeper than ${maxPatchedDepth}`;
    return { ok: false, why: 'failed', message };
  }
  return { ok: true, value };
}

/** What an operation says by texts. */
const texts = ['op', 'path', 'from'];

/** What the operations of a patch have used up. */
interface Budget {
  copiedBytes: number;
  /** Lists and objects made by this patch, each at one place: they are changed where they are. */
  readonly own: WeakSet<object>;
}

/** Length of a value as JSON in UTF-8; null where it nests too deep. */
function jsonBytes(value: Json, levels = maxPatchedDepth): number | null {
  if (typeof value !== 'object' || value === null) return utf8Length(stableJson(value));
  if (levels === 0) return null;
  const isList = Array.isArray(value);
  let bytes = 2;
  let parts = 0;
  for (const [key, inner] of isList ? value.entries() : Object.entries(value)) {
    if (inner === undefined) continue;
    const inside = jsonBytes(inner, levels - 1);
    if (inside === null) return null;
    bytes += inside + (isList ? 0 : utf8Length(JSON.stringify(key)) + 1);
    parts += 1;
  }
  return bytes + Math.max(parts - 1, 0);
}

interface Operation {
  readonly [field: string]: Json | undefined;
}
/** A new value, or why there is none. */
type Edited = { readonly value: Json } | string;

function malformed(message: string): JsonPatched {
  return { ok: false, why: 'malformed', message };
}

function operate(target: Json, operation: Operation, budget: Budget): Edited {
  const path = pointerOf(operation, 'path');
  if (typeof path === 'string') return path;
  const given = own(operation, 'value');
  switch (own(operation, 'op')) {
    case 'add':
      return given === undefined ? 'no value' : edit(target, path, adding(given), budget.own);
    case 'replace':
      return given === undefined ? 'no value' : edit(target, path, replacing(given), budget.own);
    case 'remove':
      return edit(target, path, removing, budget.own);
    case 'test':
      return test(target, path, given ?? null);
    case 'move':
      return move(target, operation, path, budget);
    case 'copy':
      return copy(target, operation, path, budget);
    default:
      return `unknown operation ${stableJson(own(operation, 'op') ?? null)}`;
  }
}

function test(target: Json, path: readonly string[], expected: Json): Edited {
  const found = read(target, path);
  return found !== undefined && jsonEqual(found, expected)
    ? { value: target }
    : `testing value /${path.join('/')} failed`;
}

function move(
  target: Json,
  operation: Operation,
  path: readonly string[],
  { own: made }: Budget,
): Edited {
  const from = pointerOf(operation, 'from');
  if (typeof from === 'string') return from;
  const value = read(target, from);
  if (value === undefined) return missing(from);
  if (path.length > from.length && from.every((token, index) => token === path[index])) {
    return `/${from.join('/')} cannot be moved into itself`;
  }
  const without = edit(target, from, removing, made);
  return typeof without === 'string' ? without : edit(without.value, path, adding(value), made);
}

// a copy into itself doubles what is copied, so that a few dozen fill any memory
function copy(target: Json, operation: Operation, path: readonly string[], budget: Budget): Edited {
  const from = pointerOf(operation, 'from');
  if (typeof from === 'string') return from;
  const value = read(target, from);
  if (value === undefined) return missing(from);
  const bytes = jsonBytes(value);
  if (bytes === null) return `/${from.join('/')} nests deeper than ${maxPatchedDepth}`;
  budget.copiedBytes += bytes;
  if (budget.copiedBytes > maxCopiedBytes) {
    return `Unable to complete the copy, the accumulated size increase of copy is ${budget.copiedBytes}, exceeding the limit ${maxCopiedBytes}`;
  }
  return edit(target, path, adding(cloned(value)), budget.own);
}

function cloned(value: Json): Json {
  if (Array.isArray(value)) return value.map(cloned);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) =>
      inner === undefined ? [] : [[key, cloned(inner)] as const],
    ),
  );
}

function missing(from: readonly string[]): string {
  return `there is nothing at /${from.join('/')}`;
}

/** The tokens of a JSON pointer (RFC 6901), or why it is none. */
function pointerOf(operation: Operation, field: string): readonly string[] | string {
  const text = own(operation, field);
  if (typeof text !== 'string') return `no ${field}`;
  if (text === '') return [];
  if (!text.startsWith('/')) return `${JSON.stringify(text)} is no JSON pointer`;
  const tokens = text.slice(1).split('/', maxPatchedDepth + 1);
  if (tokens.length > maxPatchedDepth) return `${field} has more than ${maxPatchedDepth} parts`;
  return tokens.map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function read(value: Json, path: readonly string[]): Json | undefined {
  let found: Json | undefined = value;
  for (const token of path) {
    if (Array.isArray(found)) {
      const index = indexOf(token);
      found = index === null ? undefined : found[index];
    } else found = isJsonObject(found) ? own(found, token) : undefined;
  }
  return found;
}

/** What to do at the end of a path: `has` says whether the key or index is there. */
interface Edit {
  readonly whole: (value: Json) => Edited;
  readonly inObject: (entries: Entries, key: string) => string | null;
  readonly inList: (list: Json[], index: number) => string | null;
  /** Whether the index after the last (`-`) will do. */
  readonly appends: boolean;
}

const adding = (value: Json): Edit => ({
  whole: () => ({ value }),
  inObject: (entries, key) => {
    setOwn(entries, key, value);
    return null;
  },
  inList: (list, index) => {
    list.splice(index, 0, value);
    return null;
  },
  appends: true,
});
const replacing = (value: Json): Edit => ({
  ...adding(value),
  inObject: (entries, key) => {
    if (own(entries, key) === undefined) return `there is no ${JSON.stringify(key)} to replace`;
    setOwn(entries, key, value);
    return null;
  },
  inList: (list, index) => {
    list[index] = value;
    return null;
  },
  appends: false,
});
const removing: Edit = {
  whole: () => 'the whole object cannot be removed',
  inObject: (entries, key) =>
    own(entries, key) !== undefined && delete entries[key]
      ? null
      : `there is no ${JSON.stringify(key)} to remove`,
  inList: (list, index) => {
    list.splice(index, 1);
    return null;
  },
  appends: false,
};

/** An object that may be changed. */
type Entries = Record<string, Json>;

/** Sets a field of the object itself, whatever it is called. */
function setOwn(entries: Entries, key: string, value: Json): void {
  Object.defineProperty(entries, key, {
    ...{ value, enumerable: true, configurable: true, writable: true },
  });
}

/** Copies what lies on the path and nothing else, and that once for all operations of a patch. */
function edit(target: Json, path: readonly string[], how: Edit, made: WeakSet<object>): Edited {
  const [token, ...rest] = path;
  if (token === undefined) return how.whole(target);
  if (Array.isArray(target)) return editList(target, [token, ...rest], how, made);
  if (!isJsonObject(target)) return `there is nothing below ${JSON.stringify(token)}`;
  const entries = (
    made.has(target) ? target : Object.fromEntries(Object.entries(target))
  ) as Entries;
  made.add(entries);
  if (rest.length === 0) return how.inObject(entries, token) ?? { value: entries };
  const inner = own(entries, token);
  if (inner === undefined) return `there is no ${JSON.stringify(token)}`;
  const next = edit(inner, rest, how, made);
  if (typeof next === 'string') return next;
  setOwn(entries, token, next.value);
  return { value: entries };
}

function editList(
  list: Json[],
  [token = '', ...rest]: readonly string[],
  how: Edit,
  made: WeakSet<object>,
): Edited {
  const last = rest.length === 0;
  const index = token === '-' && last && how.appends ? list.length : indexOf(token);
  if (index === null) return `${JSON.stringify(token)} is no index of a list`;
  const most = last && how.appends ? list.length : list.length - 1;
  if (index > most) return `index ${index} is out of bounds`;
  const items = made.has(list) ? list : [...list];
  made.add(items);
  if (last) return how.inList(items, index) ?? { value: items };
  const next = edit(items[index] ?? null, rest, how, made);
  if (typeof next === 'string') return next;
  items[index] = next.value;
  return { value: items };
}

const digits = /^(?:0|[1-9]\d{0,8})$/;
function indexOf(token: string): number | null {
  return digits.test(token) ? Number(token) : null;
}
