import { base64Decode, base64Encode, utf8Decode, utf8Encode } from '../../base/bytes.ts';
import { sha256Hex } from '../../base/hash.ts';
import type { Json } from '../../base/json.ts';
import { compareText } from '../../base/json.ts';
import type { IrType } from '../../ir/expr.ts';
import { parseYaml, writeYaml } from '../../kube/yaml.ts';
import { compilePattern } from '../pattern/pattern.ts';
import { convertTo, looselyEqual, looseOrder } from './convert.ts';
import type { Run } from './scope.ts';
import { costExceeded, spend } from './scope.ts';
import type { Fields, List, Missing, Value } from './value.ts';
import {
  fromJson,
  isFields,
  isList,
  isMissing,
  isUnit,
  missing,
  scalarText,
  sortOrder,
  toJson,
} from './value.ts';
import { weigh } from './weight.ts';

/** A built-in of language.md §10 that takes values only. `null` is a failure: the value is missing (Rule 67). */
type Builtin = (args: List, run: Run) => Value | Missing | null;

const maxRange = 10_000n;

const builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ['string', ([x]) => (x === undefined ? null : scalarText(x))],
  ['json', ([x]) => (x === undefined ? null : JSON.stringify(toJson(x)))],
  ['yaml', ([x]) => (x === undefined ? null : writeYaml([toJson(x)]))],
  ['fromJson', ([text]) => (typeof text === 'string' ? readJson(text) : null)],
  ['fromYaml', ([text]) => (typeof text === 'string' ? readYaml(text) : null)],
  ...(['int', 'float', 'quantity', 'duration', 'version', 'percent'] as const).map(converter),
  ['min', ([a, b]) => pick(a, b, -1)],
  ['max', ([a, b]) => pick(a, b, 1)],
  ['range', ([from, to], run) => range(from, to, run)],
  ['size', ([x]) => size(x)],
  ['contains', ([of, x]) => contains(of, x)],
  ['startsWith', texts((text, start) => text.startsWith(start))],
  ['endsWith', texts((text, end) => text.endsWith(end))],
  ['matches', texts(matches)],
  ['lower', texts((text) => text.toLowerCase())],
  ['upper', texts((text) => text.toUpperCase())],
  ['trim', texts((text) => text.trim())],
  ['split', texts((text, by) => text.split(by))],
  ['replace', texts((text, from, to) => text.replaceAll(from, () => to))],
  ['base64', texts((text) => base64Encode(utf8Encode(text)))],
  ['unbase64', texts(unbase64)],
  ['sha256', texts((text) => sha256Hex(text))],
  ['sort', ([list]) => (isListOf(list) ? list.toSorted(sortOrder) : null)],
  ['unique', ([list], run) => (isListOf(list) ? unique(list, run) : null)],
  ['join', ([list, by]) => join(list, by)],
  ['first', ([list]) => (isListOf(list) ? (list[0] ?? null) : null)],
  ['keys', ([of]) => (isFieldsOf(of) ? sortedKeys(of) : null)],
  ['values', ([of]) => (isFieldsOf(of) ? sortedKeys(of).map((key) => of.get(key) ?? null) : null)],
  ['merge', ([a, b]) => (isFieldsOf(a) && isFieldsOf(b) ? merge(a, b) : null)],
  ...(['major', 'minor', 'patch'] as const).map(versionPart),
]);

/** Runs a built-in; arguments and result are paid for by their size. */
export function callBuiltin(name: string, args: List, run: Run): Value | Missing {
  const builtin = builtins.get(name);
  if (builtin === undefined) return missing('ValueMissing', `function \`${name}\``);
  const cost = args.reduce<number>((sum, arg) => sum + weigh(arg), 1);
  if (!spend(run, cost + growth(name, args))) return costExceeded();
  const result = builtin(args, run);
  if (result === null && !(name === 'first' && isListOf(args[0]) && args[0].length > 0)) {
    return missing('ValueMissing', `the result of \`${name}\``);
  }
  if (!isMissing(result) && !spend(run, weigh(result))) return costExceeded();
  return result;
}

/** Keys in byte order: how maps are walked (Rule 10). */
export function sortedKeys(fields: Fields): readonly string[] {
  return [...fields.keys()].sort(compareText);
}

// What can be far larger than its arguments is paid for before it is made.
function growth(name: string, [text, from, to]: List): number {
  if (name !== 'replace' || typeof text !== 'string' || typeof to !== 'string') return 0;
  const times =
    typeof from === 'string' && from !== '' ? text.length / from.length : text.length + 1;
  return Math.ceil((times * to.length) / 16);
}

function converter(type: IrType): [string, Builtin] {
  return [type, ([x]) => (x === undefined ? null : convertTo(type, x))];
}

function versionPart(part: 'major' | 'minor' | 'patch'): [string, Builtin] {
  return [part, ([x]) => (x === undefined ? null : partOfVersion(x, part))];
}

/** `.major`, `.minor`, `.patch` of a version; null for anything else. */
export function partOfVersion(value: Value, part: string): bigint | null {
  if (!isUnit(value) || value.unit !== 'version') return null;
  if (part !== 'major' && part !== 'minor' && part !== 'patch') return null;
  return BigInt(value.version[part]);
}

function texts(of: (...texts: string[]) => Value | null): Builtin {
  return (args) => {
    const strings = args.filter((arg) => typeof arg === 'string');
    return strings.length === args.length && args.length === of.length ? of(...strings) : null;
  };
}

function readJson(text: string): Value | Missing | null {
  try {
    return fromJson(JSON.parse(text) as Json);
  } catch {
    return null;
  }
}

function readYaml(text: string): Value | Missing | null {
  const read = parseYaml(text);
  const [document, ...more] = read.ok ? read.documents : [];
  return document === undefined || more.length > 0 ? null : fromJson(document.value);
}

function pick(a: Value | undefined, b: Value | undefined, sign: number): Value | null {
  if (a === undefined || b === undefined) return null;
  const order = looseOrder(a, b);
  if (order === null) return null;
  return order * sign >= 0 ? a : b;
}

function range(from: Value | undefined, to: Value | undefined, run: Run): Value | Missing | null {
  if (typeof from !== 'bigint' || typeof to !== 'bigint' || to - from >= maxRange) return null;
  const length = to < from ? 0 : Number(to - from) + 1;
  if (!spend(run, length)) return costExceeded();
  return Array.from({ length }, (_, at) => from + BigInt(at));
}

function size(of: Value | undefined): bigint | null {
  if (typeof of === 'string') return BigInt([...of].length);
  if (isListOf(of)) return BigInt(of.length);
  return isFieldsOf(of) ? BigInt(of.size) : null;
}

function contains(of: Value | undefined, x: Value | undefined): boolean | null {
  if (x === undefined) return null;
  if (typeof of === 'string') return typeof x === 'string' ? of.includes(x) : null;
  return isListOf(of) ? of.some((item) => looselyEqual(item, x)) : null;
}

function matches(text: string, source: string): boolean | null {
  const compiled = compilePattern(source);
  return compiled.ok ? compiled.pattern.test(text) : null;
}

function unbase64(text: string): string | null {
  const bytes = base64Decode(text);
  return bytes && utf8Decode(bytes);
}

function unique(list: List, run: Run): Value | Missing {
  const kept: Value[] = [];
  for (const item of list) {
    if (!spend(run, kept.length)) return costExceeded();
    if (!kept.some((other) => looselyEqual(other, item))) kept.push(item);
  }
  return kept;
}

function join(list: Value | undefined, by: Value | undefined): string | null {
  if (!isListOf(list) || (by !== undefined && typeof by !== 'string')) return null;
  const parts = list.map(scalarText);
  return parts.includes(null) ? null : parts.join(by ?? '');
}

function merge(a: Fields, b: Fields): Fields {
  const merged = new Map(a);
  for (const [key, value] of b) {
    const before = merged.get(key);
    const both = isFieldsOf(before) && isFields(value);
    merged.set(key, both ? merge(before, value) : value);
  }
  return merged;
}

function isListOf(value: Value | undefined): value is List {
  return value !== undefined && isList(value);
}

function isFieldsOf(value: Value | undefined): value is Fields {
  return value !== undefined && isFields(value);
}
