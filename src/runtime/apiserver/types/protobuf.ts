import { formatInstant, formatMicroTime, instant } from '../../../base/instant.ts';
import type { Json, JsonObject } from '../../../base/json.ts';
import { parseJson } from '../../store/text.ts';
import { builtInTypes, type Field, type Scalar, type TypeTable, type What } from './table.ts';

/** Clients of Go send Kubernetes' own kinds like this. */
export const protobufType = 'application/vnd.kubernetes.protobuf';

/** An object from its protobuf, or why it is none. */
export type Unpacked =
  | { readonly ok: true; readonly object: JsonObject }
  | { readonly ok: false; readonly why: string };

const magic = [0x6b, 0x38, 0x73, 0x00];
/** Of messages in each other; Kubernetes' own kinds come nowhere near. */
const maxDepth = 100;

class Malformed extends Error {}

/** Reads `k8s\0`, a `runtime.Unknown`, and in it an object of one of Kubernetes' own kinds. Never throws. */
export function unpackObject(bytes: Uint8Array): Unpacked {
  if (!magic.every((byte, index) => bytes[index] === byte)) {
    return { ok: false, why: 'provided data does not appear to be a protobuf message' };
  }
  try {
    return unpack(bytes.subarray(magic.length));
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { ok: false, why: `proto: ${error.message}` };
  }
}

function unpack(bytes: Uint8Array): Unpacked {
  const parts = new Map(entries(bytes).map(({ number, value }) => [number, value]));
  const named = new Map(
    entries(bytesOf(parts.get(1) ?? empty)).map(({ number, value }) => [number, text(value)]),
  );
  const [apiVersion = '', kind = ''] = [named.get(1), named.get(2)];
  const table = builtInTypes();
  const group = apiVersion.includes('/') ? apiVersion : `/${apiVersion}`;
  // options come in the version of the group they are for
  const key = `${group}/${kind}`;
  const known = table.kinds.get(key) ?? table.packed.get(key);
  const type = kind === 'DeleteOptions' ? 'meta.v1.DeleteOptions' : known;
  if (type === undefined) {
    return { ok: false, why: `no kind "${kind}" is registered for version "${apiVersion}"` };
  }
  const raw = bytesOf(parts.get(2) ?? empty);
  return { ok: true, object: { apiVersion, kind, ...struct(table, type, raw, 0) } };
}

const empty = new Uint8Array();

function struct(table: TypeTable, type: string, bytes: Uint8Array, depth: number): JsonObject {
  if (depth > maxDepth) throw new Malformed('nested too deep');
  const fields = new Map(table.fields(type).map((field) => [field.number, field]));
  const values = new Map<Field, Json>();
  for (const { number, value } of entries(bytes)) {
    const field = fields.get(number);
    if (field === undefined) continue;
    const read = fieldValue(table, field, value, depth);
    values.set(field, merged(values.get(field), read, field.what));
  }
  return Object.fromEntries([...values].flatMap(([field, value]) => written(field, value)));
}

/** As Go writes it: what is empty is left out, unless it means something. */
function written(field: Field, value: Json): readonly (readonly [string, Json])[] {
  if (field.inline) {
    return Object.entries(value as JsonObject).flatMap(([name, each]) =>
      each === undefined ? [] : [[name, each] as const],
    );
  }
  const { name, pointer, always } = field;
  return pointer || always || !isEmpty(value) ? [[name, value]] : [];
}

/** A list and a map come one entry at a time. */
function merged(before: Json | undefined, now: Json, what: What): Json {
  if (before === undefined) return now;
  if (what.of === 'list') return [...(before as readonly Json[]), ...(now as readonly Json[])];
  if (what.of === 'map') {
    const both = [before, now].flatMap((each) => Object.entries(each as JsonObject));
    return Object.fromEntries(both) as JsonObject;
  }
  return now;
}

function fieldValue(table: TypeTable, field: Field, value: Wire, depth: number): Json {
  const { what } = field;
  if (what.of === 'list') {
    const packed =
      what.item.of === 'scalar' && isVarint(what.item.scalar) && typeof value !== 'bigint';
    if (packed) return varints(bytesOf(value)).map((each) => single(table, what.item, each, depth));
    return [single(table, what.item, value, depth)];
  }
  if (what.of === 'map') {
    let key = '';
    let item: Json = emptyOf(what.item);
    for (const part of entries(bytesOf(value))) {
      if (part.number === 1) key = text(part.value);
      if (part.number === 2) item = single(table, what.item, part.value, depth);
    }
    return Object.fromEntries([[key, item]]);
  }
  return single(table, what, value, depth);
}

function single(table: TypeTable, what: What, value: Wire, depth: number): Json {
  switch (what.of) {
    case 'type': {
      const read = struct(table, what.name, bytesOf(value), depth + 1);
      return Object.hasOwn(unions, what.name) ? (unions[what.name]?.(read) ?? null) : read;
    }
    case 'scalar':
      return scalar(what.scalar, value);
    default:
      // lists in lists and maps in maps are wrapped in messages of one field
      return entries(bytesOf(value)).map((entry) =>
        single(table, what.item, entry.value, depth + 1),
      );
  }
}

/** Types that are, in JSON, one of the things they hold (apiextensions/v1/marshal.go). */
const unions: Readonly<Record<string, (of: JsonObject) => Json | undefined>> = {
  'apiextensions.v1.JSONSchemaPropsOrArray': (of) => of['JSONSchemas'] ?? of['Schema'],
  'apiextensions.v1.JSONSchemaPropsOrBool': (of) => of['Schema'] ?? of['Allows'] ?? false,
  'apiextensions.v1.JSONSchemaPropsOrStringArray': (of) => of['Property'] ?? of['Schema'],
};

function isVarint(of: Scalar): boolean {
  return of === 'integer' || of === 'int32' || of === 'boolean';
}

function emptyOf(what: What): Json {
  return what.of === 'type' || what.of === 'map' ? {} : what.of === 'list' ? [] : '';
}

function scalar(of: Scalar, value: Wire): Json {
  switch (of) {
    case 'text':
      return text(value);
    case 'integer':
    case 'int32':
      return integer(value);
    case 'boolean':
      return integer(value) !== 0;
    case 'number':
      return double(value);
    case 'bytes':
      return Buffer.from(bytesOf(value)).toString('base64');
    case 'raw':
    case 'fields':
      return json(first(value));
    case 'quantity':
      return text(first(value));
    case 'extra':
      return entries(bytesOf(value)).map((entry) => text(entry.value));
    case 'time':
    case 'microtime':
    case 'duration':
    case 'intorstring':
      return compound(of, bytesOf(value));
  }
}

function compound(of: 'time' | 'microtime' | 'duration' | 'intorstring', bytes: Uint8Array): Json {
  const parts = new Map(entries(bytes).map(({ number, value }) => [number, value]));
  const number = (at: number) => Number(integer(parts.get(at) ?? 0n));
  if (of === 'intorstring') return number(1) === 1 ? text(parts.get(3) ?? '') : number(2);
  if (of === 'duration') return `${number(1) / 1e9}s`;
  // the zero time of Go is no time
  if (parts.size === 0 || number(1) < 0) return '';
  const at = instant(number(1) * 1000 + Math.floor(number(2) / 1e6));
  if (of === 'time') return formatInstant(at);
  const micros = String(Math.floor(number(2) / 1000)).padStart(6, '0');
  return formatMicroTime(at).replace(/\.\d+Z$/, `.${micros}Z`);
}

function json(bytes: Wire): Json {
  try {
    return parseJson(text(bytes)) as Json;
  } catch {
    throw new Malformed('a field holds no JSON');
  }
}

function first(value: Wire): Wire {
  return entries(bytesOf(value)).find(({ number }) => number === 1)?.value ?? new Uint8Array();
}

function isEmpty(value: Json): boolean {
  if (value === '' || value === 0 || value === false) return true;
  return Array.isArray(value) && value.length === 0;
}

/** A number of one of the two kinds, or a run of bytes. */
type Wire = bigint | Uint8Array | string;

interface Entry {
  readonly number: number;
  readonly value: Wire;
}

function entries(bytes: Uint8Array): readonly Entry[] {
  const found: Entry[] = [];
  const cursor = { at: 0 };
  while (cursor.at < bytes.length) {
    const tag = Number(varint(bytes, cursor));
    const number = Math.floor(tag / 8);
    if (number === 0) throw new Malformed('illegal tag 0');
    found.push({ number, value: wire(bytes, cursor, tag % 8) });
  }
  return found;
}

function wire(bytes: Uint8Array, cursor: { at: number }, type: number): Wire {
  if (type === 0) return varint(bytes, cursor);
  const lengths: Readonly<Record<number, number>> = { 1: 8, 5: 4 };
  const length = type === 2 ? Number(varint(bytes, cursor)) : lengths[type];
  if (length === undefined) throw new Malformed(`wrong wireType = ${type}`);
  const end = cursor.at + length;
  if (end > bytes.length) throw new Malformed('unexpected EOF');
  const value = bytes.subarray(cursor.at, end);
  cursor.at = end;
  return value;
}

function varint(bytes: Uint8Array, cursor: { at: number }): bigint {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = bytes[cursor.at];
    if (byte === undefined) throw new Malformed('unexpected EOF');
    cursor.at += 1;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt.asIntN(64, value);
  }
  throw new Malformed('integer overflow');
}

function varints(bytes: Uint8Array): readonly bigint[] {
  const cursor = { at: 0 };
  const found: bigint[] = [];
  while (cursor.at < bytes.length) found.push(varint(bytes, cursor));
  return found;
}

function bytesOf(value: Wire): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new Malformed('a message was expected');
}

function text(value: Wire): string {
  if (typeof value === 'string') return value;
  return Buffer.from(bytesOf(value)).toString('utf8');
}

/** As JSON would be read: exact, as a bigint where a number does not hold it. */
function integer(value: Wire): Json {
  if (typeof value !== 'bigint') throw new Malformed('an integer was expected');
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : (value as unknown as Json);
}

function double(value: Wire): number {
  const bytes = bytesOf(value);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return bytes.length === 8 ? view.getFloat64(0, true) : view.getFloat32(0, true);
}
