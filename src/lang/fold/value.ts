import type { Instant } from '../../base/instant.ts';
import { compareText, isJsonObject, type Json } from '../../base/json.ts';
import { formatSingleUnit, type Nanos } from '../../kube/duration.ts';
import { type Cidr, formatCidr } from '../../kube/ip.ts';
import { compareQuantities, formatQuantity, type Quantity } from '../../kube/quantity.ts';
import { compareVersions, formatVersion, type Version } from '../../kube/version.ts';

/** A value that is known while compiling: an int is a bigint, a float a number, a record a map. */
export type Value = null | boolean | string | bigint | number | Unit | Reference | List | Fields;
export type List = readonly Value[];
/** A record or map; its keys are in the order they were written. */
export type Fields = ReadonlyMap<string, Value>;

/** A value with a unit; `text` is how the author wrote it, and how it is printed again. */
export type Unit =
  | { readonly unit: 'quantity'; readonly quantity: Quantity; readonly text?: string }
  | { readonly unit: 'duration'; readonly nanos: Nanos; readonly text?: string }
  | { readonly unit: 'percent'; readonly percent: number; readonly text?: string }
  | { readonly unit: 'version'; readonly version: Version; readonly text?: string }
  | { readonly unit: 'time'; readonly at: Instant; readonly text: string }
  | { readonly unit: 'cidr'; readonly cidr: Cidr; readonly text: string };

/** A block of the program, as a value. */
export interface Reference {
  readonly refers: string;
  readonly name: string;
  readonly namespace: string;
  /** The block itself, for those who know what it is. */
  readonly to: unknown;
}

export function isUnit(value: Value): value is Unit {
  return typeof value === 'object' && value !== null && 'unit' in value;
}
export function isReference(value: Value): value is Reference {
  return typeof value === 'object' && value !== null && 'refers' in value;
}
export function isList(value: Value): value is List {
  return Array.isArray(value);
}
export function isFields(value: Value): value is Fields {
  return value instanceof Map;
}

/** Integers a JSON number holds exactly. */
export function isSafe(value: bigint): boolean {
  return BigInt.asIntN(54, value) === value;
}

/** A value as JSON: units as their texts, references as names, integers a JSON number cannot hold as texts. */
export function toJson(value: Value): Json {
  if (typeof value === 'bigint') return isSafe(value) ? Number(value) : String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map(toJson);
  if (isUnit(value)) return unitText(value);
  if (isReference(value)) return value.name;
  // Makes own properties of whatever name, `__proto__` included.
  return Object.fromEntries([...value].map(([key, item]) => [key, toJson(item)]));
}

/** Nesting of values: everything that looks at one recurses on it. */
export const maxValueDepth = 200;

/** JSON as a value: numbers without a fraction are ints. Undefined where it is nested too deeply. */
export function fromJson(json: Json | undefined, depth = 0): Value | undefined {
  if (json === undefined) return null;
  if (typeof json === 'number') return Number.isSafeInteger(json) ? BigInt(json) : json;
  if (typeof json !== 'object' || json === null) return json;
  if (depth >= maxValueDepth) return undefined;
  if (!isJsonObject(json)) {
    const items = json.map((item) => fromJson(item, depth + 1));
    return items.includes(undefined) ? undefined : (items as List);
  }
  const fields = new Map<string, Value>();
  for (const [key, item] of Object.entries(json)) {
    const value = fromJson(item, depth + 1);
    if (value === undefined) return undefined;
    fields.set(key, value);
  }
  return fields;
}

const depths = new WeakMap<object, number>();

/** How deep lists and records nest in a value: 0 for a scalar. Each is looked at once. */
export function depthOf(value: Value): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (!isList(value) && !isFields(value)) return 0;
  const known = depths.get(value);
  if (known !== undefined) return known;
  let deepest = 0;
  for (const item of value.values()) deepest = Math.max(deepest, depthOf(item));
  depths.set(value, deepest + 1);
  return deepest + 1;
}

const sizes = new WeakMap<object, number>();

/**
 * How many scalars, lists and records a value has when it is written out; the same list in many places counts in each.
 * Each is looked at once.
 */
export function sizeOf(value: Value): number {
  if (typeof value === 'string') return 1 + (value.length >> 10);
  if (typeof value !== 'object' || value === null) return 1;
  if (!isList(value) && !isFields(value)) return 1;
  const known = sizes.get(value);
  if (known !== undefined) return known;
  let size = 1;
  for (const item of value.values()) size += sizeOf(item);
  sizes.set(value, size);
  return size;
}

/** How a value with a unit is printed: as written, durations in units Go knows. */
export function unitText(unit: Unit): string {
  switch (unit.unit) {
    case 'quantity':
      return unit.text ?? formatQuantity(unit.quantity);
    case 'duration':
      return unit.text ?? formatSingleUnit(unit.nanos);
    case 'percent':
      return unit.text ?? `${unit.percent}%`;
    case 'version':
      return unit.text ?? formatVersion(unit.version);
    case 'time':
    case 'cidr':
      return unit.text;
  }
}

/** The text of a scalar, for interpolation and `string(x)`; null for lists, records and null (Rule 5). */
export function scalarText(value: Value): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return String(value);
  if (value === null || isList(value) || isFields(value)) return null;
  return isUnit(value) ? unitText(value) : value.name;
}

/** Equality (Rule 27): by value, records without order. */
export function valuesEqual(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (isList(a)) return isList(b) && listsEqual(a, b);
  if (isFields(a)) return isFields(b) && fieldsEqual(a, b);
  if (isList(b) || isFields(b)) return false;
  if (isReference(a)) return isReference(b) && a.to === b.to;
  return orderOf(a, b) === 0 || isSameCidr(a, b);
}

function isSameCidr(a: Value, b: Value): boolean {
  if (!isUnit(a) || !isUnit(b) || a.unit !== 'cidr' || b.unit !== 'cidr') return false;
  return formatCidr(a.cidr) === formatCidr(b.cidr);
}

function listsEqual(a: List, b: List): boolean {
  return a.length === b.length && a.every((item, at) => valuesEqual(item, b[at] ?? null));
}

function fieldsEqual(a: Fields, b: Fields): boolean {
  return (
    a.size === b.size &&
    [...a].every(([key, item]) => b.has(key) && valuesEqual(item, b.get(key) ?? null))
  );
}

/** Order (Rule 27) of two values of one type; null where the type has none. */
export function orderOf(a: Value, b: Value): number | null {
  if (typeof a === 'bigint' && typeof b === 'bigint') return sign(a, b);
  if (typeof a === 'number' && typeof b === 'number') return sign(a, b);
  if (!isUnit(a) || !isUnit(b)) return null;
  if (a.unit === 'quantity' && b.unit === 'quantity') {
    return compareQuantities(a.quantity, b.quantity);
  }
  if (a.unit === 'duration' && b.unit === 'duration') return sign(a.nanos, b.nanos);
  if (a.unit === 'percent' && b.unit === 'percent') return sign(a.percent, b.percent);
  if (a.unit === 'version' && b.unit === 'version') return compareVersions(a.version, b.version);
  if (a.unit === 'time' && b.unit === 'time') return sign(a.at, b.at);
  return null;
}

/** A total order, for `sort`: by `orderOf`, texts by code unit, everything else stays where it is. */
export function sortOrder(a: Value, b: Value): number {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  return orderOf(a, b) ?? 0;
}

function sign<T extends bigint | number>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
