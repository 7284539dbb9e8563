import type { ManagedClusterAddOn } from '../../kube/ocm/addon.ts';
import type {
  AddOnPlacementScore,
  ManagedCluster,
  ManagedClusterSet,
} from '../../kube/ocm/cluster.ts';
import type { ClusterFacts } from './facts.ts';
import { fromRows, type Inventory } from './inventory.ts';
import { membershipOf, setsOfClusters } from './membership.ts';

/** Objects of a hub, in any order. Scores and add-ons belong to the cluster whose namespace they are in. */
export interface HubObjects {
  readonly clusters: readonly ManagedCluster[];
  readonly sets?: readonly ManagedClusterSet[];
  readonly scores?: readonly AddOnPlacementScore[];
  readonly addons?: readonly ManagedClusterAddOn[];
}

/** An inventory of objects as they are. */
export function fromObjects(objects: HubObjects, revision = 0): Inventory {
  const sets = new Map((objects.sets ?? []).map((set) => [set.metadata.name, membershipOf(set)]));
  const setsOf = setsOfClusters(sets);
  const around: Around = {
    scores: new ByNamespace(objects.scores ?? []),
    addons: new ByNamespace(objects.addons ?? []),
  };
  const rows: ClusterFacts[] = [];
  for (const cluster of objects.clusters)
    rows.push(new ObjectsRow(cluster, setsOf(cluster), around));
  return fromRows(rows, sets, revision);
}

interface Around {
  readonly scores: ByNamespace<AddOnPlacementScore>;
  readonly addons: ByNamespace<ManagedClusterAddOn>;
}

/** The facts of one cluster; what is in its namespace is looked for when somebody asks, which few do. */
class ObjectsRow implements ClusterFacts {
  readonly name: string;
  readonly cluster: ManagedCluster;
  readonly sets: readonly string[];
  readonly #around: Around;

  constructor(cluster: ManagedCluster, sets: readonly string[], around: Around) {
    this.name = cluster.metadata.name;
    this.cluster = cluster;
    this.sets = sets;
    this.#around = around;
  }

  get scores(): readonly AddOnPlacementScore[] {
    return this.#around.scores.of(this.name);
  }

  get addons(): readonly ManagedClusterAddOn[] {
    return this.#around.addons.of(this.name);
  }
}

const none: readonly never[] = [];

/** Objects by their namespaces, put in order when one is first asked for. */
class ByNamespace<T extends { readonly metadata: { readonly namespace?: string } }> {
  readonly #objects: readonly T[];
  #grouped: ReadonlyMap<string | undefined, readonly T[]> | undefined;

  constructor(objects: readonly T[]) {
    this.#objects = objects;
  }

  of(namespace: string): readonly T[] {
    this.#grouped ??= Map.groupBy(this.#objects, ({ metadata }) => metadata.namespace);
    return this.#grouped.get(namespace) ?? none;
  }
}
