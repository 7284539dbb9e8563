import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runTest } from '../../../src/engine/simulate/run.ts';
import { modelOf } from '../../../src/engine/simulate/world.ts';
import { testStart } from '../../../src/ir/test-plan.ts';
import { analyse } from '../../../src/lang/index.ts';
import { workspaceOf } from '../../lang/case.ts';
import { around } from './module.ts';

const text = `${around}
fixture recorded { from: file("./inventory/*.json") }
test "whatever was recorded" {
  fleet: recorded
  on r { object Namespace shop { } }
  expect web.all(c => c.env == prod && c.taints.size() >= 0 && (c.allocatable.cpu ?? 0) >= 0)
  expect web.clusters == web.ranked && base.placed == web because "env"
  expect r in web || r.labels["x"] == r.claims["x"] || r.conditions["x"] || r.addons["x"]
  expect r.scores["a/b"] == 1 && r.capacity.cpu == 1 && r.annotations["x"] == "y" && base.compliance(r) == Compliant
}
`;

const word = fc.oneof(fc.constantFrom('x', 'env', 'prod', 'constructor', ''), fc.string());
const time = fc.constantFrom('2025-01-01T00:00:00Z', '2027-06-01T12:00:00+02:00');
const words = fc.dictionary(word, word);
const items = <T>(of: fc.Arbitrary<T>) => fc.array(of, { maxLength: 3 });

/** What is there is of its type; whether it makes sense is another matter. */
const readable = fc.record({
  spec: fc.record(
    {
      taints: items(
        fc.record(
          { key: word, effect: word, value: word, timeAdded: time },
          { requiredKeys: ['key', 'effect'] },
        ),
      ),
    },
    { requiredKeys: [] },
  ),
  status: fc.record(
    {
      conditions: items(
        fc.record({ type: word, status: fc.constantFrom('True', 'False', 'Unknown', '') }),
      ),
      clusterClaims: items(fc.record({ name: word, value: word })),
      allocatable: fc.dictionary(word, fc.oneof(word, fc.nat())),
      capacity: fc.dictionary(word, fc.oneof(word, fc.nat())),
      scores: items(fc.record({ name: word, value: fc.integer() })),
      validUntil: time,
    },
    { requiredKeys: [] },
  ),
});
const garbage = fc.record({
  spec: fc.jsonValue({ maxDepth: 3 }),
  status: fc.jsonValue({ maxDepth: 3 }),
});

const object = (kind: string, name: string, namespace = '') =>
  fc
    .tuple(words, fc.oneof({ arbitrary: readable, weight: 20 }, { arbitrary: garbage, weight: 1 }))
    .map(([labels, rest]) => ({
      apiVersion: 'v1',
      kind,
      metadata: { name, namespace, labels },
      ...rest,
    }));

describe('a test over recorded clusters', () => {
  test('has a verdict, whatever the files hold', () => {
    const recorded = fc.tuple(
      object('ManagedCluster', 'r'),
      object('ManagedClusterAddOn', 'x', 'r'),
      object('AddOnPlacementScore', 'a', 'r'),
    );
    fc.assert(
      fc.property(recorded, (objects) => {
        const json = JSON.stringify({ kind: 'List', items: objects });
        const { program, tests, diagnostics } = analyse({
          files: [{ uri: 'main.ocm', text }],
          workspace: workspaceOf(new Map([['inventory/r.json', json]])),
        });
        // What is no cluster at all is refused, with its file; everything else has a verdict.
        if (program === null || tests === null) {
          expect(new Set(diagnostics.map(({ code }) => code))).toContain('OCM2035');
          return;
        }
        const model = modelOf(program);
        for (const each of tests.tests) {
          const outcome = runTest(each, { model, plan: tests, now: testStart });
          expect(outcome.expectations).toBe(4);
        }
      }),
      { numRuns: 150 },
    );
  });
});
