import fc from 'fast-check';
import { expect, test } from 'vitest';
import { factText } from '../../../src/engine/inventory/fact.ts';
import { type ClusterFacts, isTerminating, taintsOf } from '../../../src/engine/inventory/facts.ts';
import { clusterFacts } from '../../../src/engine/inventory/inventory.ts';
import { fromObjects } from '../../../src/engine/inventory/objects.ts';
import { mentionsOf } from '../../../src/engine/placement/mentions.ts';
import { reasonsOf } from '../../../src/engine/placement/reasons.ts';
import { schedule } from '../../../src/engine/placement/schedule.ts';
import type { IrExpr, IrSource } from '../../../src/ir/expr.ts';
import type { IrPlacement } from '../../../src/ir/program.ts';
import type { AddOnPlacementScore, ManagedCluster } from '../../../src/kube/ocm/cluster.ts';
import { scoreOn } from '../inventory/builders.ts';
import { type Hub, hub } from './arbitraries.ts';
import { addOn, builtIn, exactly, inputOf, label, placement } from './builders.ts';

const key = fc.constantFrom('a', 'b', 'c');
const value = fc.constantFrom('1', 'a', 'b');

/** Something that changes about one cluster. */
const edit: fc.Arbitrary<(one: ManagedCluster) => ManagedCluster> = fc.oneof(
  fc.tuple(key, value).map(
    ([name, is]) =>
      (one: ManagedCluster): ManagedCluster => ({
        ...one,
        metadata: { ...one.metadata, labels: { ...one.metadata.labels, [name]: is } },
      }),
  ),
  key.map(
    (name) =>
      (one: ManagedCluster): ManagedCluster => ({
        ...one,
        metadata: {
          ...one.metadata,
          labels: Object.fromEntries(
            Object.entries(one.metadata.labels ?? {}).filter(([of]) => of !== name),
          ),
        },
      }),
  ),
  fc.tuple(key, value).map(
    ([name, is]) =>
      (one: ManagedCluster): ManagedCluster => ({
        ...one,
        status: {
          ...one.status,
          clusterClaims: [...(one.status?.clusterClaims ?? []), { name, value: is }],
        },
      }),
  ),
  fc.tuple(fc.constantFrom('cpu', 'memory'), fc.constantFrom('1', '16')).map(
    ([name, is]) =>
      (one: ManagedCluster): ManagedCluster => ({
        ...one,
        status: {
          ...one.status,
          allocatable: { ...one.status?.allocatable, [name]: is },
          capacity: { ...one.status?.capacity, [name]: is },
        },
      }),
  ),
  value.map(
    (text) =>
      (one: ManagedCluster): ManagedCluster => ({
        ...one,
        metadata: { ...one.metadata, annotations: { a: text } },
        status: {
          ...one.status,
          conditions: [
            { type: 'a', status: 'True', reason: text, lastTransitionTime: '', message: '' },
          ],
        },
      }),
  ),
  fc.constantFrom<(one: ManagedCluster) => ManagedCluster>(
    (one) => ({ ...one, spec: { ...one.spec, taints: [{ key: 'a', effect: 'NoSelect' }] } }),
    (one) => ({
      ...one,
      metadata: { ...one.metadata, deletionTimestamp: '2030-01-01T00:00:00Z' },
    }),
  ),
);

const celSources = [
  'managedCluster.metadata.labels["a"] == "1"',
  'managedCluster.metadata.?labels[?"b"].orValue("none") == "none"',
  'has(managedCluster.metadata.labels) && "c" in managedCluster.metadata.labels',
  'managedCluster.status.clusterClaims.exists(c, c.name == "a" && c.value == "b")',
  'managedCluster.scores("load").exists(s, s.value > 0)',
  'quantity(managedCluster.status.allocatable["cpu"]).compareTo(quantity("2")) > 0',
  '[managedCluster].exists(one, "a" in one.metadata.labels)',
  'managedCluster.metadata.labels[managedCluster.metadata.name] == "x"',
  'nonsense(',
];
const cel: fc.Arbitrary<Partial<IrPlacement>> = fc
  .constantFrom(...celSources)
  .map((source) => ({ where: { op: 'cel', source } }));

/** The hub after a change of one of its clusters, or of a score of it. */
function changed(
  { objects }: Hub,
  at: number,
  change: (one: ManagedCluster) => ManagedCluster,
  score: NonNullable<AddOnPlacementScore['status']> | null,
) {
  const clusters = objects.clusters.map((one, place) => (place === at ? change(one) : one));
  const name = clusters[at]?.metadata.name ?? '';
  const others = (objects.scores ?? []).filter(({ metadata }) => metadata.namespace !== name);
  const scores =
    score === null ? objects.scores : [...others, { ...scoreOn(name, {}), status: score }];
  return { name, objects: { ...objects, clusters, ...(scores && { scores }) } };
}

/** Does something differ that the placement mentions, or that matters always? */
function concerns(of: IrPlacement, before: ClusterFacts, after: ClusterFacts): boolean {
  const always = (facts: ClusterFacts) =>
    JSON.stringify([facts.sets, taintsOf(facts), isTerminating(facts)]);
  if (always(before) !== always(after)) return true;
  return mentionsOf(of).facts.some((fact) => factText(fact, before) !== factText(fact, after));
}

test('what concerns nothing a placement mentions does not change its decision', () => {
  const status = fc.option(
    fc.integer({ min: -5, max: 5 }).map((number) => ({ scores: [{ name: 'x', value: number }] })),
  );
  let silent = 0;
  fc.assert(
    fc.property(hub, fc.option(cel), fc.nat(24), edit, status, (drawn, more, at, change, score) => {
      const of: Hub = more === null ? drawn : { ...drawn, changes: { ...drawn.changes, ...more } };
      if (of.objects.clusters[at] === undefined) return;
      const { name, objects } = changed(of, at, change, score);
      const [before, after] = [of.objects, objects].map((all) =>
        clusterFacts(fromObjects(all), name),
      );
      if (before === undefined || after === undefined) throw new Error(`no cluster ${name}`);
      if (concerns(placement(of.changes), before, after)) return;
      silent += 1;
      expect(schedule(inputOf(objects, of.changes, of.more))).toEqual(
        schedule(inputOf(of.objects, of.changes, of.more)),
      );
      expect(reasonsOf(inputOf(objects, of.changes, of.more))).toEqual(
        reasonsOf(inputOf(of.objects, of.changes, of.more)),
      );
    }),
    { numRuns: 2000 },
  );
  expect(silent).toBeGreaterThan(200);
});

const attribute = (source: IrSource): IrExpr => ({
  op: 'attribute',
  name: 'x',
  source,
  type: 'string',
});

test.each<[string, Partial<IrPlacement>, readonly unknown[], boolean]>([
  ['every cluster', {}, [], true],
  ['a label', { where: label('env', 'a') }, [{ from: 'label', key: 'env' }], true],
  [
    'labels in CEL',
    { where: { op: 'cel', source: 'managedCluster.metadata.labels["env"] == "a"' } },
    [{ from: 'field', path: ['metadata', 'labels', 'env'] }],
    true,
  ],
  [
    'a score in CEL',
    { where: { op: 'cel', source: 'managedCluster.scores("load").size() > 0' } },
    [{ from: 'scores', resource: 'load' }],
    true,
  ],
  [
    'a score by a computed name',
    { where: { op: 'cel', source: 'managedCluster.scores("lo" + "ad").size() > 0' } },
    [{ from: 'scores', resource: null }],
    true,
  ],
  [
    'an attribute',
    { where: attribute({ from: 'addon', name: 'web' }) },
    [{ from: 'addon', name: 'web' }],
    true,
  ],
  ['balance', exactly(builtIn('Balance')), [], true],
  ['exactly nothing', exactly(), [], false],
  ['balance without weight', exactly(builtIn('Balance', 0)), [], false],
  ['a score', exactly(addOn('x')), [{ from: 'scores', resource: 'load' }], false],
  [
    'memory',
    exactly(builtIn('ResourceAllocatableMemory')),
    [
      { from: 'field', path: ['status', 'allocatable', 'memory'] },
      { from: 'field', path: ['status', 'capacity', 'memory'] },
    ],
    false,
  ],
  [
    'spread',
    { spread: [{ topologyKey: 'zone', topologyKeyType: 'Claim' }] },
    [{ from: 'claim', key: 'zone' }],
    true,
  ],
])('a placement by %s mentions no more than that', (_, changes, facts, others) => {
  expect(mentionsOf(placement(changes))).toEqual({ facts, others });
});
