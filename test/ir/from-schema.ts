import fc from 'fast-check';
import { isJsonObject, type Json, type JsonObject } from '../../src/base/json.ts';
import type { IrProgram } from '../../src/ir/program.ts';
import { irSchema } from '../../src/ir/schema/program.ts';

const anyJson = fc.jsonValue({ maxDepth: 2 });
// Keys that break what is careless with objects, and those that carry meaning in parts.
const keys = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'origin', 'blobs', 'file', 'span'),
);
const anything: fc.Arbitrary<Json> = fc.oneof(
  { weight: 4, arbitrary: anyJson as fc.Arbitrary<Json> },
  fc.constantFrom<Json>(
    [1, 2],
    [[3]],
    { origin: [4, 5] },
    {
      origin: { file: 0, span: { start: 1, end: 2 } },
    },
  ),
);
const anyObject = fc
  .array(fc.tuple(keys, anything), { maxLength: 4 })
  .map((entries) =>
    JSON.parse(`{${entries.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`).join()}}`),
  );

type Of = (schema: Json | undefined) => fc.Arbitrary<Json>;
const depthIdentifier = fc.createDepthIdentifier();

/** Arbitrary values of a JSON Schema of the subset that `ir/schema` writes; `of` gives those of the schemas inside. */
function valuesOf(schema: JsonObject, of: Of): fc.Arbitrary<Json> {
  if ('const' in schema) return fc.constant(schema['const'] as Json);
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...schema['enum']);
  const choices = schema['oneOf'] ?? schema['anyOf'];
  if (Array.isArray(choices)) {
    // The first choice ends the recursion.
    const ordered = [...choices.filter((one) => !refers(one)), ...choices.filter(refers)];
    return fc.oneof({ maxDepth: 5, depthIdentifier }, ...ordered.map(of));
  }
  switch (schema['type']) {
    case 'string':
      return fc.oneof(keys, fc.string({ unit: 'grapheme', maxLength: 12 }));
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return integers(Number(schema['minimum']));
    case 'array':
      return fc.array(of(schema['items']), { maxLength: 3, depthIdentifier });
    case 'object':
      return isJsonObject(schema['properties']) ? record(schema, of) : dictionary(schema, of);
    default:
      return Array.isArray(schema['type']) ? fc.oneof(fc.nat(), fc.constant('25%')) : anything;
  }
}

function integers(min: number): fc.Arbitrary<number> {
  return fc.oneof(
    fc.integer({ min: Math.max(min, -100), max: 5000 }),
    min < 0 ? fc.maxSafeInteger() : fc.maxSafeNat(),
  );
}

function record(schema: JsonObject, of: Of): fc.Arbitrary<Json> {
  const properties = schema['properties'] as JsonObject;
  const fields = Object.keys(properties).map((key) => [key, of(properties[key])] as const);
  return fc.record(Object.fromEntries(fields), { requiredKeys: schema['required'] as string[] });
}

function dictionary(schema: JsonObject, of: Of): fc.Arbitrary<Json> {
  const values = schema['additionalProperties'];
  return values === undefined ? anyObject : fc.dictionary(keys, of(values), { maxKeys: 3 });
}

function refers(schema: Json): boolean {
  return JSON.stringify(schema).includes('#/$defs/Ir');
}

function programsOf({ $defs, ...root }: JsonObject): fc.Arbitrary<IrProgram> {
  const definitions = Object.entries($defs as JsonObject);
  const arbitraries = fc.letrec<Record<string, Json>>((tie) => {
    const of: Of = (schema) => {
      const known = isJsonObject(schema) ? schema : {};
      const reference = known['$ref'];
      return typeof reference === 'string' ? tie(reference.slice(8)) : valuesOf(known, of);
    };
    return Object.fromEntries(
      [...definitions, ['root', root] as const].map(([name, schema]) => [name, of(schema)]),
    );
  });
  return arbitraries['root'] as unknown as fc.Arbitrary<IrProgram>;
}

/** Arbitrary programs: every declaration, every expression, user content of any form. */
export const programs = programsOf(irSchema());
