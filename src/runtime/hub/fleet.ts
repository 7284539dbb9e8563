import type { ClusterFacts } from '../../engine/inventory/facts.ts';
import { fromRows, type Inventory, withRows } from '../../engine/inventory/inventory.ts';
import {
  type Membership,
  membershipOf,
  setsOfClusters,
} from '../../engine/inventory/membership.ts';
import type { Kind, KubeObject } from '../../kube/object.ts';
import { type ManagedClusterAddOn, managedClusterAddOnKind } from '../../kube/ocm/addon.ts';
import {
  type AddOnPlacementScore,
  addOnPlacementScoreKind,
  type ManagedCluster,
  type ManagedClusterSet,
  managedClusterKind,
  managedClusterSetKind,
} from '../../kube/ocm/cluster.ts';
import type { Projection } from '../control/controller.ts';

/** The kinds `Fleet` is made of. */
export const fleetKinds: readonly Kind[] = [
  managedClusterKind,
  managedClusterSetKind,
  addOnPlacementScoreKind,
  managedClusterAddOnKind,
];

interface Row {
  cluster: ManagedCluster | undefined;
  scores: readonly AddOnPlacementScore[];
  addons: readonly ManagedClusterAddOn[];
  /** null after a change. */
  facts: ClusterFacts | null;
}

/** What is known of all clusters, kept up event by event; facts of a cluster are the same object until they change. */
export class Fleet {
  readonly #rows = new Map<string, Row>();
  readonly #sets = new Map<string, Membership>();
  /** null after a change of sets. */
  #setsOf: ((cluster: ManagedCluster) => readonly string[]) | null = null;
  #revision = 0;
  #inventory: Inventory | null = null;
  /** Clusters whose facts have changed since the inventory was made; null where that is not all that has changed. */
  #changed: Set<string> | null = null;

  /** Grows with every change. */
  get revision(): number {
    return this.#revision;
  }

  get size(): number {
    return this.#rows.size;
  }

  /** The facts of one cluster, undefined where the hub does not know it. */
  facts(name: string): ClusterFacts | undefined {
    const row = this.#rows.get(name);
    return row === undefined ? undefined : this.#factsOf(name, row);
  }

  /** What the engine looks at; the same until something changes. */
  get inventory(): Inventory {
    const known = this.#inventory;
    const changed = this.#changed;
    if (known !== null && changed?.size === 0) return known;
    const rows = [...(changed ?? [])].flatMap((name) => this.facts(name) ?? []);
    this.#inventory =
      known === null || changed === null
        ? fromRows(this.all(), this.#sets, this.#revision)
        : withRows(known, rows, this.#revision);
    this.#changed = new Set();
    return this.#inventory;
  }

  /** The sets a cluster is in, also one that is as it was before. */
  setsOf(cluster: ManagedCluster): readonly string[] {
    this.#setsOf ??= setsOfClusters(this.#sets);
    return this.#setsOf(cluster);
  }

  *all(): Iterable<ClusterFacts> {
    for (const [name, row] of this.#rows) {
      const facts = this.#factsOf(name, row);
      if (facts !== undefined) yield facts;
    }
  }

  change(before: KubeObject | undefined, now: KubeObject | undefined): void {
    const object = now ?? before;
    if (object === undefined) return;
    this.#revision += 1;
    const { name, namespace = '' } = object.metadata;
    switch (object.kind) {
      case managedClusterKind.kind:
        this.#changeCluster(name, now as ManagedCluster | undefined);
        return;
      case managedClusterSetKind.kind:
        this.#changeSet(name, now as ManagedClusterSet | undefined);
        return;
      case addOnPlacementScoreKind.kind:
        this.#changePart(namespace, (row) => {
          row.scores = put(row.scores, name, now as AddOnPlacementScore | undefined);
        });
        return;
      default:
        this.#changePart(namespace, (row) => {
          row.addons = put(row.addons, name, now as ManagedClusterAddOn | undefined);
        });
    }
  }

  #changePart(of: string, change: (row: Row) => void): void {
    const row = this.#row(of);
    change(row);
    row.facts = null;
    if (row.cluster !== undefined) this.#changed?.add(of);
    this.#forgetEmpty(of);
  }

  #changeCluster(name: string, now: ManagedCluster | undefined): void {
    const row = this.#row(name);
    const isSameOne = row.cluster !== undefined && now !== undefined;
    if (isSameOne) this.#changed?.add(name);
    else this.#changed = null;
    row.cluster = now;
    row.facts = null;
    this.#forgetEmpty(name);
  }

  #changeSet(name: string, now: ManagedClusterSet | undefined): void {
    const known = this.#sets.get(name);
    if (now === undefined) this.#sets.delete(name);
    else this.#sets.set(name, membershipOf(now));
    // A new status of a set changes nobody's membership.
    if (JSON.stringify(known) === JSON.stringify(this.#sets.get(name))) return;
    for (const row of this.#rows.values()) row.facts = null;
    this.#setsOf = null;
    this.#changed = null;
  }

  #row(name: string): Row {
    const known = this.#rows.get(name);
    if (known !== undefined) return known;
    const row: Row = { cluster: undefined, scores: none, addons: none, facts: null };
    this.#rows.set(name, row);
    return row;
  }

  #forgetEmpty(name: string): void {
    const row = this.#rows.get(name);
    if (row === undefined || row.cluster !== undefined) return;
    if (row.scores.length === 0 && row.addons.length === 0) this.#rows.delete(name);
  }

  #factsOf(name: string, row: Row): ClusterFacts | undefined {
    if (row.cluster === undefined) return undefined;
    row.facts ??= {
      name,
      cluster: row.cluster,
      scores: row.scores,
      addons: row.addons,
      sets: this.setsOf(row.cluster),
    };
    return row.facts;
  }
}

/** Most clusters have no scores and no add-ons; of a hundred thousand each would hold room for some. */
const none: readonly never[] = [];

function put<T extends KubeObject>(
  into: readonly T[],
  name: string,
  value: T | undefined,
): readonly T[] {
  const at = into.findIndex(({ metadata }) => metadata.name === name);
  if (value === undefined) return at < 0 ? into : into.toSpliced(at, 1);
  return at < 0 ? [...into, value] : into.with(at, value);
}

/** The fleet as controllers of the hub see it. */
export const fleetProjection: Projection<Fleet> = {
  name: 'fleet',
  kinds: fleetKinds.map((kind) => ({ kind })),
  create: () => new Fleet(),
  change: (fleet, before, now) => fleet.change(before, now),
};
