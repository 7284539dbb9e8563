import { compareText } from '../../../base/json.ts';
import { type KubeObject, kindKey, refOf } from '../../../kube/object.ts';
import { managedClusterSetBindingKind, managedClusterSetKind } from '../../../kube/ocm/cluster.ts';
import { type ManifestWork, manifestWorkKind } from '../../../kube/ocm/work.ts';

/** What is about to be deleted, and what stays around it. */
export interface Deletion {
  readonly objects: readonly KubeObject[];
  readonly works: readonly ManifestWork[];
  /** Apps that stay declared; asked for only where a set or a binding goes. */
  readonly apps: () => readonly StayingApp[];
  /** Sets a namespace is bound to, as long as they exist. */
  readonly boundSets: (namespace: string) => readonly string[];
  readonly setsOf: (cluster: string) => readonly string[];
}

/** An app that stays, with what its placements decided. */
export interface StayingApp {
  readonly namespace: string;
  /** `clusterSets`: those its placement chooses from; none means all that are bound. */
  readonly on: readonly {
    readonly clusterSets: readonly string[];
    readonly selected: readonly string[];
  }[];
  readonly works: readonly ManifestWork[];
}

/**
 * Clusters that lose a workload by a deletion: those in whose namespaces works go, those of `resource ManifestWork`
 * included, and those that leave the placements of an app because a set or a binding goes. `ocm apply` and the hub both
 * count by this.
 */
export function losingClusters(deletion: Deletion): readonly string[] {
  const isWork = (object: KubeObject): boolean => isOf(manifestWorkKind, object);
  const going = [...deletion.works, ...deletion.objects.filter(isWork)];
  const clusters = new Set([...going.map(clusterOf), ...clustersUnbound(deletion)]);
  return [...clusters].sort(compareText);
}

function clustersUnbound({ objects, apps, boundSets, setsOf }: Deletion): readonly string[] {
  const sets = new Set(named(managedClusterSetKind, objects));
  const bindings = new Set(named(managedClusterSetBindingKind, objects));
  if (sets.size === 0 && bindings.size === 0) return [];
  return apps().flatMap(({ namespace, on, works }) => {
    const bound = boundSets(namespace);
    const left = bound.filter(
      (set) => !sets.has(`/${set}`) && !bindings.has(`${namespace}/${set}`),
    );
    if (left.length === bound.length) return [];
    const reached = (from: readonly string[]) =>
      new Set(
        on.flatMap(({ clusterSets, selected }) => {
          const chosen = from.filter(
            (set) => clusterSets.length === 0 || clusterSets.includes(set),
          );
          return selected.filter((cluster) => setsOf(cluster).some((set) => chosen.includes(set)));
        }),
      );
    const [before, after] = [reached(bound), reached(left)];
    return works.map(clusterOf).filter((cluster) => before.has(cluster) && !after.has(cluster));
  });
}

function named(
  kind: { readonly group: string; readonly kind: string },
  objects: readonly KubeObject[],
): readonly string[] {
  return objects
    .filter((object) => isOf(kind, object))
    .map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`);
}

function isOf(
  kind: { readonly group: string; readonly kind: string },
  object: KubeObject,
): boolean {
  return kindKey(refOf(object)) === kindKey(kind);
}

function clusterOf({ metadata }: KubeObject): string {
  return metadata.namespace ?? '';
}
