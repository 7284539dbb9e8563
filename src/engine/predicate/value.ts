import type { Instant } from '../../base/instant.ts';
import { formatInstant } from '../../base/instant.ts';
import type { Json, JsonObject } from '../../base/json.ts';
import { compareText, isJsonObject } from '../../base/json.ts';
import type { Nanos } from '../../kube/duration.ts';
import { formatSingleUnit } from '../../kube/duration.ts';
import type { Cidr } from '../../kube/ip.ts';
import { formatCidr } from '../../kube/ip.ts';
import type { Quantity } from '../../kube/quantity.ts';
import { compareQuantities, formatQuantity } from '../../kube/quantity.ts';
import type { Version } from '../../kube/version.ts';
import { compareVersions, formatVersion } from '../../kube/version.ts';

/** A value of the language while an expression runs: an int is a bigint, a float a number. */
export type Value = null | boolean | string | bigint | number | Unit | List | Fields;
export type List = readonly Value[];
/** A record or map; its keys are in the order they were written. */
export type Fields = ReadonlyMap<string, Value>;

/** A value with a unit; `text` is what it was read from, and what it prints as. */
export type Unit =
  | { readonly unit: 'quantity'; readonly quantity: Quantity; readonly text?: string }
  | { readonly unit: 'duration'; readonly nanos: Nanos; readonly text?: string }
  | { readonly unit: 'percent'; readonly percent: number; readonly text?: string }
  | { readonly unit: 'version'; readonly version: Version; readonly text?: string }
  | { readonly unit: 'time'; readonly at: Instant; readonly text?: string }
  | { readonly unit: 'cidr'; readonly cidr: Cidr; readonly text?: string };

/** Why there is no value (Rules 29 to 33): a fact is absent or malformed, or a total function has no answer. */
export type MissingReason =
  | 'AttributeMissing'
  | 'AttributeMalformed'
  | 'ValueMissing'
  | 'SelectorInvalid'
  | 'CelFailed'
  | 'CostExceeded'
  /** An object that is looked up, its key or the key's type is not there. */
  | 'LookupFailed'
  | 'LookupForbidden'
  /** What is looked up is not known yet: this is for the caller to wait for, not a failure. */
  | 'LookupPending';

/** The absence of a value: an atom on it is unknown. */
export interface Missing {
  readonly missing: MissingReason;
  /** What is missing, for a message. */
  readonly what: string;
  /** Whether `what` holds a computed value, which might be a secret. */
  readonly quotes?: true;
}

/** Nesting of data that is still looked at. */
export const maxDepth = 200;

export function missing(reason: MissingReason, what: string): Missing {
  return { missing: reason, what };
}

export function isMissing(value: Value | Missing): value is Missing {
  return typeof value === 'object' && value !== null && 'missing' in value;
}

export function isUnit(value: Value): value is Unit {
  return typeof value === 'object' && value !== null && 'unit' in value;
}

export function isList(value: Value): value is List {
  return Array.isArray(value);
}

export function isFields(value: Value): value is Fields {
  return value instanceof Map;
}

/** JSON as a value: numbers without a fraction are ints. Missing where it is nested too deeply. */
export function fromJson(json: Json | undefined, depth = 0): Value | Missing {
  if (json === undefined) return missing('ValueMissing', 'a value');
  if (typeof json === 'number') return Number.isSafeInteger(json) ? BigInt(json) : json;
  if (typeof json !== 'object' || json === null) return json;
  if (depth >= maxDepth) return missing('CostExceeded', 'nesting of data');
  return isJsonObject(json) ? fieldsFrom(json, depth + 1) : listFrom(json, depth + 1);
}

function listFrom(json: readonly Json[], depth: number): List | Missing {
  const list: Value[] = [];
  for (const item of json) {
    const value = fromJson(item, depth);
    if (isMissing(value)) return value;
    list.push(value);
  }
  return list;
}

function fieldsFrom(json: JsonObject, depth: number): Fields | Missing {
  const fields = new Map<string, Value>();
  for (const [key, item] of Object.entries(json)) {
    if (item === undefined) continue;
    const value = fromJson(item, depth);
    if (isMissing(value)) return value;
    fields.set(key, value);
  }
  return fields;
}

/** A value as JSON: units as text, ints beyond 2^53 as text. */
export function toJson(value: Value): Json {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (isUnit(value)) return unitText(value);
  if (isList(value)) return value.map(toJson);
  return Object.fromEntries([...value].map(([key, of]) => [key, toJson(of)]));
}

/** The text of a unit: as it was read, else in canonical form. */
export function unitText(value: Unit): string {
  if (value.text !== undefined) return value.text;
  switch (value.unit) {
    case 'quantity':
      return formatQuantity(value.quantity);
    case 'duration':
      return formatSingleUnit(value.nanos);
    case 'percent':
      return `${value.percent}%`;
    case 'version':
      return formatVersion(value.version);
    case 'time':
      return formatInstant(value.at);
    case 'cidr':
      return formatCidr(value.cidr);
  }
}

/** The text of a scalar, as interpolation and `string()` write it; null for lists, records and null. */
export function scalarText(value: Value): string | null {
  if (typeof value !== 'object') return String(value);
  return value !== null && isUnit(value) ? unitText(value) : null;
}

/** Equality (Rule 27): lists and records by value, units by amount, ints and floats by number. */
export function valuesEqual(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (isNumeric(a) && isNumeric(b)) return numberOrder(a, b) === 0;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (isUnit(a)) return isUnit(b) && (unitOrder(a, b) === 0 || sameCidr(a, b));
  if (isList(a)) {
    return isList(b) && a.length === b.length && a.every((x, at) => valuesEqual(x, b[at] ?? null));
  }
  return isFields(b) && a.size === b.size && [...a].every(([key, x]) => hasEqual(b, key, x));
}

function hasEqual(fields: Fields, key: string, value: Value): boolean {
  const other = fields.get(key);
  return other !== undefined && valuesEqual(value, other);
}

/** Order (Rule 27) of ints, floats, quantities, durations, percents, versions and times; null for all others. */
export function orderOf(a: Value, b: Value): number | null {
  if (isNumeric(a) && isNumeric(b)) return numberOrder(a, b);
  return isUnit(a) && isUnit(b) ? unitOrder(a, b) : null;
}

function unitOrder(a: Unit, b: Unit): number | null {
  if (a.unit === 'quantity' && b.unit === 'quantity') {
    return compareQuantities(a.quantity, b.quantity);
  }
  if (a.unit === 'duration' && b.unit === 'duration') return numberOrder(a.nanos, b.nanos);
  if (a.unit === 'percent' && b.unit === 'percent') return a.percent - b.percent;
  if (a.unit === 'version' && b.unit === 'version') return compareVersions(a.version, b.version);
  return a.unit === 'time' && b.unit === 'time' ? a.at - b.at : null;
}

// A bigint and a number compare by amount with `<` and `>`.
function numberOrder(a: bigint | number, b: bigint | number): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

/** The order `sort()` uses: by number or amount, texts by code unit; what has no order stays where it is. */
export function sortOrder(a: Value, b: Value): number {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  return orderOf(a, b) ?? 0;
}

function sameCidr(a: Unit, b: Unit): boolean {
  return a.unit === 'cidr' && b.unit === 'cidr' && formatCidr(a.cidr) === formatCidr(b.cidr);
}

function isNumeric(value: Value): value is bigint | number {
  return typeof value === 'bigint' || typeof value === 'number';
}
