import {
  type ManagedClusterSetBinding,
  managedClusterSetBindingKind,
  managedClusterSetKind,
} from '../../kube/ocm/cluster.ts';
import type { Index, Snapshot } from '../control/controller.ts';
import type { Fleet } from './fleet.ts';

/** Bindings by namespace. */
export const bindingsInNamespace: Index<ManagedClusterSetBinding> = {
  name: 'set-bindings-in-namespace',
  kind: managedClusterSetBindingKind,
  keys: ({ metadata }) => [metadata.namespace ?? ''],
};

/** Bindings by their set: their name is that of the set. */
export const bindingsOfSet: Index<ManagedClusterSetBinding> = {
  name: 'set-bindings-of-set',
  kind: managedClusterSetBindingKind,
  keys: ({ metadata }) => [metadata.name],
};

/** Names of the sets a namespace may place on: bound to it by name, and existing (placement.md §5). */
export function boundSets(namespace: string, snapshot: Snapshot): readonly string[] {
  return snapshot
    .list(bindingsInNamespace, namespace)
    .map(({ metadata }) => metadata.name)
    .filter((name) => snapshot.get(managedClusterSetKind, '', name) !== undefined);
}

/**
 * Which clusters decisions made in a namespace may reach: those of the sets bound to it. Who may write decisions there
 * must not thereby reach other clusters; a cluster the hub does not know is in no set.
 */
export function reachOf(
  namespace: string,
  { snapshot, fleet }: { readonly snapshot: Snapshot; readonly fleet: Fleet },
): (cluster: string) => boolean {
  const bound = new Set(boundSets(namespace, snapshot));
  return (cluster) => fleet.facts(cluster)?.sets.some((set) => bound.has(set)) ?? false;
}

/**
 * Whether the hub can tell what a namespace is bound to. An API server that does not serve sets or bindings just now
 * says that there are none of them; that unbinds nobody.
 */
export function isReachKnown(namespace: string, snapshot: Snapshot): boolean {
  const any = [
    { ...managedClusterSetKind, namespace: '', name: 'default' },
    { ...managedClusterSetBindingKind, namespace, name: 'default' },
  ];
  return any
    .map((ref) => snapshot.look(ref))
    .every((seen) => {
      return seen.state === 'present' || (seen.state === 'absent' && seen.kindUnknown !== true);
    });
}
