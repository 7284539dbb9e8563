import { afterEach, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../../src/kube/object.ts';
import { refOf } from '../../../../src/kube/object.ts';
import { placementDecisionKind } from '../../../../src/kube/ocm/cluster.ts';
import { schedulePlacements } from '../../../../src/runtime/hub/placement/controller.ts';
import { type MemoryCluster, memoryCluster } from '../../../support/memory-cluster.ts';
import { type Harness, run } from '../../control/harness.ts';
import { put } from '../../world.ts';
import { clusterSet, setBinding } from '../programs.ts';
import {
  bestBy,
  byCel,
  byClaim,
  byLabel,
  counted,
  placementOf,
  reported,
  scoreOf,
} from './events.ts';

const addOn = { type: 'AddOn', addOn: { resourceName: 'usage', scoreName: 'cpu' } };
const cpu = { type: 'BuiltIn', builtIn: 'ResourceAllocatableCPU' };
const placements = [
  placementOf('label', byLabel('env', 'prod')),
  placementOf('other-label', byLabel('tier', 'gold')),
  placementOf('claim', byClaim('region', 'eu')),
  placementOf('version', byCel('managedCluster.status.version.kubernetes == "v1.35.0"')),
  placementOf('cel-label', byCel('managedCluster.metadata.labels["env"] == "prod"')),
  placementOf('cel-score', byCel('managedCluster.scores("usage").exists(s, s.value > 0)')),
  placementOf('score', bestBy(addOn, 2)),
  placementOf('cpu', bestBy(cpu, 2)),
  placementOf('all', {}),
  placementOf('elsewhere', byLabel('env', 'prod'), 'unbound'),
];

let harness: Harness | undefined;
afterEach(() => harness?.stop());

interface Rested {
  readonly hub: MemoryCluster;
  /** Placements evaluated, and writes done, since the last time this was asked. */
  readonly since: () => Promise<{ readonly evaluated: readonly string[]; readonly writes: number }>;
}

async function rested(objects: readonly KubeObject[] = placements): Promise<Rested> {
  const hub = memoryCluster();
  const clusters = ['c1', 'c2', 'c3'].map((name) => reported(name, { env: 'prod', tier: 'gold' }));
  const scores = ['c1', 'c2', 'c3'].map((name, at) => scoreOf(name, at + 1));
  const cells = [...clusters, ...scores, clusterSet('all'), clusterSet('other'), setBinding('all')];
  for (const object of [...cells, ...objects]) await put(hub, object);
  const { controller, passes } = counted(schedulePlacements());
  harness = run([controller], { hub });
  const { rest, ready } = harness;
  await ready;
  await rest();
  let written = 0;
  const since: Rested['since'] = async () => {
    await rest();
    const evaluated = [...passes.keys()].map((key) => key.split('/')[1] ?? '').sort();
    const writes = hub.writes.filter(({ of }) => of.kind.startsWith('Placement')).length;
    const outcome = { evaluated, writes: writes - written };
    written = writes;
    passes.clear();
    return outcome;
  };
  await since();
  return { hub, since };
}

const c1 = refOf(reported('c1'));
const status = (hub: MemoryCluster, patch: object) =>
  hub.mergePatch(c1, { status: patch } as never, { subresource: 'status' });
const nothing = { evaluated: [], writes: 0 };

describe('an event evaluates only placements that mention what changed', () => {
  test('a heartbeat evaluates nothing and writes nothing', async () => {
    const { hub, since } = await rested();
    const [condition] = reported('c1').status?.conditions ?? [];
    await status(hub, {
      conditions: [{ ...condition, lastTransitionTime: '2026-01-01T00:01:00Z' }],
    });
    await status(hub, { conditions: [{ ...condition, message: 'fine' }] });
    await status(hub, { allocatable: { cpu: '4', memory: '15Gi' } });
    await status(hub, {
      clusterClaims: [
        { name: 'region', value: 'eu' },
        { name: 'x', value: '1' },
      ],
    });
    await hub.mergePatch(c1, { metadata: { annotations: { seen: 'now' } } });
    expect(await since()).toEqual(nothing);
  });

  test.each<[string, (hub: MemoryCluster) => Promise<unknown>, readonly string[]]>([
    [
      'a label',
      (hub) => hub.mergePatch(c1, { metadata: { labels: { env: 'dev' } } }),
      ['cel-label', 'label'],
    ],
    [
      'a claim',
      (hub) => status(hub, { clusterClaims: [{ name: 'region', value: 'us' }] }),
      ['claim'],
    ],
    ['its version', (hub) => status(hub, { version: { kubernetes: 'v1.36.0' } }), ['version']],
    ['free processors', (hub) => status(hub, { allocatable: { cpu: '1' } }), ['cpu']],
    [
      'a score',
      (hub) =>
        hub.mergePatch(
          refOf(scoreOf('c1', 0)),
          { status: { scores: [] } },
          { subresource: 'status' },
        ),
      ['cel-score', 'score'],
    ],
    [
      'a taint',
      (hub) => hub.mergePatch(c1, { spec: { taints: [{ key: 'a', effect: 'NoSelect' }] } }),
      ['all', 'cel-label', 'cel-score', 'claim', 'cpu', 'label', 'other-label', 'score', 'version'],
    ],
    [
      'its end',
      (hub) => hub.delete(c1),
      ['all', 'cel-label', 'cel-score', 'claim', 'cpu', 'label', 'other-label', 'score', 'version'],
    ],
    [
      'the status of a set',
      (hub) =>
        hub.mergePatch(
          refOf(clusterSet('all')),
          { status: { conditions: [] } },
          { subresource: 'status' },
        ),
      [],
    ],
    [
      'the status of a binding',
      (hub) =>
        hub.mergePatch(
          refOf(setBinding('all')),
          { status: { conditions: [] } },
          { subresource: 'status' },
        ),
      [],
    ],
    ['a score nobody counts on', (hub) => put(hub, scoreOf('c1', 7, 'other')), []],
    [
      'a set nobody is bound to',
      (hub) => hub.mergePatch(refOf(clusterSet('other')), { spec: { clusterSelector: null } }),
      [],
    ],
  ])('%s', async (_, change, expected) => {
    const { hub, since } = await rested();
    await change(hub);
    expect((await since()).evaluated).toEqual(expected);
  });

  test('ten thousand heartbeats among a hundred placements: none is evaluated', async () => {
    const many = Array.from({ length: 100 }, (_, at) =>
      placementOf(`p${at}`, byLabel(`label-${at}`, 'x')),
    );
    const { hub, since } = await rested(many);
    for (let at = 0; at < 10_000; at += 1) await status(hub, { allocatable: { cpu: `${at}m` } });
    expect(await since()).toEqual(nothing);
    await hub.mergePatch(c1, { metadata: { labels: { 'label-7': 'x' } } });
    expect((await since()).evaluated).toEqual(['p7']);
    expect(
      hub.find(placementDecisionKind, 'shop', 'p7-decision-1')?.status?.decisions,
    ).toMatchObject([{ clusterName: 'c1' }]);
  });
});

test('at the start each placement is evaluated for itself, not for each cluster it may choose', async () => {
  const hub = memoryCluster();
  const clusters = Array.from({ length: 500 }, (_, at) => reported(`m${at}`, { env: 'prod' }));
  const many = Array.from({ length: 50 }, (_, at) => placementOf(`p${at}`, byLabel('env', 'dev')));
  for (const object of [...clusters, clusterSet('all'), setBinding('all'), ...many]) {
    await put(hub, object);
  }
  const plain = schedulePlacements();
  let mapped = 0;
  const watches = plain.watches.map((of) => ({
    ...of,
    keys: (...args: Parameters<typeof of.keys>) => {
      const keys = of.keys(...args);
      if (of.kind.kind.startsWith('ManagedCluster')) mapped += keys.length;
      return keys;
    },
  }));
  harness = run([{ ...plain, watches }], { hub });
  await harness.ready;
  // All 500 clusters, for each of 50 placements, would be 25,000.
  expect(mapped).toBe(0);
  await harness.rest();
  expect(hub.objects(placementDecisionKind)).toHaveLength(50);
});
