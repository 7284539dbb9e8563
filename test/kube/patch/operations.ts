import fc from 'fast-check';
import type { JsonObject } from '../../../src/base/json.ts';
import type { Schema } from '../../../src/kube/schema/schema.ts';

/** A kind with every sort of field that server-side apply tells apart. */
export const sampleSchema: Schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        number: { type: 'integer' },
        text: { type: 'string' },
        withDefault: { type: 'integer', default: 5 },
        struct: {
          type: 'object',
          properties: {
            x: { type: 'integer' },
            y: { type: 'integer' },
            z: { type: 'object', properties: { q: { type: 'integer' } } },
          },
        },
        map: { type: 'object', additionalProperties: { type: 'string' } },
        atomicMap: {
          type: 'object',
          'x-kubernetes-map-type': 'atomic',
          properties: { p: { type: 'integer' }, q: { type: 'integer' } },
        },
        list: { type: 'array', items: { type: 'integer' } },
        set: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
        byKey: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name', 'proto'],
          items: {
            type: 'object',
            required: ['name'],
            properties: {
              name: { type: 'string' },
              proto: { type: 'string', default: 'TCP' },
              v: { type: 'integer' },
              w: { type: 'object', properties: { k: { type: 'integer' } } },
            },
          },
        },
        any: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      },
    },
    status: {
      type: 'object',
      properties: {
        n: { type: 'integer' },
        conditions: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['type'],
          items: {
            type: 'object',
            required: ['type'],
            properties: { type: { type: 'string' }, status: { type: 'string' } },
          },
        },
      },
    },
  },
};

/** A write by somebody, of one part of an object. */
export type Operation =
  | {
      readonly do: 'apply';
      readonly who: string;
      readonly force: boolean;
      readonly spec: JsonObject | null;
      readonly meta: JsonObject;
    }
  | {
      readonly do: 'put';
      readonly who: string;
      readonly spec: JsonObject;
      readonly meta: JsonObject;
    }
  | {
      readonly do: 'applyStatus';
      readonly who: string;
      readonly force: boolean;
      readonly status: JsonObject;
    }
  | { readonly do: 'putStatus'; readonly who: string; readonly status: JsonObject };

const some = (fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<JsonObject> =>
  fc.record(fields, { requiredKeys: [], noNullPrototype: true }) as fc.Arbitrary<JsonObject>;
const int = fc.integer({ min: 0, max: 2 });
const text = fc.constantFrom('p', 'q', 'r');
const dictionary = (maxKeys: number) =>
  fc.dictionary(text, text, { maxKeys, noNullPrototype: true });
const each = <T>(of: fc.Arbitrary<T>, key: (value: T) => unknown) =>
  fc.uniqueArray(of, { maxLength: 3, selector: key });

const entry = some({
  name: fc.constantFrom('n1', 'n2'),
  proto: fc.constantFrom('TCP', 'UDP'),
  v: int,
  w: some({ k: int }),
}).map((item): JsonObject => ({ name: 'n3', ...item }));
const spec = some({
  number: int,
  text,
  withDefault: int,
  struct: some({ x: int, y: int, z: some({ q: int }) }),
  map: dictionary(3),
  atomicMap: some({ p: int, q: int }),
  list: fc.array(int, { maxLength: 3 }),
  set: each(text, (value) => value),
  byKey: each(entry, (item) => `${item['name']}${item['proto'] ?? 'TCP'}`),
  any: some({ f: int, g: some({ h: int, i: fc.array(int, { maxLength: 2 }) }) }),
});
const meta = some({
  labels: dictionary(2),
  annotations: dictionary(1),
  finalizers: each(fc.constantFrom('x.io/a', 'x.io/b'), (value) => value),
});
const status = some({
  n: int,
  conditions: each(
    some({ type: fc.constantFrom('A', 'B'), status: text }).map(
      (item): JsonObject => ({ type: 'C', ...item }),
    ),
    (item) => item['type'],
  ),
});

/** A configuration or the content of an object. */
export const contents = fc.record({ spec, meta }, { noNullPrototype: true });

/** What may happen to an object, in any order. */
export const operations: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({
    do: fc.constant('apply' as const),
    who: fc.constantFrom('m1', 'm2', 'm3'),
    force: fc.boolean(),
    spec: fc.option(spec),
    meta,
  }),
  fc.record({
    do: fc.constant('put' as const),
    who: fc.constantFrom('u1', 'u2', 'm1'),
    spec,
    meta,
  }),
  fc.record({
    do: fc.constant('applyStatus' as const),
    who: fc.constantFrom('m1', 's1'),
    force: fc.boolean(),
    status,
  }),
  fc.record({
    do: fc.constant('putStatus' as const),
    who: fc.constantFrom('u1', 's1'),
    status,
  }),
);
