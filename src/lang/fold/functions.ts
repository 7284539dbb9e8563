import { base64Decode, base64Encode, utf8Decode, utf8Encode } from '../../base/bytes.ts';
import { sha256Hex } from '../../base/hash.ts';
import { compareText, type Json } from '../../base/json.ts';
import { parseYaml, writeYaml } from '../../kube/yaml.ts';
import { convert } from './convert.ts';
import { compilePattern } from './pattern.ts';
import {
  type Fields,
  fromJson,
  isFields,
  isList,
  isUnit,
  type List,
  orderOf,
  scalarText,
  sortOrder,
  toJson,
  type Value,
  valuesEqual,
} from './value.ts';

/**
 * A built-in of language.md §10 on known values; a method has its receiver as first argument. Undefined is a
 * missing value (Rule 67): functions are total.
 */
type Builtin = (...args: List) => Value | undefined;

/** At most so many numbers come from one `range`. */
export const maxRange = 10_000n;

const builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ['string', (x) => (x === undefined ? undefined : (scalarText(x) ?? undefined))],
  ['json', (x) => JSON.stringify(toJson(x ?? null))],
  ['yaml', (x) => writeYaml([toJson(x ?? null)])],
  ['fromJson', texts(readJson)],
  ['fromYaml', texts(readYaml)],
  ...(['int', 'float', 'quantity', 'duration', 'version', 'percent'] as const).map(
    (type): [string, Builtin] => [type, (x) => (x === undefined ? x : convert(type, x))],
  ),
  ['min', (a, b) => pick(a, b, -1)],
  ['max', (a, b) => pick(a, b, 1)],
  ['range', range],
  ['size', size],
  ['contains', contains],
  ['startsWith', texts((text, start) => text.startsWith(start))],
  ['endsWith', texts((text, end) => text.endsWith(end))],
  ['matches', texts((text, source) => compilePattern(source)?.matcher(text).find())],
  ['lower', texts((text) => text.toLowerCase())],
  ['upper', texts((text) => text.toUpperCase())],
  ['trim', texts((text) => text.trim())],
  ['split', texts((text, by) => text.split(by))],
  ['replace', texts((text, from, to) => text.replaceAll(from, () => to))],
  ['base64', texts((text) => base64Encode(utf8Encode(text)))],
  ['unbase64', texts(unbase64)],
  ['sha256', texts((text) => sha256Hex(text))],
  ['sort', (list) => lists(list)?.toSorted(sortOrder)],
  ['unique', unique],
  ['join', join],
  ['first', (list) => lists(list)?.[0]],
  ['keys', (of) => (fields(of) === undefined ? undefined : sortedKeys(of as Fields))],
  ['values', (of) => values(fields(of))],
  ['merge', (a, b) => merge(fields(a), fields(b))],
  ...(['major', 'minor', 'patch'] as const).map((part): [string, Builtin] => [
    part,
    (x) =>
      x !== undefined && isUnit(x) && x.unit === 'version' ? BigInt(x.version[part]) : undefined,
  ]),
]);

/** Runs a built-in on known values; undefined where it has no answer. */
export function callBuiltin(name: string, args: List): Value | undefined {
  return builtins.get(name)?.(...args);
}

/** Keys in byte order: how maps are walked (Rule 10). */
export function sortedKeys(of: Fields): readonly string[] {
  return [...of.keys()].sort(compareText);
}

function texts(of: (...args: [string, string, string]) => Value | undefined): Builtin {
  return (...args) => {
    const [a, b = '', c = ''] = args;
    if (typeof a !== 'string' || typeof b !== 'string' || typeof c !== 'string') return undefined;
    return of(a, b, c);
  };
}

function lists(value: Value | undefined): List | undefined {
  return value !== undefined && isList(value) ? value : undefined;
}

function fields(value: Value | undefined): Fields | undefined {
  return value !== undefined && isFields(value) ? value : undefined;
}

function readJson(text: string): Value | undefined {
  try {
    return fromJson(JSON.parse(text) as Json);
  } catch {
    return undefined;
  }
}

function readYaml(text: string): Value | undefined {
  const read = parseYaml(text);
  return read.ok && read.documents.length === 1 ? fromJson(read.documents[0]?.value) : undefined;
}

function pick(a: Value | undefined, b: Value | undefined, direction: number): Value | undefined {
  if (a === undefined || b === undefined) return undefined;
  const order = orderOf(a, b);
  if (order === null) return undefined;
  return order * direction >= 0 ? a : b;
}

function range(from?: Value, to?: Value): Value | undefined {
  if (typeof from !== 'bigint' || typeof to !== 'bigint' || to - from >= maxRange) return undefined;
  const length = to < from ? 0 : Number(to - from) + 1;
  return Array.from({ length }, (_, at) => from + BigInt(at));
}

function size(of?: Value): Value | undefined {
  if (typeof of === 'string') return BigInt([...of].length);
  if (of === undefined || of === null || typeof of !== 'object') return undefined;
  if (isList(of)) return BigInt(of.length);
  return isFields(of) ? BigInt(of.size) : undefined;
}

function contains(of?: Value, x?: Value): Value | undefined {
  if (x === undefined) return undefined;
  if (typeof of === 'string') return typeof x === 'string' ? of.includes(x) : undefined;
  return lists(of)?.some((item) => valuesEqual(item, x));
}

function unbase64(text: string): Value | undefined {
  const bytes = base64Decode(text);
  return (bytes && utf8Decode(bytes)) ?? undefined;
}

// Scalars are found by their text; units, lists and records may be equal with different texts.
function unique(list?: Value): Value | undefined {
  const seen = new Map<string, Value[]>();
  return lists(list)?.filter((item) => {
    const isScalar = typeof item !== 'object';
    const key = `${typeof item}:${isScalar ? (scalarText(item) ?? '') : ''}`;
    const like = seen.get(key) ?? [];
    if (like.some((other) => valuesEqual(other, item))) return false;
    seen.set(key, [...like, item]);
    return true;
  });
}

function join(list?: Value, by: Value = ''): Value | undefined {
  const parts = lists(list)?.map(scalarText);
  if (parts === undefined || typeof by !== 'string' || parts.includes(null)) return undefined;
  return parts.join(by);
}

function values(of: Fields | undefined): Value | undefined {
  return of === undefined ? undefined : sortedKeys(of).map((key) => of.get(key) ?? null);
}

/** Deep merge by key; lists are replaced. */
export function merge(a: Fields | undefined, b: Fields | undefined): Fields | undefined {
  if (a === undefined || b === undefined) return undefined;
  const merged = new Map(a);
  for (const [key, value] of b) {
    merged.set(key, merge(fields(merged.get(key)), fields(value)) ?? value);
  }
  return merged;
}
