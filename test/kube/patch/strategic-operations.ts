import fc from 'fast-check';
import type { JsonObject } from '../../../src/base/json.ts';

const some = (fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<JsonObject> =>
  fc.record(fields, { requiredKeys: [], noNullPrototype: true }) as fc.Arbitrary<JsonObject>;
const text = fc.constantFrom('p', 'q', 'r');
const named = (of: fc.Arbitrary<JsonObject>) =>
  fc.uniqueArray(of, { maxLength: 3, selector: (item) => item['name'] });
const texts = (...of: string[]) => fc.uniqueArray(fc.constantFrom(...of), { maxLength: 3 });
const labels = { a: 'b' };

const variable = some({ name: fc.constantFrom('E1', 'E2', 'E3'), value: text }).map(
  (item): JsonObject => ({ name: 'E4', ...item }),
);
const container = some({
  name: fc.constantFrom('c1', 'c2'),
  image: fc.constantFrom('i:1', 'i:2'),
  env: named(variable),
}).map((item): JsonObject => ({ name: 'c3', image: 'z', ...item }));
const deleted = fc.constantFrom('c1', 'c2').map((name): JsonObject => ({ name, $patch: 'delete' }));

/** Deployments to patch. */
export const deployments: fc.Arbitrary<JsonObject> = fc
  .record({
    labels: fc.dictionary(text, text, { maxKeys: 2, noNullPrototype: true }),
    finalizers: texts('x.io/a', 'x.io/b', 'x.io/c'),
    containers: named(container).filter((list) => list.length > 0),
    replicas: fc.integer({ min: 0, max: 3 }),
  })
  .map(({ containers, replicas, ...metadata }) => ({
    metadata,
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
    },
  }));

/** Patches of them, with all directives. */
export const strategicPatches: fc.Arbitrary<JsonObject> = some({
  metadata: some({
    labels: fc.dictionary(text, fc.option(text, { freq: 5 }), {
      maxKeys: 2,
      noNullPrototype: true,
    }),
    finalizers: texts('x.io/a', 'x.io/d'),
    '$deleteFromPrimitiveList/finalizers': texts('x.io/b', 'x.io/c'),
  }),
  spec: some({
    replicas: fc.option(fc.integer({ min: 0, max: 3 })),
    strategy: fc.constantFrom<JsonObject>(
      { $retainKeys: ['type'], type: 'Recreate' },
      { type: 'Recreate', rollingUpdate: null },
    ),
    template: some({
      spec: some({
        containers: named(fc.oneof(container, deleted)),
        nodeSelector: fc.constantFrom<JsonObject | null>({ a: 'b' }, { c: 'd' }, null),
        '$setElementOrder/containers': fc
          .shuffledSubarray(['c1', 'c2', 'c3'], { minLength: 3 })
          .map((list) => list.map((name) => ({ name }))),
      }),
    }),
  }),
});
