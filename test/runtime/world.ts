import { type Kind, type KubeObject, type Ref, refOf } from '../../src/kube/object.ts';
import { agentControllers } from '../../src/runtime/agent/controllers.ts';
import type { Controller } from '../../src/runtime/control/controller.ts';
import { stillClock } from '../support/clock.ts';
import { type MemoryCluster, memoryCluster } from '../support/memory-cluster.ts';
import { type Harness, run } from './control/harness.ts';

/** A hub that answers questions about rights, in memory. */
export function hubInMemory(
  options: {
    readonly allowed?: () => boolean;
    readonly clock?: ReturnType<typeof stillClock>;
  } = {},
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
  harness: Harness;
  readonly hub: MemoryCluster;
  readonly cluster: MemoryCluster;
  readonly clock: ReturnType<typeof stillClock>;
  /** Stops everything and starts it anew, with empty caches. */
  readonly restart: () => Promise<void>;
  /** Until nothing happens any more, timers included, for some minutes. */
  readonly settle: (rounds?: number) => Promise<void>;
}

/** One hub, the cluster c1 and its agent, all in one process and in memory. */
export async function world(
  hubSide: readonly Controller[],
  objects: readonly KubeObject[],
  allowed: () => boolean = () => true,
): Promise<World> {
  const clock = stillClock();
  const hub = hubInMemory({ clock, allowed });
  const cluster = memoryCluster({ now: clock.now });
  for (const object of objects) await put(hub, object);
  const controllers = () => [
    ...hubSide,
    ...agentControllers({ clusterName: 'c1', hub: 'https://hub' }),
  ];
  const start = (): Harness => run(controllers(), { hub, cluster, clock });
  const made: World = {
    harness: start(),
    hub,
    cluster,
    clock,
    restart: async () => {
      made.harness.stop();
      made.harness = start();
      await made.harness.ready;
    },
    settle: async (rounds = 4) => {
      for (let round = 0; round < rounds; round += 1) {
        await made.harness.rest();
        clock.advance(30_000);
      }
      await made.harness.rest();
    },
  };
  await made.harness.ready;
  return made;
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
