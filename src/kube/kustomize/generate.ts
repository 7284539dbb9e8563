import { base64Encode, utf8Encode } from '../../base/bytes.ts';
import { sha256Hex } from '../../base/hash.ts';
import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts';
import { editObject, gvkOf, type Item, idOf, itemOf, withObject } from './item.ts';
import type { Generator, Unusable } from './kustomization.ts';

/** What a generator makes, and what it does with an object of the same name that is there already. */
export function generated(
  kind: 'ConfigMap' | 'Secret',
  generator: Generator,
  read: (path: string) => string | null,
): Item | Unusable {
  const { name, namespace, options } = generator;
  const data = dataOf(generator, read);
  if ('problem' in data) return data;
  const entries = [...data.entries].map(([key, value]): [string, string] => [
    key,
    kind === 'Secret' ? base64Encode(utf8Encode(value)) : value,
  ]);
  const metadata = {
    name,
    ...(namespace === '' ? {} : { namespace }),
    ...(Object.keys(options.labels).length === 0 ? {} : { labels: options.labels }),
    ...(Object.keys(options.annotations).length === 0 ? {} : { annotations: options.annotations }),
  };
  const object: JsonObject = {
    apiVersion: 'v1',
    kind,
    metadata,
    ...(kind === 'Secret' ? { type: generator.type } : {}),
    ...(entries.length === 0 ? {} : { data: Object.fromEntries(entries) }),
    ...(options.immutable ? { immutable: true } : {}),
  };
  return itemOf(object, !options.disableNameSuffixHash);
}

/** Adds what a generator made to what is there (`behavior`). */
export function combined(
  items: readonly Item[],
  made: Item,
  behavior: Generator['behavior'],
): readonly Item[] | Unusable {
  const { kind } = gvkOf(made.object);
  const { name, namespace } = idOf(made.object);
  const at = items.findIndex(
    (item) =>
      gvkOf(item.object).kind === kind &&
      item.ids.some((id) => id.name === name && (namespace === '' || id.namespace === namespace)),
  );
  const there = items[at];
  if (behavior === 'create') {
    return there === undefined
      ? [...items, made]
      : { problem: `there are two of ${kind} ${name}: say \`behavior: merge\` or \`replace\`` };
  }
  if (there === undefined) return { problem: `there is no ${kind} ${name} to ${behavior}` };
  const metadata = there.object['metadata'];
  const own = made.object['metadata'];
  const both = (key: 'labels' | 'annotations'): JsonObject => ({
    ...textsIn(metadata, key),
    ...textsIn(own, key),
  });
  const kept = {
    ...(isJsonObject(metadata) ? metadata : {}),
    ...(Object.keys(both('labels')).length === 0 ? {} : { labels: both('labels') }),
    ...(Object.keys(both('annotations')).length === 0 ? {} : { annotations: both('annotations') }),
  };
  const data =
    behavior === 'merge'
      ? { ...objectIn(there.object['data']), ...objectIn(made.object['data']) }
      : objectIn(made.object['data']);
  const object = { ...there.object, ...made.object, metadata: kept, data };
  return items.map((item, index) => (index === at ? withObject(item, object) : item));
}

function objectIn(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function textsIn(metadata: Json | undefined, key: string): JsonObject {
  return objectIn(objectIn(metadata)[key]);
}

function dataOf(
  { literals, files, envs, name }: Generator,
  read: (path: string) => string | null,
): { readonly entries: ReadonlyMap<string, string> } | Unusable {
  const entries = new Map<string, string>();
  const take = (key: string, value: string): void => void entries.set(key, value);
  for (const path of envs) {
    const text = read(path);
    if (text === null) return { problem: `${name}: \`${path}\` cannot be read` };
    for (const line of text.split(/\r?\n/)) {
      const trimmed = line.trimStart();
      const at = trimmed.indexOf('=');
      if (trimmed === '' || trimmed.startsWith('#')) continue;
      if (at <= 0) return { problem: `${name}: \`${path}\` has a line that is no \`key=value\`` };
      take(trimmed.slice(0, at), trimmed.slice(at + 1));
    }
  }
  for (const file of files) {
    const at = file.indexOf('=');
    const path = file.slice(at + 1);
    const text = read(path);
    if (text === null) return { problem: `${name}: \`${path}\` cannot be read` };
    if (text.includes('\uFFFD')) return { problem: `${name}: \`${path}\` is not UTF-8` };
    take(at < 0 ? (path.split('/').at(-1) ?? path) : file.slice(0, at), text);
  }
  for (const literal of literals) {
    const at = literal.indexOf('=');
    if (at <= 0) return { problem: `${name}: \`${literal}\` is no \`key=value\`` };
    take(literal.slice(0, at), unquoted(literal.slice(at + 1)));
  }
  return { entries };
}

function unquoted(text: string): string {
  const isQuoted = /^(["']).*\1$/s.test(text) && text.length > 1;
  return isQuoted ? text.slice(1, -1) : text;
}

/** Adds to the name of what was generated a suffix by its content (kyaml `hasher`). */
export function withHash(item: Item): Item {
  if (!item.hashed) return item;
  const { name } = idOf(item.object);
  const suffix = hashOf(item.object);
  const object = editObject(item.object, 'metadata/name', true, () => `${name}-${suffix}`);
  return { ...withObject(item, object), hashed: false };
}

function hashOf(object: JsonObject): string {
  const { kind, type, data, stringData } = object;
  // By its content alone: the name is hashed as an empty one.
  const name = '';
  const hashed: JsonObject =
    kind === 'Secret'
      ? {
          kind,
          type: type ?? '',
          name,
          data: data ?? '',
          ...(stringData === undefined ? {} : { stringData }),
        }
      : { kind: 'ConfigMap', name, data: data ?? '' };
  return [...sha256Hex(goJson(hashed)).slice(0, 10)].map((char) => safe.get(char) ?? char).join('');
}

// Letters that make no words.
const safe = new Map([
  ['0', 'g'],
  ['1', 'h'],
  ['3', 'k'],
  ['a', 'm'],
  ['e', 't'],
]);

/** JSON as Go writes it: keys in byte order, some characters escaped. */
function goJson(value: Json): string {
  const sorted = (of: Json): Json => {
    if (Array.isArray(of)) return of.map(sorted);
    if (!isJsonObject(of)) return of;
    const keys = Object.keys(of).sort();
    return Object.fromEntries(keys.map((key) => [key, sorted(of[key] ?? null)]));
  };
  return JSON.stringify(sorted(value)).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
