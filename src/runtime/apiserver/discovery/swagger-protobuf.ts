import { isJsonObject, type Json, type JsonObject } from '../../../base/json.ts';

/** OpenAPI 2 as a message of gnostic's `openapiv2/OpenAPIv2.proto`: how clients of Go ask for it. */
export const swaggerProtobufType = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf';

/** Whether an Accept header asks for it; the sign that clients put before the version is none a media type may have. */
export function wantsSwaggerProtobuf(accept: string | undefined): boolean {
  return accept?.replaceAll('@', '.').includes(swaggerProtobufType) ?? false;
}

/** An OpenAPI 2 document, as JSON, as that message: its schemas, and of its paths what writes take in the query. */
export function swaggerProtobuf(document: JsonObject): Buffer {
  return Buffer.concat([
    text(1, document['swagger']),
    message(2, [text(1, of(document, 'info')['title']), text(2, of(document, 'info')['version'])]),
    message(8, named(2, of(document, 'paths'), pathItem)),
    message(9, named(1, of(document, 'definitions'), schema)),
  ]);
}

type Parts = readonly Buffer[];

const verbs: readonly (readonly [string, number])[] = [
  ['get', 2],
  ['put', 3],
  ['post', 4],
  ['delete', 5],
  ['patch', 8],
];

function pathItem(item: JsonObject): Parts {
  return verbs.flatMap(([verb, field]) => {
    const operation = item[verb];
    return isJsonObject(operation) ? [message(field, operationParts(operation))] : [];
  });
}

function operationParts(operation: JsonObject): Parts {
  const parameters = list(operation['parameters']).map((parameter) => {
    const query = [
      text(2, parameter['in']),
      text(4, parameter['name']),
      text(6, parameter['type']),
      flag(20, parameter['uniqueItems']),
    ];
    // ParametersItem.parameter, Parameter.non_body_parameter, NonBodyParameter.query_parameter_sub_schema
    return message(8, [message(1, [message(2, [message(3, query)])])]);
  });
  return [text(5, operation['operationId']), ...parameters, ...extensions(13, operation)];
}

function schema(of: JsonObject): Parts {
  const { additionalProperties, items, properties, type } = of;
  return [
    text(1, of['$ref']),
    text(2, of['format']),
    text(4, of['description']),
    any(5, of['default']),
    ...doubles.map(([key, field]) => double(field, of[key])),
    ...flags.map(([key, field]) => flag(field, of[key])),
    ...whole.map(([key, field]) => integer(field, of[key])),
    text(13, of['pattern']),
    ...texts(of['required']).map((each) => text(19, each)),
    ...(Array.isArray(of['enum']) ? of['enum'].map((each) => any(20, each)) : []),
    ...(isJsonObject(additionalProperties)
      ? [message(21, [message(1, schema(additionalProperties))])]
      : [message(21, [flag(2, additionalProperties)])].filter(() => additionalProperties === true)),
    ...(typeof type === 'string' ? [message(22, [text(1, type)])] : []),
    ...(isJsonObject(items) ? [message(23, [message(1, schema(items))])] : []),
    ...list(of['allOf']).map((each) => message(24, schema(each))),
    ...(isJsonObject(properties) ? [message(25, named(1, properties, schema))] : []),
    ...extensions(31, of),
  ];
}

const doubles: readonly (readonly [string, number])[] = [
  ['multipleOf', 6],
  ['maximum', 7],
  ['minimum', 9],
];
const flags: readonly (readonly [string, number])[] = [
  ['exclusiveMaximum', 8],
  ['exclusiveMinimum', 10],
  ['uniqueItems', 16],
];
const whole: readonly (readonly [string, number])[] = [
  ['maxLength', 11],
  ['minLength', 12],
  ['maxItems', 14],
  ['minItems', 15],
  ['maxProperties', 17],
  ['minProperties', 18],
];

/** `repeated Named… { string name = 1; … value = 2; }`. */
function named(field: number, values: JsonObject, parts: (value: JsonObject) => Parts): Parts {
  return Object.entries(values).map(([name, value]) =>
    message(field, [text(1, name), message(2, isJsonObject(value) ? parts(value) : [])]),
  );
}

function extensions(field: number, of: JsonObject): Parts {
  return Object.entries(of)
    .filter(([key, value]) => key.startsWith('x-') && value !== undefined)
    .map(([key, value]) => message(field, [text(1, key), any(2, value)]));
}

/** JSON is YAML. */
function any(field: number, value: Json | undefined): Buffer {
  return value === undefined ? nothing : message(field, [text(2, JSON.stringify(value))]);
}

const nothing = Buffer.alloc(0);

function text(field: number, value: Json | undefined): Buffer {
  return typeof value === 'string' ? bytes(field, Buffer.from(value)) : nothing;
}

function message(field: number, parts: Parts): Buffer {
  return bytes(field, Buffer.concat(parts));
}

function bytes(field: number, value: Buffer): Buffer {
  return Buffer.concat([varint(field * 8 + 2), varint(value.length), value]);
}

function flag(field: number, value: Json | undefined): Buffer {
  return value === true ? Buffer.concat([varint(field * 8), varint(1)]) : nothing;
}

function integer(field: number, value: Json | undefined): Buffer {
  const fits = typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
  return fits ? Buffer.concat([varint(field * 8), varint(value)]) : nothing;
}

function double(field: number, value: Json | undefined): Buffer {
  if (typeof value !== 'number') return nothing;
  const number = Buffer.alloc(8);
  number.writeDoubleLE(value);
  return Buffer.concat([varint(field * 8 + 1), number]);
}

function varint(value: number): Buffer {
  const out: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    out.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Buffer.from([...out, rest]);
}

function of(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isJsonObject(value) ? value : {};
}

function list(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function texts(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
