import { setTimeout as pause } from 'node:timers/promises';
import type { Json } from '../../src/base/json.ts';
import type { Kind, KubeObject } from '../../src/kube/object.ts';
import {
  type Placement,
  type PlacementDecision,
  placementDecisionKind,
  placementKind,
  placementLabel,
} from '../../src/kube/ocm/cluster.ts';
import type { Cluster } from '../../src/runtime/client/cluster.ts';
import { namespace } from './fleet.ts';

/** What is right for one placement: how many clusters of which. Which of them depends on who decides first. */
export interface Expected {
  readonly count: number;
  /** As many as it asks for. */
  readonly satisfied: boolean;
  readonly among: ReadonlySet<string>;
}

/** Watches placements and decisions until each placement has what is right for it: its decisions, and then its status. */
export class DecisionWatch {
  readonly #expected: ReadonlyMap<string, Expected>;
  readonly #placements = new Map<string, Placement>();
  readonly #decisions = new Map<string, PlacementDecision>();
  readonly #ending = new AbortController();
  readonly #decided: Awaited;
  readonly #told: Awaited;

  constructor(expected: ReadonlyMap<string, Expected>) {
    this.#expected = expected;
    this.#decided = awaited(expected.keys());
    this.#told = awaited(expected.keys());
  }

  /** Starts to watch; resolves once that is under way. */
  async open(cluster: Cluster): Promise<void> {
    await this.#watch(cluster, placementKind as Kind<Placement>, (type, object) => {
      if (type === 'DELETED') this.#placements.delete(object.metadata.name);
      else this.#placements.set(object.metadata.name, object);
      this.#look(object.metadata.name);
    });
    await this.#watch(cluster, placementDecisionKind as Kind<PlacementDecision>, (type, object) => {
      if (type === 'DELETED') this.#decisions.delete(object.metadata.name);
      else this.#decisions.set(object.metadata.name, object);
      this.#look(object.metadata.labels?.[placementLabel] ?? '');
    });
  }

  /** Until every decision is right. */
  async untilDecided(seconds: number): Promise<void> {
    await until(this.#decided, 'decided', seconds);
  }

  /** Until every status is right too. */
  async untilRight(seconds: number): Promise<void> {
    await this.untilDecided(seconds);
    await until(this.#told, 'told in their status', seconds);
  }

  close(): void {
    this.#ending.abort();
  }

  async #watch<T extends KubeObject>(
    cluster: Cluster,
    kind: Kind<T>,
    on: (type: string, object: T) => void,
  ): Promise<void> {
    const { signal } = this.#ending;
    const list = async (): Promise<string> => {
      let listed = await cluster.list(kind, { namespace });
      // A kind that is new is not served at once.
      for (let tries = 0; !listed.ok && tries < 50; tries += 1) {
        await pause(200);
        listed = await cluster.list(kind, { namespace });
      }
      if (!listed.ok) throw new Error(listed.message);
      for (const object of listed.value.items) on('ADDED', object);
      return listed.value.resourceVersion;
    };
    let resourceVersion = await list();
    // A server under load ends streams that are read too slowly.
    const read = async (): Promise<void> => {
      while (!signal.aborted) {
        for await (const event of cluster.watch(kind, { namespace, resourceVersion }, signal)) {
          if (event.type !== 'ERROR' && event.type !== 'BOOKMARK') on(event.type, event.object);
        }
        if (!signal.aborted) resourceVersion = await list();
      }
    };
    read().catch((error) => {
      if (signal.aborted) return;
      this.#decided.all.reject(error);
      this.#told.all.reject(error);
    });
  }

  #look(name: string): void {
    const expected = this.#expected.get(name);
    if (expected === undefined) return;
    look(this.#decided, name, this.#isDecided(name, expected));
    look(this.#told, name, this.#isTold(name, expected));
  }

  #isDecided(name: string, { count, among }: Expected): boolean {
    const decided = this.#decisions.get(`${name}-decision-1`)?.status?.decisions ?? [];
    const clusters = new Set(decided.map(({ clusterName }) => clusterName));
    return clusters.size === count && [...clusters].every((cluster) => among.has(cluster));
  }

  #isTold(name: string, { count, satisfied }: Expected): boolean {
    const { numberOfSelectedClusters = 0, conditions } = this.#placements.get(name)?.status ?? {};
    const said = conditions?.find(({ type }) => type === 'PlacementSatisfied')?.status;
    return said === (satisfied ? 'True' : 'False') && numberOfSelectedClusters === count;
  }
}

/** Placements that are not right yet. */
interface Awaited {
  readonly wrong: Set<string>;
  readonly all: PromiseWithResolvers<void>;
}

function awaited(names: Iterable<string>): Awaited {
  const all = Promise.withResolvers<void>();
  // Nobody may be waiting yet when a watch fails.
  all.promise.catch(() => undefined);
  return { wrong: new Set(names), all };
}

function look({ wrong, all }: Awaited, name: string, isRight: boolean): void {
  if (isRight) wrong.delete(name);
  else wrong.add(name);
  if (wrong.size === 0) all.resolve();
}

async function until({ wrong, all }: Awaited, what: string, seconds: number): Promise<void> {
  const timer = setTimeout(() => {
    const [one] = wrong;
    all.reject(new Error(`${wrong.size} placements are not ${what} after ${seconds} s, as ${one}`));
  }, seconds * 1000);
  await all.promise.finally(() => clearTimeout(timer));
}

/** A change of a status that says nothing about where anything should run. */
export function heartbeatOf(at: number): Json {
  const time = new Date(Date.UTC(2030, 0, 1, 0, 0, at)).toISOString().replace('.000Z', 'Z');
  return {
    status: {
      conditions: [
        {
          type: 'ManagedClusterConditionAvailable',
          status: 'True',
          reason: 'ManagedClusterAvailable',
          message: `alive for the ${at}th time`,
          lastTransitionTime: time,
        },
      ],
    },
  };
}
