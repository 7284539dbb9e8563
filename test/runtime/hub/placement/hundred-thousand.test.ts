import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../../src/kube/object.ts';
import { refOf } from '../../../../src/kube/object.ts';
import {
  type PlacementDecision,
  placementDecisionKind,
  placementKind,
} from '../../../../src/kube/ocm/cluster.ts';
import { schedulePlacements } from '../../../../src/runtime/hub/placement/controller.ts';
import { type MemoryCluster, memoryCluster } from '../../../support/memory-cluster.ts';
import { type Harness, run } from '../../control/harness.ts';
import { put } from '../../world.ts';
import { clusterSet, setBinding } from '../programs.ts';
import { byCel, byLabel, counted, placementOf, reported } from './events.ts';

const most = 100_000;
const named = (at: number): string => `c${String(at).padStart(6, '0')}`;
/** One of ten is for production. */
const clusterAt = (at: number) => reported(named(at), { env: at % 10 === 0 ? 'prod' : 'dev' });

const placements = [
  placementOf('everything', {}),
  placementOf('groups', {
    decisionStrategy: { groupStrategy: { clustersPerDecisionGroup: 1000 } },
  }),
  placementOf('prod', byLabel('env', 'prod')),
  placementOf('ten', { ...byLabel('env', 'prod'), numberOfClusters: 10 }),
  placementOf('canary', byLabel('ring', 'canary')),
  placementOf('mistaken', byCel('managedCluster.no.such(')),
];

/** What the controller did since this was asked before. */
interface Done {
  /** Placements that were evaluated, and how often. */
  readonly evaluated: Readonly<Record<string, number>>;
  /** Decisions that were written, and how often. */
  readonly written: Readonly<Record<string, number>>;
}

interface Rested {
  readonly hub: MemoryCluster;
  readonly harness: Harness;
  readonly since: () => Promise<Done>;
}

async function rested(count: number, compat?: 'upstream'): Promise<Rested> {
  const clusters = Array.from({ length: count }, (_, at) => clusterAt(at));
  const world = [...clusters, clusterSet('all'), setBinding('all'), ...placements];
  const hub = memoryCluster({ objects: world });
  const { controller, passes } = counted(schedulePlacements(compat ? { compat } : {}));
  const harness = run([controller], { hub });
  await harness.ready;
  let told = 0;
  const since = async (): Promise<Done> => {
    await harness.rest();
    const writes = hub.writes.slice(told).filter(({ of }) => of.kind === 'PlacementDecision');
    told = hub.writes.length;
    const evaluated = Object.fromEntries(
      [...passes].map(([key, times]) => [key.slice('shop/'.length), times]),
    );
    passes.clear();
    return { evaluated, written: countOf(writes.map(({ of }) => of.name)) };
  };
  return { hub, harness, since };
}

function countOf(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function decisionsIn(hub: MemoryCluster, placement: string): readonly (readonly string[])[] {
  const found: (readonly string[])[] = [];
  for (let number = 1; ; number += 1) {
    const name = `${placement}-decision-${number}`;
    const one: PlacementDecision | undefined = hub.find(placementDecisionKind, 'shop', name);
    if (one === undefined) return found;
    found.push((one.status?.decisions ?? []).map(({ clusterName }) => clusterName));
  }
}

const satisfied = (hub: MemoryCluster, placement: string) =>
  hub
    .find(placementKind, 'shop', placement)
    ?.status?.conditions?.map(({ type, status, reason }) => `${type} ${status} ${reason}`);
const status = (hub: MemoryCluster, of: KubeObject, patch: object) =>
  hub.mergePatch(refOf(of), { status: patch } as never, { subresource: 'status' });
const label = (hub: MemoryCluster, at: number, labels: object) =>
  hub.mergePatch(refOf(clusterAt(at)), { metadata: { labels } } as never);

describe('a hundred thousand clusters', () => {
  let hub: MemoryCluster;
  let harness: Harness;
  let since: Rested['since'];
  let start: Done;
  beforeAll(async () => {
    ({ hub, harness, since } = await rested(most));
    start = await since();
  }, 60_000);
  afterAll(() => harness.stop());

  test('are decided at the start by one pass a placement, and one more that writes nothing', () => {
    const twice = placements.map(({ metadata }) => [metadata.name, 2]);
    expect(start.evaluated).toEqual(Object.fromEntries(twice));
    const everything = decisionsIn(hub, 'everything');
    expect(everything).toHaveLength(1000);
    expect(everything.flat()).toEqual(Array.from({ length: most }, (_, at) => named(at)));
    expect(decisionsIn(hub, 'groups')).toEqual(everything);
    expect(decisionsIn(hub, 'prod')).toHaveLength(100);
    expect(decisionsIn(hub, 'ten')).toEqual([
      Array.from({ length: 10 }, (_, at) => named(10 * at)),
    ]);
    // Each is created, and gets its status.
    expect(new Set(Object.values(start.written))).toEqual(new Set([1, 2]));
  });

  test('and a mistaken placement: it says so, and the others are decided', () => {
    expect(satisfied(hub, 'mistaken')).toEqual([
      'PlacementMisconfigured True Misconfigured',
      'PlacementSatisfied False Misconfigured',
    ]);
    expect(satisfied(hub, 'everything')).toEqual([
      'PlacementMisconfigured False Succeedconfigured',
      'PlacementSatisfied True AllDecisionsScheduled',
    ]);
  });

  test('whose heartbeats evaluate nothing and write nothing', async () => {
    const [condition] = reported('c').status?.conditions ?? [];
    for (let at = 0; at < 10_000; at += 1) {
      const conditions = [{ ...condition, message: `seen ${at}` }];
      await status(hub, clusterAt(10 * at), { conditions, allocatable: { cpu: `${at}m` } });
    }
    expect(await since()).toEqual({ evaluated: {}, written: {} });
  });

  test('of which one is labelled: who mentions the label is evaluated, and one decision written', async () => {
    await label(hub, 50_001, { ring: 'canary' });
    expect(await since()).toEqual({
      evaluated: { canary: 2 },
      written: { 'canary-decision-1': 1 },
    });
    await label(hub, 50_000, { env: 'dev' });
    expect((await since()).written).toEqual({ 'prod-decision-51': 1 });
  });

  test('of which one leaves: one decision of each placement that had it is written', async () => {
    await hub.delete(refOf(clusterAt(30_000)));
    const { written } = await since();
    expect(written).toEqual({
      'everything-decision-301': 1,
      'groups-decision-301': 1,
      'prod-decision-31': 1,
    });
    expect(decisionsIn(hub, 'everything')[300]).toHaveLength(99);
  });

  test('to which one comes: it fills a gap, wherever its name would stand', async () => {
    await put(hub, reported('a-newcomer', { env: 'prod' }));
    const { written } = await since();
    expect(written).toEqual({
      'everything-decision-301': 1,
      'groups-decision-301': 1,
      'prod-decision-31': 1,
      'ten-decision-1': 1,
    });
    expect(decisionsIn(hub, 'everything')[300]).toContain('a-newcomer');
    expect(decisionsIn(hub, 'everything')).toHaveLength(1000);
  });

  test('of which a whole decision leaves: the last one takes its number, and no other is written', async () => {
    const before = decisionsIn(hub, 'everything');
    for (const name of before[499] ?? []) await hub.delete(refOf(reported(name)));
    const { written } = await since();
    const after = decisionsIn(hub, 'everything');
    expect(after).toEqual(before.toSpliced(499, 1, before[999] ?? []).slice(0, 999));
    expect(Object.keys(written).sort()).toEqual([
      'everything-decision-1000',
      'everything-decision-500',
      'groups-decision-1000',
      'groups-decision-500',
      'prod-decision-50',
    ]);
  });

  test('and a placement that is spoiled: it keeps its decisions, and the others go on', async () => {
    const [everything] = placements;
    await hub.mergePatch(refOf(everything as KubeObject), { spec: { numberOfClusters: -1 } });
    expect(await since()).toEqual({ evaluated: { everything: 2 }, written: {} });
    expect(satisfied(hub, 'everything')?.[0]).toBe('PlacementMisconfigured True Misconfigured');
    await label(hub, 50_000, { env: 'prod' });
    const { evaluated, written } = await since();
    expect(evaluated).toEqual({ prod: 2, ten: 1 });
    expect(Object.entries(written)).toEqual([[expect.stringMatching(/^prod-decision-/), 1]]);
  });
});

test('as upstream: one that leaves has every decision after it cut anew, by name', async () => {
  const { hub, harness, since } = await rested(2000, 'upstream');
  await since();
  await hub.delete(refOf(clusterAt(150)));
  const { written } = await since();
  harness.stop();
  const left = Array.from({ length: 2000 }, (_, at) => named(at)).toSpliced(150, 1);
  expect(decisionsIn(hub, 'everything')).toEqual(
    Array.from({ length: 20 }, (_, at) => left.slice(100 * at, 100 * at + 100)),
  );
  expect(Object.keys(written).filter((name) => name.startsWith('everything'))).toHaveLength(19);
});
