import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { customKinds } from '../../../src/kube/kinds.ts';
import { applyDefaults } from '../../../src/kube/schema/defaults.ts';
import { customKindOf } from '../../../src/kube/schema/definitions.ts';
import { prune } from '../../../src/kube/schema/prune.ts';
import { readSchema } from '../../../src/kube/schema/read-schema.ts';
import type { Schema } from '../../../src/kube/schema/schema.ts';
import { validate } from '../../../src/kube/schema/validate.ts';
import { probeSchema } from './probe-schema.ts';

const names = fc.constantFrom('a', 'b', 'name', 'spec', '__proto__', 'constructor', 'metadata');
const json = fc.jsonValue({ maxDepth: 4 });
const objects = fc.dictionary(names, json, { noNullPrototype: true });
/** Anything a person could write where a schema belongs. */
const junk = fc.letrec((tie) => ({
  schema: fc.oneof(
    { maxDepth: 2, depthIdentifier: 'schema' },
    json,
    fc.record(
      {
        type: fc.oneof(fc.constantFrom('object', 'array', 'string', 'integer', 'map'), json),
        properties: fc.oneof(fc.dictionary(names, tie('schema')), json),
        additionalProperties: fc.oneof(fc.boolean(), tie('schema')),
        items: fc.oneof(tie('schema'), json),
        required: fc.oneof(fc.array(names), json),
        enum: fc.oneof(fc.array(json), json),
        default: json,
        nullable: fc.boolean(),
        pattern: fc.string(),
        anyOf: fc.oneof(fc.array(tie('schema')), json),
        oneOf: fc.array(tie('schema')),
        not: tie('schema'),
        maxLength: fc.oneof(fc.integer(), json),
        multipleOf: fc.double(),
        'x-kubernetes-list-type': fc.constantFrom('set', 'map', 'odd'),
        'x-kubernetes-list-map-keys': fc.array(names),
        'x-kubernetes-embedded-resource': fc.boolean(),
      },
      { requiredKeys: [] },
    ),
  ),
}));
const schemas: fc.Arbitrary<Schema> = fc.oneof(
  junk.schema.map(readSchema),
  fc.constantFrom(probeSchema, ...customKinds.flatMap((info) => customKindOf(info)?.schema ?? [])),
);

describe('schemas of anybody, objects of anybody', () => {
  it('never throw', () => {
    fc.assert(
      fc.property(schemas, objects, (schema, object) => {
        validate(schema, applyDefaults(schema, prune(schema, object).object));
      }),
    );
  });

  it('are pruned once and for all', () => {
    fc.assert(
      fc.property(schemas, objects, (schema, object) => {
        const once = prune(schema, object).object;
        const twice = prune(schema, once);
        expect(twice.unknown).toEqual([]);
        expect(twice.object).toBe(once);
      }),
    );
  });

  it('have their defaults once and for all', () => {
    fc.assert(
      fc.property(schemas, objects, (schema, object) => {
        const once = applyDefaults(schema, object);
        expect(applyDefaults(schema, once)).toEqual(once);
      }),
    );
  });

  it('are not changed in place', () => {
    fc.assert(
      fc.property(schemas, objects, (schema, object) => {
        const before = structuredClone(object);
        prune(schema, object);
        applyDefaults(schema, object);
        expect(object).toEqual(before);
      }),
    );
  });
});
