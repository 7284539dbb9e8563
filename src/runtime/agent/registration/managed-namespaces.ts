import type { Instant } from '../../../base/instant.ts';
import { setCondition } from '../../../kube/conditions.ts';
import { namespaceKind } from '../../../kube/core.ts';
import type { KubeObject, Ref } from '../../../kube/object.ts';
import type { ManagedCluster } from '../../../kube/ocm/cluster.ts';
import { type Action, everyOf, type Snapshot, watch } from '../../control/controller.ts';

const managed = everyOf(namespaceKind, 'cluster');
const fieldManager = 'ocm-registration-agent';

/** The label of namespaces that a hub's sets want; upstream never deletes one, it only takes the label to `false`. */
export function managedLabel(hubHash: string): string {
  return `clusterset.open-cluster-management.io/${hubHash.slice(0, 63)}`;
}

/** Namespaces that carry the label of this hub. */
export function namespaceWatch(hubHash: string, clusterName: string) {
  return watch({
    kind: namespaceKind,
    at: 'cluster',
    labelSelector: managedLabel(hubHash),
    keys: () => [clusterName],
  });
}

/** Makes the namespaces the sets want, lets go of others, and reports on each (managed_namespace_reconcile.go). */
export function namespaceParts(
  cluster: ManagedCluster,
  {
    snapshot,
    now,
    hubHash,
  }: { readonly snapshot: Snapshot; readonly now: Instant; readonly hubHash: string },
) {
  const deleting = cluster.metadata.deletionTimestamp !== undefined;
  const wanted = deleting ? [] : (cluster.status?.managedNamespaces ?? []);
  const names = new Set(wanted.map(({ name }) => name));
  const label = managedLabel(hubHash);
  const dropped = snapshot
    .list(managed, '')
    .filter(({ metadata }) => metadata.labels?.[label] === 'true' && !names.has(metadata.name))
    .map(({ metadata }) => metadata.name);
  const before = [
    ...[...names].map((name) => labelled(name, label, 'true')),
    ...dropped.map((name) => labelled(name, label, 'false')),
  ];
  if (wanted.length === 0) return { before };
  const managedNamespaces = wanted.map((of) => {
    const failure = snapshot.attempt(namespaceRef(of.name), 'cluster')?.failure ?? null;
    const condition =
      failure === null
        ? ({ type, status: 'True', reason: 'NamespaceApplied', message: applied } as const)
        : ({
            type,
            status: 'False',
            reason: 'NamespaceApplyFailed',
            message: `Failed to apply namespace: failed to apply namespace "${of.name}": ${failure.message}`,
          } as const);
    const conditions = setCondition(of.conditions, condition, now).map((each) => ({ ...each }));
    return { clusterSet: of.clusterSet, name: of.name, conditions };
  });
  return { before, status: { managedNamespaces } };
}

const type = 'NamespaceAvailable';
const applied = 'Namespace successfully applied and managed';

function labelled(name: string, label: string, value: 'true' | 'false'): Action {
  const object: KubeObject = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { [label]: value } },
  };
  return { do: 'apply', object, fieldManager, force: true, at: 'cluster', independent: true };
}

function namespaceRef(name: string): Ref {
  return { group: '', version: 'v1', kind: 'Namespace', namespace: '', name };
}
