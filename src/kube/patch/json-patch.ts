import { isJsonObject, type Json, jsonEqual } from '../../base/json.ts';
import { own } from '../schema/own.ts';

/** What a JSON patch came to; `malformed` is no patch at all (400), `failed` one that does not fit (422). */
export type JsonPatched =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly why: 'malformed' | 'failed'; readonly message: string };

/** More operations are refused, as kube-apiserver does. */
export const maxJsonPatchOperations = 10_000;

/** Applies a JSON patch (RFC 6902), all operations or none. */
export function jsonPatch(target: Json, patch: unknown): JsonPatched {
  if (!Array.isArray(patch)) return malformed('a JSON patch is a list of operations');
  if (patch.length > maxJsonPatchOperations) {
    return malformed(
      `The allowed maximum operations in a JSON patch is ${maxJsonPatchOperations}, got ${patch.length}`,
    );
  }
  let value = target;
  for (const [index, operation] of patch.entries()) {
    if (!isJsonObject(operation)) return malformed(`operation ${index} is no object`);
    const next = operate(value, operation as Operation);
    if (typeof next === 'string') {
      return { ok: false, why: 'failed', message: `operation ${index}: ${next}` };
    }
    value = next.value;
  }
  return { ok: true, value };
}

interface Operation {
  readonly [field: string]: Json | undefined;
}
/** A new value, or why there is none. */
type Edited = { readonly value: Json } | string;

function malformed(message: string): JsonPatched {
  return { ok: false, why: 'malformed', message };
}

function operate(target: Json, operation: Operation): Edited {
  const path = pointerOf(operation, 'path');
  if (typeof path === 'string') return path;
  const given = own(operation, 'value');
  switch (own(operation, 'op')) {
    case 'add':
      return given === undefined ? 'no value' : edit(target, path, adding(given));
    case 'replace':
      return given === undefined ? 'no value' : edit(target, path, replacing(given));
    case 'remove':
      return edit(target, path, removing);
    case 'test':
      return test(target, path, given ?? null);
    case 'move':
    case 'copy':
      return relocate(target, operation, path);
    default:
      return `unknown operation ${JSON.stringify(own(operation, 'op') ?? null)}`;
  }
}

function test(target: Json, path: readonly string[], expected: Json): Edited {
  const found = read(target, path);
  return found !== undefined && jsonEqual(found, expected)
    ? { value: target }
    : `testing value /${path.join('/')} failed`;
}

function relocate(target: Json, operation: Operation, path: readonly string[]): Edited {
  const from = pointerOf(operation, 'from');
  if (typeof from === 'string') return from;
  const value = read(target, from);
  if (value === undefined) return `there is nothing at /${from.join('/')}`;
  if (own(operation, 'op') === 'copy') return edit(target, path, adding(value));
  if (path.length > from.length && from.every((token, index) => token === path[index])) {
    return `/${from.join('/')} cannot be moved into itself`;
  }
  const without = edit(target, from, removing);
  return typeof without === 'string' ? without : edit(without.value, path, adding(value));
}

/** The tokens of a JSON pointer (RFC 6901), or why it is none. */
function pointerOf(operation: Operation, field: string): readonly string[] | string {
  const text = own(operation, field);
  if (typeof text !== 'string') return `no ${field}`;
  if (text === '') return [];
  if (!text.startsWith('/')) return `${JSON.stringify(text)} is no JSON pointer`;
  return text
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
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
  readonly inObject: (entries: Map<string, Json>, key: string) => string | null;
  readonly inList: (list: Json[], index: number) => string | null;
  /** Whether the index after the last (`-`) will do. */
  readonly appends: boolean;
}

const adding = (value: Json): Edit => ({
  whole: () => ({ value }),
  inObject: (entries, key) => {
    entries.set(key, value);
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
    if (!entries.has(key)) return `there is no ${JSON.stringify(key)} to replace`;
    entries.set(key, value);
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
    entries.delete(key) ? null : `there is no ${JSON.stringify(key)} to remove`,
  inList: (list, index) => {
    list.splice(index, 1);
    return null;
  },
  appends: false,
};

/** Copies what lies on the path and nothing else. */
function edit(target: Json, path: readonly string[], how: Edit): Edited {
  const [token, ...rest] = path;
  if (token === undefined) return how.whole(target);
  if (Array.isArray(target)) return editList(target, token, rest, how);
  if (!isJsonObject(target)) return `there is nothing below ${JSON.stringify(token)}`;
  const entries = new Map(
    Object.entries(target).filter((entry): entry is [string, Json] => entry[1] !== undefined),
  );
  if (rest.length === 0) {
    const fault = how.inObject(entries, token);
    return fault ?? { value: Object.fromEntries(entries) };
  }
  const inner = entries.get(token);
  if (inner === undefined) return `there is no ${JSON.stringify(token)}`;
  const next = edit(inner, rest, how);
  if (typeof next === 'string') return next;
  entries.set(token, next.value);
  return { value: Object.fromEntries(entries) };
}

function editList(
  list: readonly Json[],
  token: string,
  rest: readonly string[],
  how: Edit,
): Edited {
  const last = rest.length === 0;
  const index = token === '-' && last && how.appends ? list.length : indexOf(token);
  if (index === null) return `${JSON.stringify(token)} is no index of a list`;
  const most = last && how.appends ? list.length : list.length - 1;
  if (index > most) return `index ${index} is out of bounds`;
  const copy = [...list];
  if (last) return how.inList(copy, index) ?? { value: copy };
  const next = edit(copy[index] ?? null, rest, how);
  if (typeof next === 'string') return next;
  copy[index] = next.value;
  return { value: copy };
}

const digits = /^(?:0|[1-9]\d{0,8})$/;
function indexOf(token: string): number | null {
  return digits.test(token) ? Number(token) : null;
}
