import { isJsonObject, type Json, type JsonObject } from '../../../base/json.ts';
import { noOddNumbers, type OddNumbers } from '../http/odd-numbers.ts';
import { builtInTypes, type Field, type Scalar, type TypeTable, type What } from './table.ts';

/** An object as its type has it. */
export interface Typed {
  readonly object: JsonObject;
  /** Paths of fields that the type does not have. */
  readonly unknown: readonly string[];
}

/** Why a value does not fit its type, in the words of Go's JSON decoder. */
export interface Misfit {
  readonly misfit: string;
}

/** Paths that are reported at most. */
const mostUnknown = 100;

/**
 * The content (all but what names it) of an object of one of Kubernetes' own kinds as Go would decode and write it: without what its type does not know,
 * without nulls and what is empty. null where the kind has no type here.
 */
export function typedObject(
  of: { readonly group: string; readonly version: string; readonly kind: string },
  object: JsonObject,
  odd: OddNumbers = noOddNumbers,
): Typed | Misfit | null {
  const table = builtInTypes();
  const type = table.kinds.get(`${of.group}/${of.version}/${of.kind}`);
  if (type === undefined) return null;
  const reader = new Reader(table, odd);
  const read = reader.struct(type, object, '');
  if (read === misfit) return { misfit: reader.fault };
  return { object: read, unknown: reader.unknown };
}

/** Stands for the type that has a field, until that is known. */
const unnamed = '\0';
const integers: ReadonlySet<Scalar> = new Set(['integer', 'int32', 'intorstring']);
const misfit = Symbol('does not fit');
type Read<T> = T | typeof misfit;

const goTypes: Readonly<Record<Scalar, string>> = {
  text: 'string',
  integer: 'int64',
  int32: 'int32',
  number: 'float64',
  boolean: 'bool',
  bytes: '[]uint8',
  time: 'v1.Time',
  microtime: 'v1.MicroTime',
  duration: 'v1.Duration',
  quantity: 'resource.Quantity',
  intorstring: 'intstr.IntOrString',
  raw: 'runtime.RawExtension',
  fields: 'v1.FieldsV1',
  extra: '[]string',
};

const isText = (value: Json) => typeof value === 'string';
const isInteger = (value: Json) =>
  // a larger one that an int64 holds comes as a bigint
  typeof value === 'bigint' || Number.isSafeInteger(value);
const isInt32 = (value: Json) => typeof value === 'number' && (value | 0) === value;
const fits: Readonly<Record<Scalar, (value: Json) => boolean>> = {
  text: isText,
  integer: isInteger,
  int32: isInt32,
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  bytes: isText,
  time: isText,
  microtime: isText,
  duration: isText,
  quantity: (value) => isText(value) || typeof value === 'number',
  intorstring: (value) => isText(value) || isInt32(value),
  raw: () => true,
  fields: isJsonObject,
  extra: (value) => Array.isArray(value) && value.every(isText),
};

class Reader {
  readonly unknown: string[] = [];
  fault = '';
  readonly #table: TypeTable;
  readonly #odd: OddNumbers;

  constructor(table: TypeTable, odd: OddNumbers) {
    this.#table = table;
    this.#odd = odd;
  }

  struct(type: string, value: JsonObject, path: string): Read<JsonObject> {
    const fields = this.#fieldsOf(type);
    const entries: [string, Json][] = [];
    for (const [name, given] of Object.entries(value)) {
      const at = path === '' ? name : `${path}.${name}`;
      const field = fields.get(name);
      if (field === undefined) {
        if (this.unknown.length < mostUnknown) this.unknown.push(at);
        continue;
      }
      if (given === undefined || given === null) continue;
      const read = this.#value(field.what, given, at);
      if (read === misfit) {
        // what is told is the type that has the field
        this.fault = this.fault.replace(unnamed, type.split('.').at(-1) ?? '');
        return misfit;
      }
      if (field.pointer || field.always || !isEmpty(read)) entries.push([name, read]);
    }
    return Object.fromEntries(entries);
  }

  #fieldsOf(type: string): ReadonlyMap<string, Field> {
    const fields = this.#table.fields(type).flatMap((field): readonly Field[] => {
      if (!field.inline || field.what.of !== 'type') return [field];
      return [...this.#fieldsOf(field.what.name).values()];
    });
    return new Map(fields.map((field) => [field.name, field]));
  }

  #value(what: What, value: Json, path: string): Read<Json> {
    switch (what.of) {
      case 'scalar':
        return this.#scalar(what.scalar, value, path);
      case 'list':
        return Array.isArray(value)
          ? this.#list(what.item, value, path)
          : this.#wrong(value, path, `[]${goName(what.item)}`);
      case 'map':
        return isJsonObject(value)
          ? this.#map(what.item, value, path)
          : this.#wrong(value, path, `map[string]${goName(what.item)}`);
      case 'type':
        return isJsonObject(value)
          ? this.struct(what.name, value, path)
          : this.#wrong(value, path, goName(what));
    }
  }

  #scalar(scalar: Scalar, value: Json, path: string): Read<Json> {
    const isNumber = typeof value === 'number' || typeof value === 'bigint';
    const source = isNumber && this.#odd.size > 0 ? this.#odd.get(path) : undefined;
    // Go reads integers from digits alone
    const written = source === undefined || /^-?\d+$/.test(source) || !integers.has(scalar);
    if (written && fits[scalar](value)) return value;
    if (!isNumber || !integers.has(scalar)) return this.#wrong(value, path, goTypes[scalar]);
    const type = scalar === 'intorstring' ? 'int32' : goTypes[scalar];
    return this.#wrong(value, path, type, `number ${source ?? value}`);
  }

  #list(item: What, list: readonly Json[], path: string): Read<readonly Json[]> {
    const read: Json[] = [];
    for (const [index, each] of list.entries()) {
      const at = `${path}[${index}]`;
      const value = each === null ? emptyOf(item) : this.#value(item, each, at);
      if (value === misfit) return misfit;
      read.push(value);
    }
    return read;
  }

  #map(item: What, map: JsonObject, path: string): Read<JsonObject> {
    const entries: [string, Json][] = [];
    for (const [key, each] of Object.entries(map)) {
      if (each === undefined) continue;
      const value = each === null ? emptyOf(item) : this.#value(item, each, path);
      if (value === misfit) return misfit;
      entries.push([key, value]);
    }
    return Object.fromEntries(entries);
  }

  #wrong(value: Json, path: string, type: string, found = jsonType(value)): typeof misfit {
    const plain = path.replaceAll(/\[\d+\]/g, '');
    this.fault = `json: cannot unmarshal ${found} into Go struct field ${unnamed}.${plain} of type ${type}`;
    return misfit;
  }
}

function goName(what: What): string {
  if (what.of === 'scalar') return goTypes[what.scalar];
  if (what.of === 'list') return `[]${goName(what.item)}`;
  if (what.of === 'map') return `map[string]${goName(what.item)}`;
  return what.name.split('.').slice(-2).join('.');
}

function emptyOf(what: What): Json {
  if (what.of === 'type' || what.of === 'map') return {};
  if (what.of === 'list') return [];
  return integers.has(what.scalar) || what.scalar === 'number'
    ? 0
    : what.scalar === 'boolean'
      ? false
      : '';
}

function isEmpty(value: Json): boolean {
  if (value === '' || value === 0 || value === false) return true;
  return Array.isArray(value) && value.length === 0;
}

function jsonType(value: Json): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'bigint' ? 'number' : typeof value;
}
