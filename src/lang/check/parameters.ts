import { isJsonObject, type Json } from '../../base/json.ts';
import { type Readable, readAs } from '../fold/convert.ts';
import { fromJson, maxValueDepth, type Value } from '../fold/value.ts';
import { choices, isScalar, type RecordType, required, scalarTypes, type Type } from './type.ts';

const readable = scalarTypes.filter(
  (name): name is Readable & (typeof scalarTypes)[number] =>
    name !== 'json' && name !== 'condition',
);

/** A value given from outside as a value of a type; texts are read as the type (Rule 24). Undefined where it is none. */
export function parameterValue(given: Json, type: Type, depth = 0): Value | undefined {
  if (depth > maxValueDepth) return undefined;
  for (const each of choices(type)) {
    const value = valueAs(given, each, depth + 1);
    if (value !== undefined) return value;
  }
  return undefined;
}

function valueAs(given: Json, type: Type, depth: number): Value | undefined {
  if (type.is === 'enum') {
    return typeof given === 'string' && type.members.includes(given) ? given : undefined;
  }
  if (isScalar(type, 'json')) return fromJson(given);
  if (type.is === 'scalar') return scalarAs(given, type);
  if (type.is === 'list') return listAs(unpacked(given), type.of, depth);
  return type.is === 'record' ? recordAs(unpacked(given), type, depth) : undefined;
}

function scalarAs(given: Json, type: Type): Value | undefined {
  const name = readable.find((each) => isScalar(type, each));
  if (name === undefined) return undefined;
  if (typeof given === 'string') return readAs(name, given);
  if (name === 'string') return undefined;
  if (typeof given === 'boolean') return name === 'bool' ? given : undefined;
  return typeof given === 'number' ? readAs(name, String(given)) : undefined;
}

/** A list or record may be given as JSON in a text: that is how a flag says it. */
function unpacked(given: Json): Json {
  if (typeof given !== 'string' || !/^\s*[[{]/.test(given)) return given;
  try {
    return JSON.parse(given) as Json;
  } catch {
    return given;
  }
}

function listAs(given: Json, of: Type, depth: number): Value | undefined {
  if (!Array.isArray(given)) return undefined;
  const items = given.map((item: Json) => parameterValue(item, of, depth));
  return items.every((item) => item !== undefined) ? items : undefined;
}

function recordAs(given: Json, { fields, rest }: RecordType, depth: number): Value | undefined {
  if (!isJsonObject(given)) return undefined;
  const record = new Map<string, Value>();
  for (const [key, item] of Object.entries(given)) {
    const type = fields.get(key)?.type ?? rest;
    const value =
      type === null || item === undefined ? undefined : parameterValue(item, type, depth);
    if (value === undefined) return undefined;
    record.set(key, value);
  }
  for (const [key, field] of fields) {
    if (!record.has(key) && !field.optional && required(field.type) === field.type)
      return undefined;
  }
  return record;
}
