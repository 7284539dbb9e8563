import { afterEach, describe, expect, test } from 'vitest';
import { eventKind } from '../../../../src/kube/core.ts';
import type { KubeObject } from '../../../../src/kube/object.ts';
import { conditionOf, refOf } from '../../../../src/kube/object.ts';
import { placementDecisionKind, placementKind } from '../../../../src/kube/ocm/cluster.ts';
import type { Refusal } from '../../../../src/runtime/client/cluster.ts';
import { schedulePlacements } from '../../../../src/runtime/hub/placement/controller.ts';
import { type MemoryCluster, memoryCluster } from '../../../support/memory-cluster.ts';
import { type Harness, run } from '../../control/harness.ts';
import { put } from '../../world.ts';
import { cluster, clusterSet, setBinding } from '../programs.ts';
import { bestBy, byLabel, placementOf, scoreOf } from './events.ts';

let harness: Harness | undefined;
afterEach(() => harness?.stop());

const names = ['c1', 'c2', 'c3', 'c4'];
const refusals = new Map<string, Omit<Refusal, 'ok'>>();

async function start(
  objects: readonly KubeObject[],
  compat?: 'upstream',
): Promise<{ readonly hub: MemoryCluster; readonly harness: Harness }> {
  refusals.clear();
  const hub = memoryCluster({
    refuse: ({ verb, of, subresource }) =>
      refusals.get(verb === 'list' ? of.kind : `${verb} ${of.kind}${subresource ?? ''}`),
  });
  const cells = [
    ...names.map((name) => cluster(name, { env: 'prod' })),
    clusterSet('all'),
    setBinding('all'),
  ];
  for (const object of [...cells, ...objects]) await put(hub, object);
  harness = run([schedulePlacements(compat ? { compat } : {})], { hub });
  return { hub, harness };
}

const guarded = (annotations: Record<string, string>, name = 'p'): KubeObject => {
  const object = placementOf(name, byLabel('env', 'prod'));
  return { ...object, metadata: { ...object.metadata, annotations } };
};
const relabel = async (hub: MemoryCluster, env: string, ...of: readonly string[]) => {
  for (const name of of)
    await hub.mergePatch(refOf(cluster(name)), { metadata: { labels: { env } } });
};
const selected = (hub: MemoryCluster, name = 'p') =>
  (hub.find(placementDecisionKind, 'shop', `${name}-decision-1`)?.status?.decisions ?? []).map(
    ({ clusterName }) => clusterName,
  );
const satisfied = (hub: MemoryCluster, name = 'p') =>
  conditionOf(hub.find(placementKind, 'shop', name)?.status?.conditions, 'PlacementSatisfied');
const warnings = (hub: MemoryCluster) =>
  hub.objects(eventKind).flatMap(({ type, reason }) => (type === 'Warning' ? [reason] : []));

describe('a guard', () => {
  test('keeps the decision where too many would leave, tells so once, and lets go when allowed', async () => {
    const { hub, harness } = await start([guarded({ 'ocmlang.dev/remove-at-most': '50%' })]);
    await harness.ready;
    await harness.rest();
    hub.holdEvents();
    await relabel(hub, 'dev', 'c1', 'c2', 'c3');
    hub.releaseEvents();
    await harness.rest();
    expect(selected(hub)).toEqual(names);
    expect(satisfied(hub)).toMatchObject({ status: 'False', reason: 'TooManyRemoved' });
    expect(hub.find(placementKind, 'shop', 'p')?.status?.numberOfSelectedClusters).toBe(4);
    expect(warnings(hub)).toEqual(['TooManyRemoved']);
    const told = hub.objects(eventKind);
    await hub.mergePatch(refOf(guarded({})), { metadata: { labels: { seen: 'again' } } });
    await harness.rest();
    expect(hub.objects(eventKind)).toEqual(told);
    await hub.mergePatch(refOf(guarded({})), {
      metadata: { annotations: { 'ocmlang.dev/removal-allowed-until': '2026-01-01T00:10:00Z' } },
    });
    await harness.rest();
    expect(selected(hub)).toEqual(['c4']);
    expect(satisfied(hub)).toMatchObject({ status: 'True', reason: 'AllDecisionsScheduled' });
  });

  test('counts what left in its window, also over a restart', async () => {
    const limits = { 'ocmlang.dev/remove-at-most': '1', 'ocmlang.dev/remove-within': '10m' };
    const { hub, harness: first } = await start([guarded(limits)]);
    await first.ready;
    await first.rest();
    await relabel(hub, 'dev', 'c1');
    await first.rest();
    expect(selected(hub)).toEqual(['c2', 'c3', 'c4']);
    expect(hub.find(placementKind, 'shop', 'p')?.metadata.annotations).toMatchObject({
      'ocmlang.dev/removals': expect.stringMatching(/^2026-01-01T00:00:00Z 1\/4 [0-9a-f]{16}$/),
    });
    first.stop();
    harness = run([schedulePlacements()], { hub, clock: first.clock });
    await harness.ready;
    await relabel(hub, 'dev', 'c2');
    await harness.rest();
    expect(selected(hub)).toEqual(['c2', 'c3', 'c4']);
    expect(satisfied(hub)?.reason).toBe('TooManyRemoved');
    first.clock.advance(10 * 60_000);
    await harness.rest();
    expect(selected(hub)).toEqual(['c3', 'c4']);
  });

  const broken = { status: 500, reason: 'InternalError', message: 'the disk is full' };

  test('counts what leaves before it leaves: who goes on after a pass that ended in between grants no more', async () => {
    const limits = { 'ocmlang.dev/remove-at-most': '1', 'ocmlang.dev/remove-within': '10m' };
    const { hub, harness: first } = await start([guarded(limits)]);
    await first.ready;
    await first.rest();
    refusals.set('patch PlacementDecisionstatus', broken);
    await relabel(hub, 'dev', 'c1');
    await first.rest();
    expect(selected(hub)).toEqual(['c1', 'c2', 'c3', 'c4']);
    expect(satisfied(hub)?.message).toBe(
      'decision p-decision-1 cannot be written: the disk is full',
    );
    first.stop();

    refusals.clear();
    harness = run([schedulePlacements()], { hub, clock: first.clock });
    await harness.ready;
    await harness.rest();
    expect(selected(hub)).toEqual(['c2', 'c3', 'c4']);
    await relabel(hub, 'dev', 'c2');
    await harness.rest();
    expect(selected(hub)).toEqual(['c2', 'c3', 'c4']);
    expect(satisfied(hub)?.reason).toBe('TooManyRemoved');
  });

  test('lets nobody go whom it cannot count', async () => {
    const { hub, harness: first } = await start([guarded({ 'ocmlang.dev/remove-at-most': '1' })]);
    harness = first;
    await harness.ready;
    await harness.rest();
    refusals.set('patch Placement', broken);
    await relabel(hub, 'dev', 'c1');
    await harness.rest();
    expect(selected(hub)).toEqual(['c1', 'c2', 'c3', 'c4']);
    expect(satisfied(hub)).toMatchObject({
      reason: 'NotAllDecisionsScheduled',
      message: 'placement p cannot be written: the disk is full',
    });
    refusals.clear();
    harness.clock.advance(60_000);
    await harness.rest();
    expect(selected(hub)).toEqual(['c2', 'c3', 'c4']);
    expect(satisfied(hub)?.status).toBe('True');
  });

  test('counts clusters that come back and leave again', async () => {
    const { hub, harness: first } = await start([guarded({ 'ocmlang.dev/remove-at-most': '1' })]);
    harness = first;
    await harness.ready;
    await harness.rest();
    for (const env of ['dev', 'prod']) {
      await relabel(hub, env, 'c1');
      await harness.rest();
    }
    expect(selected(hub)).toEqual(['c1', 'c2', 'c3', 'c4']);
    await relabel(hub, 'dev', 'c1');
    await harness.rest();
    expect(selected(hub)).toEqual(['c1', 'c2', 'c3', 'c4']);
    expect(satisfied(hub)?.reason).toBe('TooManyRemoved');
  });

  test('is not held up by a count that nobody needs any more', async () => {
    const limits = { 'ocmlang.dev/remove-at-most': '1', 'ocmlang.dev/remove-within': '10m' };
    const { hub, harness: first } = await start([guarded(limits)]);
    harness = first;
    await harness.ready;
    await relabel(hub, 'dev', 'c1');
    await harness.rest();
    refusals.set('patch Placement', broken);
    harness.clock.advance(11 * 60_000);
    await relabel(hub, 'prod', 'c1');
    await harness.rest();
    expect(selected(hub)).toEqual(['c1', 'c2', 'c3', 'c4']);
    expect(satisfied(hub)).toMatchObject({ status: 'True', reason: 'AllDecisionsScheduled' });
  });

  test('never lets a decision become empty', async () => {
    const { hub, harness } = await start([guarded({ 'ocmlang.dev/never-empty': 'true' })]);
    await harness.ready;
    await harness.rest();
    for (const name of names) {
      await relabel(hub, 'dev', name);
      await harness.rest();
    }
    expect(selected(hub)).toEqual(['c4']);
    expect(satisfied(hub)?.reason).toBe('WouldBeEmpty');
    await hub.delete(refOf(cluster('c4')));
    await harness.rest();
    expect(selected(hub)).toEqual([]);
  });
});

describe('an inventory that is not all there', () => {
  const forbidden = { status: 403, reason: 'Forbidden', message: 'managedclusters is forbidden' };
  const unknown = { status: 404, reason: 'NotFound', message: 'the server has no such kind' };

  test.each([
    ['clusters may not be listed any more', 'ManagedCluster', forbidden],
    ['the API server has no sets any more', 'ManagedClusterSet', unknown],
    ['bindings cannot be listed', 'ManagedClusterSetBinding', { ...forbidden, status: 500 }],
  ])('keeps decisions while %s, says why, and goes on by itself', async (_, kind, refusal) => {
    const { hub, harness } = await start([guarded({})]);
    await harness.ready;
    await harness.rest();
    refusals.set(kind, refusal);
    hub.breakWatches(true);
    await harness.rest();
    await relabel(hub, 'dev', 'c1');
    await hub.mergePatch(refOf(guarded({})), { spec: { numberOfClusters: 1 } });
    harness.clock.advance(60_000);
    await harness.rest();
    expect(selected(hub)).toEqual(names);
    expect(satisfied(hub)).toMatchObject({
      status: 'False',
      reason: 'InventoryPartial',
      message: expect.stringContaining(refusal.message),
    });
    refusals.clear();
    harness.clock.advance(60_000);
    await harness.rest();
    harness.clock.advance(60_000);
    await harness.rest();
    expect(selected(hub)).toEqual(['c2']);
    expect(satisfied(hub)?.status).toBe('True');
  });

  test('holds up only placements that look at what is missing', async () => {
    const score = { type: 'AddOn', addOn: { resourceName: 'usage', scoreName: 'cpu' } };
    const objects = [
      placementOf('scored', bestBy(score, 1)),
      guarded({}, 'plain'),
      scoreOf('c3', 5),
    ];
    const { hub, harness } = await start(objects);
    harness.stop();
    refusals.set('AddOnPlacementScore', forbidden);
    const anew = run([schedulePlacements()], { hub });
    await anew.ready;
    await anew.rest();
    expect(selected(hub, 'plain')).toEqual(names);
    expect(selected(hub, 'scored')).toEqual([]);
    expect(satisfied(hub, 'scored')?.reason).toBe('InventoryPartial');
    refusals.clear();
    anew.clock.advance(60_000);
    await anew.rest();
    anew.clock.advance(60_000);
    await anew.rest();
    anew.stop();
    expect(selected(hub, 'scored')).toEqual(['c3']);
  });

  test('as upstream: nothing is written until everything has been read', async () => {
    const { hub, harness } = await start([guarded({})], 'upstream');
    await harness.ready;
    await harness.rest();
    harness.stop();
    refusals.set('ManagedCluster', unknown);
    const anew = run([schedulePlacements({ compat: 'upstream' })], { hub });
    await anew.ready;
    await anew.rest();
    anew.stop();
    expect(selected(hub)).toEqual(names);
  });
});
