import { isJsonObject, type Json, type JsonObject } from '../../../base/json.ts';
import { fromJson } from '../../../engine/cel/map.ts';
import { parseTimestamp } from '../../../engine/cel/time.ts';
import {
  bool,
  type CelType,
  dyn,
  int,
  listOf,
  mapOfTypes,
  objectOf,
  string,
} from '../../../engine/cel/types.ts';
import { type CelValue, celError } from '../../../engine/cel/value.ts';
import { parseDuration } from '../../../kube/duration.ts';
import type { Schema } from '../../../kube/schema/schema.ts';

/** Words of CEL that no field can be named by (apiserver `pkg/cel/escaping.go`). */
const reserved: ReadonlySet<string> = new Set([
  ...['true', 'false', 'null', 'in', 'as', 'break', 'const', 'continue', 'else', 'for'],
  ...['function', 'if', 'import', 'let', 'loop', 'package', 'namespace', 'return', 'var'],
  ...['void', 'while'],
]);
const escapes: Readonly<Record<string, string>> = {
  __: '__underscores__',
  '.': '__dot__',
  '-': '__dash__',
  '/': '__slash__',
};

/** The name of a field in CEL; null where it cannot be written at all. */
export function escapedName(name: string): string | null {
  if (reserved.has(name)) return `__${name}__`;
  if (!/^[A-Za-z_][A-Za-z0-9_./-]*$/.test(name)) return null;
  return name.replaceAll(/__|[./-]/g, (part) => escapes[part] ?? part);
}

const names: CelType = objectOf(
  'object',
  new Map([
    ['name', string],
    ['generateName', string],
  ]),
);
const own: readonly (readonly [string, CelType])[] = [
  ['apiVersion', string],
  ['kind', string],
  ['metadata', names],
];

/**
 * The type of what a schema describes, as rules see it; null where they cannot (apiserver
 * `pkg/cel/common/schemas.go`). `isResource`: it has a type and metadata of its own.
 */
export function celTypeOf(schema: Schema, isResource: boolean): CelType | null {
  if (schema['x-kubernetes-int-or-string'] === true) return dyn;
  switch (schema.type) {
    case 'array': {
      const item =
        schema.items === undefined ? null : celTypeOf(schema.items, isEmbedded(schema.items));
      return item === null ? null : listOf(item);
    }
    case 'object': {
      const { additionalProperties: values } = schema;
      if (typeof values === 'object') {
        const value = celTypeOf(values, isEmbedded(values));
        return value === null ? null : mapOfTypes(string, value);
      }
      return objectOf('object', new Map([...fieldsOf(schema), ...(isResource ? own : [])]));
    }
    case 'string':
      return textType(schema.format);
    case 'boolean':
      return bool;
    case 'integer':
      return int;
    case 'number':
      return { kind: 'double' };
    default:
      return null;
  }
}

function fieldsOf({ properties = {} }: Schema): readonly (readonly [string, CelType])[] {
  return Object.entries(properties).flatMap(([name, of]) => {
    const escaped = escapedName(name);
    const type = escaped === null ? null : celTypeOf(of, isEmbedded(of));
    return escaped === null || type === null ? [] : [[escaped, type] as const];
  });
}

function isEmbedded(schema: Schema): boolean {
  return schema['x-kubernetes-embedded-resource'] === true;
}

function textType(format: string | undefined): CelType {
  if (format === 'date' || format === 'date-time') return { kind: 'timestamp' };
  if (format === 'duration') return { kind: 'duration' };
  return format === 'byte' ? { kind: 'bytes' } : string;
}

/** A value as rules see it: fields by their names in CEL, times as times, numbers of their type. */
export function celValueOf(schema: Schema | undefined, value: Json | undefined): CelValue {
  if (schema === undefined || value === undefined || value === null) return fromJson(value, 'int');
  if (schema['x-kubernetes-int-or-string'] === true) return fromJson(value, 'int');
  if (Array.isArray(value)) return value.map((item) => celValueOf(schema.items, item));
  if (isJsonObject(value)) return mapValue(schema, value);
  if (typeof value === 'string') return textValue(schema.format, value);
  if (typeof value === 'number' && schema.type === 'number') return value;
  return fromJson(value, 'int');
}

function mapValue(schema: Schema, object: JsonObject): CelValue {
  const { properties, additionalProperties: values } = schema;
  const below = typeof values === 'object' ? values : undefined;
  if (below !== undefined || properties === undefined) {
    return celMap(Object.keys(object), (key) => celValueOf(below, object[key]));
  }
  const known = new Map<string, string>();
  for (const key of Object.keys(object)) {
    const name = escapedName(key);
    if (name !== null) known.set(name, key);
  }
  return celMap([...known.keys()], (name) => {
    const key = known.get(name) ?? '';
    return celValueOf(Object.hasOwn(properties, key) ? properties[key] : undefined, object[key]);
  });
}

function celMap(keys: readonly string[], read: (key: string) => CelValue): CelValue {
  const there = new Set(keys);
  return {
    cel: 'map',
    size: there.size,
    get: (key) => (typeof key === 'string' && there.has(key) ? read(key) : undefined),
    keys: () => [...there],
  };
}

function textValue(format: string | undefined, text: string): CelValue {
  switch (format) {
    case 'date':
    case 'date-time': {
      const nanos = parseTimestamp(format === 'date' ? `${text}T00:00:00Z` : text);
      return nanos === null
        ? celError('Invalid date formatted string')
        : { cel: 'timestamp', nanos };
    }
    case 'duration': {
      const parsed = parseDuration(text);
      if (!parsed.ok) return celError('Invalid duration formatted string');
      return { cel: 'duration', nanos: parsed.nanos };
    }
    case 'byte':
      return { cel: 'bytes', bytes: Buffer.from(text, 'base64') };
    default:
      return text;
  }
}
