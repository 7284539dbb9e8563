import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KubeObject, Ref } from '../../../../src/kube/object.ts';
import { refOf } from '../../../../src/kube/object.ts';
import {
  type PlacementSpec,
  placementDecisionKind,
  placementKind,
} from '../../../../src/kube/ocm/cluster.ts';
import type { Answer } from '../../../../src/runtime/client/cluster.ts';
import { schedulePlacements } from '../../../../src/runtime/hub/placement/controller.ts';
import { type MemoryCluster, memoryCluster } from '../../../support/memory-cluster.ts';
import { type Harness, run } from '../../control/harness.ts';
import { put, versions } from '../../world.ts';
import { cluster, clusterSet, setBinding } from '../programs.ts';

/** These match whatever happens: once decided, no reader may ever miss one. */
const anchors = ['c1', 'c4', 'c6'];
const names = ['c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7'];
const rings = ['a', 'b', 'c'];

type Fault = 'none' | 'conflict' | 'server error' | 'forbidden' | 'answer lost';
type Step =
  | { readonly do: 'in'; readonly name: string; readonly is: boolean }
  | { readonly do: 'ring'; readonly name: string; readonly ring: string }
  | { readonly do: 'size'; readonly size: number }
  | { readonly do: 'groups'; readonly groups: readonly string[] }
  | { readonly do: 'faults'; readonly faults: readonly Fault[] }
  | { readonly do: 'break'; readonly expired: boolean }
  | { readonly do: 'hold' | 'release' | 'restart' }
  | { readonly do: 'pass'; readonly milliseconds: number };

const fault = fc.constantFrom<Fault>(
  'none',
  'none',
  'conflict',
  'server error',
  'forbidden',
  'answer lost',
);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('in' as const),
    name: fc.constantFrom(...names.filter((name) => !anchors.includes(name))),
    is: fc.boolean(),
  }),
  fc.record({
    do: fc.constant('ring' as const),
    name: fc.constantFrom(...names),
    ring: fc.constantFrom(...rings),
  }),
  fc.record({ do: fc.constant('size' as const), size: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ do: fc.constant('groups' as const), groups: fc.subarray(rings) }),
  fc.record({ do: fc.constant('faults' as const), faults: fc.array(fault, { maxLength: 12 }) }),
  fc.record({ do: fc.constant('break' as const), expired: fc.boolean() }),
  fc.record({ do: fc.constantFrom('hold' as const, 'release' as const, 'restart' as const) }),
  fc.record({
    do: fc.constant('pass' as const),
    milliseconds: fc.integer({ min: 1, max: 20_000 }),
  }),
);

const placement = { ...placementKind, namespace: 'shop', name: 'p' } satisfies Ref;
const spec: PlacementSpec = {
  predicates: [{ requiredClusterSelector: { labelSelector: { matchLabels: { in: 'yes' } } } }],
};

function decided(hub: MemoryCluster): ReadonlySet<string> {
  const all = hub.objects(placementDecisionKind).flatMap(({ status }) => status?.decisions ?? []);
  return new Set(all.map(({ clusterName }) => clusterName));
}

/** A hub whose writes fail as told, one after the other, and that is looked at after every single one. */
function faultyHub(look: () => void): MemoryCluster & { faults: Fault[] } {
  const hub = memoryCluster();
  const faults: Fault[] = [];
  const ours = ({ kind }: Ref): boolean => kind.startsWith('Placement');
  const guarded = async (of: Ref, write: () => Promise<Answer<never>>): Promise<Answer<never>> => {
    if (!ours(of)) return write();
    const is = faults.shift() ?? 'none';
    if (is === 'conflict') return { ok: false, status: 409, reason: 'Conflict', message: is };
    if (is === 'forbidden') return { ok: false, status: 403, reason: 'Forbidden', message: is };
    const failed = { ok: false, status: 500, reason: 'InternalError', message: is } as const;
    if (is === 'server error') return failed;
    const answer = await write();
    look();
    return is === 'answer lost' ? failed : answer;
  };
  return {
    ...hub,
    faults,
    get writes() {
      return hub.writes;
    },
    create: (object, write) =>
      guarded(refOf(object), () => hub.create(object, write) as Promise<Answer<never>>),
    mergePatch: (of, patch, write) =>
      guarded(of, () => hub.mergePatch(of, patch, write) as Promise<Answer<never>>),
    delete: (of, write) => guarded(of, () => hub.delete(of, write) as Promise<Answer<never>>),
  };
}

async function play(steps: readonly Step[]): Promise<void> {
  const covered = new Set<string>();
  const look = (): void => {
    const now = decided(hub);
    for (const name of covered) expect(now, `${name} is in no decision`).toContain(name);
    for (const name of anchors) if (now.has(name)) covered.add(name);
  };
  const hub = faultyHub(look);
  const world: KubeObject[] = [
    ...names.map((name) => cluster(name, { in: 'yes', ring: 'a' })),
    clusterSet('all'),
    setBinding('all'),
    {
      apiVersion: 'cluster.open-cluster-management.io/v1beta1',
      kind: 'Placement',
      metadata: { name: 'p', namespace: 'shop' },
      spec,
    } as KubeObject,
  ];
  for (const object of world) await put(hub, object);
  let harness: Harness = run([schedulePlacements()], { hub });
  const breathe = async (turns = 6): Promise<void> => {
    for (let turn = 0; turn < turns; turn += 1) await new Promise((go) => setImmediate(go));
  };
  const edit = (of: Ref, patch: object) => {
    const kept = hub.faults.splice(0);
    const edited = hub.mergePatch(of, patch as never);
    hub.faults.push(...kept);
    return edited;
  };
  const strategy = { clustersPerDecisionGroup: 2 as number, decisionGroups: [] as object[] };
  for (const of of steps) {
    if (of.do === 'in') {
      await edit(refOf(cluster(of.name)), { metadata: { labels: { in: of.is ? 'yes' : 'no' } } });
    } else if (of.do === 'ring') {
      await edit(refOf(cluster(of.name)), { metadata: { labels: { ring: of.ring } } });
    } else if (of.do === 'size' || of.do === 'groups') {
      if (of.do === 'size') strategy.clustersPerDecisionGroup = of.size;
      else {
        strategy.decisionGroups = of.groups.map((ring) => ({
          groupName: ring,
          groupClusterSelector: { labelSelector: { matchLabels: { ring } } },
        }));
      }
      await edit(placement, { spec: { decisionStrategy: { groupStrategy: { ...strategy } } } });
    } else if (of.do === 'faults') hub.faults.splice(0, hub.faults.length, ...of.faults);
    else if (of.do === 'break') hub.breakWatches(of.expired);
    else if (of.do === 'hold') hub.holdEvents();
    else if (of.do === 'release') hub.releaseEvents();
    else if (of.do === 'pass') harness.clock.advance(of.milliseconds);
    else {
      harness.stop();
      harness = run([schedulePlacements()], { hub, clock: harness.clock });
    }
    await breathe();
  }
  hub.faults.length = 0;
  hub.releaseEvents();
  await harness.ready;
  for (let round = 0; round < 12; round += 1) {
    harness.clock.advance(120_000);
    await harness.rest();
  }
  const wanted = hub
    .objects()
    .filter(({ kind, metadata }) => kind === 'ManagedCluster' && metadata.labels?.['in'] === 'yes');
  expect([...decided(hub)].sort()).toEqual(wanted.map(({ metadata }) => metadata.name).sort());
  expect(hub.find(placementKind, 'shop', 'p')?.status?.conditions).toMatchObject([
    { type: 'PlacementMisconfigured', status: 'False' },
    { type: 'PlacementSatisfied', status: 'True' },
  ]);
  expect(harness.errors).toEqual([]);
  const before = versions(hub);
  harness.clock.advance(120_000);
  await harness.rest();
  expect(versions(hub)).toEqual(before);
  harness.stop();
}

test('whatever fails or is stale, no reader ever misses a cluster that stays selected; it ends as wanted, and at rest', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 30 }), play), {
    numRuns: 150,
  });
}, 60_000);
