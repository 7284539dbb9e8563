import { compareText } from '../../../base/json.ts';
import { refOf } from '../../../kube/object.ts';
import {
  clusterSetLabel,
  type ManagedCluster,
  type ManagedClusterSet,
  managedClusterKind,
  managedClusterSetKind,
} from '../../../kube/ocm/cluster.ts';
import { compileSelector, labelOf, matchesLabels } from '../../../kube/selector.ts';
import {
  type Controller,
  done,
  type Index,
  indexed,
  type Outcome,
  watch,
} from '../../control/controller.ts';
import { ifVersion } from './cluster-patch.ts';

/** The few sets that want namespaces on their clusters, all under one key. */
const setsWithNamespaces: Index<ManagedClusterSet> = {
  name: 'registration/sets-with-namespaces',
  kind: managedClusterSetKind,
  keys: ({ spec }) => ((spec?.managedNamespaces?.length ?? 0) > 0 ? ['all'] : []),
};
/** Clusters by exclusive set, and those that got namespaces from a set. */
const clustersOfSet: Index<ManagedCluster> = {
  name: 'registration/clusters-of-set',
  kind: managedClusterKind,
  keys: ({ metadata, status }) => [
    ...new Set([
      'any',
      `in ${labelOf(metadata.labels, clusterSetLabel) ?? ''}`,
      ...(status?.managedNamespaces ?? []).map(({ clusterSet }) => `from ${clusterSet}`),
    ]),
  ],
};

/**
 * Tells each cluster which namespaces its sets want (ocm
 * pkg/registration/hub/managedcluster/managed_namespace_controller.go); its agent makes them.
 */
export const managedNamespacesController: Controller = {
  name: 'registration-namespaces',
  watches: [
    watch({ kind: managedClusterKind, keys: ({ metadata }) => [metadata.name] }),
    watch({
      kind: managedClusterSetKind,
      keys: (set: ManagedClusterSet, snapshot) => {
        const { name } = set.metadata;
        const wants = (set.spec?.managedNamespaces?.length ?? 0) > 0;
        const selects = set.spec?.clusterSelector?.selectorType === 'LabelSelector';
        const now = wants ? snapshot.list(clustersOfSet, selects ? 'any' : `in ${name}`) : [];
        const before = snapshot.list(clustersOfSet, `from ${name}`);
        return [...now, ...before].map(({ metadata }) => metadata.name);
      },
    }),
  ],
  indexes: [indexed(setsWithNamespaces), indexed(clustersOfSet)],
  reconcile: (name, snapshot): Outcome => {
    const cluster = snapshot.get(managedClusterKind, '', name);
    if (cluster === undefined || cluster.metadata.deletionTimestamp !== undefined) return done;
    const before = cluster.status?.managedNamespaces ?? [];
    const wanted = snapshot
      .list(setsWithNamespaces, 'all')
      .filter((set) => isMember(cluster, set))
      .flatMap(({ metadata, spec }) =>
        (spec?.managedNamespaces ?? []).map((of) => ({ clusterSet: metadata.name, name: of.name })),
      )
      .sort((a, b) => compareText(a.clusterSet, b.clusterSet) || compareText(a.name, b.name));
    if (wanted.length === 0 && before.length === 0) return done;
    // What the agent reported of a namespace stays with it.
    const managedNamespaces = wanted.map((of) => {
      const known = before.find(
        (each) => each.name === of.name && each.clusterSet === of.clusterSet,
      );
      const conditions = known?.conditions?.map((condition) => ({ ...condition }));
      return conditions === undefined ? of : { ...of, conditions };
    });
    const status = { managedNamespaces: managedNamespaces.length === 0 ? null : managedNamespaces };
    return { actions: [{ do: 'patchStatus', of: refOf(cluster), status, ...ifVersion(cluster) }] };
  },
};

function isMember(cluster: ManagedCluster, { metadata, spec }: ManagedClusterSet): boolean {
  if (metadata.deletionTimestamp !== undefined) return false;
  const { selectorType = 'ExclusiveClusterSetLabel', labelSelector } = spec?.clusterSelector ?? {};
  if (selectorType === 'ExclusiveClusterSetLabel') {
    return labelOf(cluster.metadata.labels, clusterSetLabel) === metadata.name;
  }
  const compiled = compileSelector(labelSelector ?? {});
  return compiled.ok && matchesLabels(compiled.requirements, cluster.metadata.labels);
}
