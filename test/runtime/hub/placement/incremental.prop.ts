import fc from 'fast-check';
import { expect, test } from 'vitest';
import { refOf } from '../../../../src/kube/object.ts';
import { schedulePlacements } from '../../../../src/runtime/hub/placement/controller.ts';
import { type MemoryCluster, memoryCluster } from '../../../support/memory-cluster.ts';
import { run } from '../../control/harness.ts';
import { put, versions } from '../../world.ts';
import { clusterSet, setBinding } from '../programs.ts';
import { bestBy, byCel, byClaim, byLabel, placementOf, reported, scoreOf } from './events.ts';

const names = ['c1', 'c2', 'c3', 'c4'];
const value = fc.constantFrom('a', 'b');
const digit = fc.integer({ min: 0, max: 3 });
const available = 'ManagedClusterConditionAvailable';
const placements = [
  placementOf('label', byLabel('env', 'a')),
  placementOf('claim', byClaim('region', 'a')),
  placementOf(
    'condition',
    byCel(
      `managedCluster.status.conditions.exists(c, c.type == "${available}" && c.status == "True")`,
    ),
  ),
  placementOf('score', byCel('managedCluster.scores("usage").exists(s, s.value > 1)')),
  placementOf('whole', byCel('size(managedCluster.metadata.labels) > 2')),
  placementOf(
    'rank',
    bestBy({ type: 'AddOn', addOn: { resourceName: 'usage', scoreName: 'cpu' } }, 2),
  ),
  placementOf('cpu', bestBy({ type: 'BuiltIn', builtIn: 'ResourceAllocatableCPU' }, 2)),
  placementOf('groups', {
    clusterSets: ['b'],
    decisionStrategy: {
      groupStrategy: {
        clustersPerDecisionGroup: 2,
        decisionGroups: [
          {
            groupName: 'aa',
            groupClusterSelector: { labelSelector: { matchLabels: { ring: 'a' } } },
          },
        ],
      },
    },
  }),
  placementOf('tolerating', { tolerations: [{ key: 'a', operator: 'Exists' }] }),
];

const name = fc.constantFrom(...names);
const event = fc.oneof(
  fc.record({
    on: fc.constant('label' as const),
    name,
    key: fc.constantFrom('env', 'ring', 'set'),
    value,
  }),
  fc.record({ on: fc.constant('claim' as const), name, value }),
  fc.record({ on: fc.constant('cpu' as const), name, digit }),
  fc.record({ on: fc.constant('taint' as const), name, value: fc.option(value) }),
  fc.record({
    on: fc.constant('condition' as const),
    name,
    value: fc.constantFrom('True', 'False'),
  }),
  fc.record({ on: fc.constant('score' as const), name, digit }),
  fc.record({ on: fc.constantFrom('gone' as const, 'back' as const), name }),
  fc.record({ on: fc.constant('set' as const), value: fc.option(value) }),
  fc.record({ on: fc.constantFrom('bind' as const, 'unbind' as const) }),
);
type Event = typeof event extends fc.Arbitrary<infer E> ? E : never;

async function happen(hub: MemoryCluster, of: Event): Promise<void> {
  const cluster = refOf(reported('name' in of ? of.name : ''));
  const status = (patch: object) =>
    hub.mergePatch(cluster, { status: patch } as never, { subresource: 'status' });
  if (of.on === 'label')
    await hub.mergePatch(cluster, { metadata: { labels: { [of.key]: of.value } } });
  else if (of.on === 'claim')
    await status({ clusterClaims: [{ name: 'region', value: of.value }] });
  else if (of.on === 'cpu') await status({ allocatable: { cpu: String(of.digit) } });
  else if (of.on === 'condition')
    await status({ conditions: [{ type: available, status: of.value, reason: '', message: '' }] });
  else if (of.on === 'score') await put(hub, scoreOf(of.name, of.digit));
  else if (of.on === 'gone') await hub.delete(cluster);
  else if (of.on === 'back') await put(hub, reported(of.name, { env: 'a', set: 'a' }));
  else if (of.on === 'bind') await put(hub, setBinding('b'));
  else if (of.on === 'unbind') await hub.delete(refOf(setBinding('b')));
  else if (of.on === 'taint') {
    const taints = of.value === null ? null : [{ key: of.value, effect: 'NoSelect' }];
    await hub.mergePatch(cluster, { spec: { taints } });
  } else if (of.on === 'set') {
    const { spec } = clusterSet('b', of.value === null ? {} : { matchLabels: { set: of.value } });
    await hub.mergePatch(refOf(clusterSet('b')), { spec: null });
    await hub.mergePatch(refOf(clusterSet('b')), { spec } as never);
  }
}

test('what events decided is what a controller that starts anew decides: it writes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 25 }), async (events) => {
      const hub = memoryCluster();
      const clusters = names.map((of) => reported(of, { env: 'a', ring: 'b', set: 'a' }));
      const cells = [
        clusterSet('a', { matchLabels: { set: 'a' } }),
        clusterSet('b'),
        setBinding('a'),
        setBinding('b'),
      ];
      for (const object of [...clusters, ...cells, ...placements]) await put(hub, object);
      const first = run([schedulePlacements()], { hub });
      await first.ready;
      await first.rest();
      for (const of of events) {
        await happen(hub, of);
        await new Promise((go) => setImmediate(go));
      }
      await first.rest();
      first.stop();
      const before = versions(hub);
      const anew = run([schedulePlacements()], { hub });
      await anew.ready;
      await anew.rest();
      anew.stop();
      expect(versions(hub)).toEqual(before);
      expect([...first.errors, ...anew.errors]).toEqual([]);
    }),
    { numRuns: 150 },
  );
}, 60_000);
