import { type Kind, type KubeObject, type Ref, refOf } from '../../src/kube/object.ts';
import { agentControllers } from '../../src/runtime/agent/controllers.ts';
import type { Controller } from '../../src/runtime/control/controller.ts';
import { type StillClock, stillClock } from '../support/clock.ts';
import { type MemoryCluster, memoryCluster } from '../support/memory-cluster.ts';
import { type Harness, run } from './control/harness.ts';

/** A hub that answers questions about rights, in memory. */
export function hubInMemory(
  options: { readonly allowed?: () => boolean; readonly clock?: StillClock } = {},
): MemoryCluster {
  const { allowed = () => true, clock } = options;
  const hub = memoryCluster(clock ? { now: clock.now } : {});
  return {
    ...hub,
    get writes() {
      return hub.writes;
    },
    create: async (object, write) => {
      if (object.kind !== 'SubjectAccessReview') return hub.create(object, write);
      return { ok: true, value: { ...object, status: { allowed: allowed() } } };
    },
  };
}

export interface World {
  /** Of the hub's controllers, which is also c1's agent's. */
  readonly harness: Harness;
  readonly hub: MemoryCluster;
  /** c1. */
  readonly cluster: MemoryCluster;
  readonly clusters: ReadonlyMap<string, MemoryCluster>;
  readonly clock: StillClock;
  readonly errors: () => readonly unknown[];
  /** Stops everything and starts it anew, with empty caches. */
  readonly restart: () => Promise<void>;
  readonly stop: () => void;
  /** Until nothing happens any more, with so many times half a minute going by. */
  readonly settle: (rounds?: number) => Promise<void>;
  /** Until nothing happens any more without time going by. */
  readonly rest: () => Promise<void>;
}

export interface WorldOptions {
  readonly allowed?: () => boolean;
  /** Clusters with an agent; c1 where absent. */
  readonly names?: readonly string[];
  /** What runs on each cluster besides the agent. */
  readonly onCluster?: () => readonly Controller[];
}

/** One hub and clusters with their agents, in memory and on one clock. */
export async function world(
  hubSide: readonly Controller[],
  objects: readonly KubeObject[],
  { allowed = () => true, names = ['c1'], onCluster = () => [] }: WorldOptions = {},
): Promise<World> {
  const clock = stillClock();
  const hub = hubInMemory({ clock, allowed });
  const clusters = new Map(names.map((name) => [name, memoryCluster({ now: clock.now })] as const));
  for (const object of objects) await put(hub, object);
  const start = (): readonly Harness[] =>
    [...clusters].map(([clusterName, cluster], at) =>
      run(
        [
          ...(at === 0 ? hubSide : []),
          ...agentControllers({ clusterName, hub: 'https://hub' }),
          ...onCluster(),
        ],
        { hub, cluster, clock },
      ),
    );
  let harnesses = start();
  const ready = () => Promise.all(harnesses.map((harness) => harness.ready));
  const rest = async (): Promise<void> => {
    // What one writes the others see: all have to be at rest together.
    for (let round = 0; round < 3; round += 1) {
      for (const harness of harnesses) await harness.rest();
    }
  };
  await ready();
  return {
    get harness() {
      const [first] = harnesses;
      if (first === undefined) throw new Error('no cluster');
      return first;
    },
    hub,
    get cluster() {
      const [first] = clusters.values();
      if (first === undefined) throw new Error('no cluster');
      return first;
    },
    clusters,
    clock,
    errors: () => harnesses.flatMap(({ errors }) => errors),
    restart: async () => {
      for (const harness of harnesses) harness.stop();
      harnesses = start();
      await ready();
    },
    stop: () => {
      for (const harness of harnesses) harness.stop();
    },
    rest,
    settle: async (rounds = 4) => {
      // Time first: who waits for a watch to be opened again rests only then.
      for (let round = 0; round < rounds; round += 1) {
        clock.advance(30_000);
        await rest();
      }
    },
  };
}

/** Writes an object with its status, as two requests do. */
export async function put(to: MemoryCluster, object: KubeObject): Promise<void> {
  const created = await to.create(strip(object));
  if (!created.ok) await to.replace(strip(object));
  if (object.status !== undefined) {
    await to.mergePatch(refOf(object), { status: object.status } as never, {
      subresource: 'status',
    });
  }
}

function strip(object: KubeObject): KubeObject {
  const { resourceVersion: _v, generation: _g, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** Changes an object by hand. */
export async function edit(on: MemoryCluster, of: Ref, patch: object): Promise<void> {
  await on.mergePatch(of, patch as never);
}

/** What has settled: objects without what time and chance put into them. */
export function settled(of: MemoryCluster, kind: Kind): readonly unknown[] {
  return of.objects(kind).map(({ metadata, ...rest }) => ({
    ...rest,
    metadata: { name: metadata.name, namespace: metadata.namespace, labels: metadata.labels },
  }));
}

/** Versions of all objects: what tells that nothing was written. */
export function versions(of: MemoryCluster): readonly string[] {
  return of
    .objects()
    .filter(({ kind }) => kind !== 'Event')
    .map(
      ({ kind, metadata }) =>
        `${kind} ${metadata.namespace ?? ''}/${metadata.name} ${metadata.resourceVersion}`,
    );
}
