import { jsonEqual } from '../../../base/json.ts';
import { keyOf, parseKey, type Ref, refOf } from '../../../kube/object.ts';
import {
  type ManagedCluster,
  type ManagedClusterSet,
  type ManagedClusterSetBinding,
  managedClusterKind,
  managedClusterSetBindingKind,
  managedClusterSetKind,
  type PlacementDecision,
  placementDecisionKind,
} from '../../../kube/ocm/cluster.ts';
import {
  type PlacementBinding,
  type Policy,
  type PolicySet,
  placementBindingKind,
  policyKind,
  policySetKind,
} from '../../../kube/ocm/policy.ts';
import {
  type Action,
  type Controller,
  done,
  type Index,
  type Outcome,
  type Projection,
  type Snapshot,
  watch,
} from '../../control/controller.ts';
import {
  bindingsOfSet,
  isReachKnown,
  reachOf,
  bindingsInNamespace as setBindingsInNamespace,
} from '../bound-sets.ts';
import { decisionsOfCluster, decisionsOfPlacement, placementOf } from '../decisions.ts';
import { fleetKinds, fleetProjection } from '../fleet.ts';
import {
  bindingsInNamespace,
  bindingsOfPlacement,
  bindingsOfSubject,
  placingOf,
  policiesOfBinding,
  setsOfPolicy,
} from './bindings.ts';
import {
  copiesOfRoot,
  copyFor,
  copyName,
  hasHubTemplate,
  rootOf,
  setsInDependencies,
} from './copies.ts';
import { rootStatus } from './root-status.ts';

/** Field manager of copies of policies. */
export const policyFieldManager = 'ocm-policy-propagator';

const copiesInNamespace: Index<Policy> = {
  name: 'policy-copies-in-namespace',
  kind: policyKind,
  keys: (policy) => (rootOf(policy) === undefined ? [] : [policy.metadata.namespace ?? '']),
};

/**
 * Copies root policies into the namespaces of the clusters they are placed on, and sums up what the copies report:
 * one key, one root (policy.md §2.2, §2.3).
 */
export function propagatePolicies(): Controller {
  return {
    name: 'policy-propagation',
    watches: [
      watch({ kind: policyKind, keys: (policy: Policy) => [rootOf(policy) ?? keyOf(policy)] }),
      watch({
        kind: placementBindingKind,
        keys: (binding: PlacementBinding, snapshot) => policiesOfBinding(binding, snapshot),
      }),
      watch({
        kind: policySetKind,
        keys: ({ metadata, spec }: PolicySet) =>
          (spec?.policies ?? []).map((name) => `${metadata.namespace ?? ''}/${name}`),
      }),
      watch({
        kind: placementDecisionKind,
        keys: (decision: PlacementDecision, snapshot) => policiesOfDecision(decision, snapshot),
      }),
      watch({ kind: managedClusterKind, keys: keysOfCluster }),
      watch({
        kind: managedClusterSetBindingKind,
        keys: ({ metadata }: ManagedClusterSetBinding, snapshot) =>
          policiesIn(metadata.namespace ?? '', snapshot),
      }),
      watch({
        kind: managedClusterSetKind,
        keys: ({ metadata }: ManagedClusterSet, snapshot) =>
          snapshot
            .list(bindingsOfSet, metadata.name)
            .flatMap((binding) => policiesIn(binding.metadata.namespace ?? '', snapshot)),
      }),
      ...fleetKinds
        .filter(
          ({ kind }) => kind !== managedClusterKind.kind && kind !== managedClusterSetKind.kind,
        )
        .map((kind) => watch({ kind, keys: () => [] })),
    ],
    indexes: [
      bindingsInNamespace,
      bindingsOfSet,
      setBindingsInNamespace,
      decisionsOfCluster,
      bindingsOfSubject,
      bindingsOfPlacement,
      setsOfPolicy,
      copiesOfRoot,
      copiesInNamespace,
      decisionsOfPlacement,
    ] as unknown as readonly Index[],
    projections: [fleetProjection] as readonly Projection<unknown>[],
    reconcile: (key, snapshot) => propagate(key, snapshot),
  };
}

function policiesOfDecision(decision: PlacementDecision, snapshot: Snapshot): readonly string[] {
  const placement = placementOf(decision);
  if (placement === undefined) return [];
  const bindings = snapshot.list(bindingsOfPlacement, placement);
  return bindings.flatMap((binding) => policiesOfBinding(binding, snapshot));
}

function policiesIn(namespace: string, snapshot: Snapshot): readonly string[] {
  const bindings = snapshot.list(bindingsInNamespace, namespace);
  return bindings.flatMap((binding) => policiesOfBinding(binding, snapshot));
}

/**
 * A namespace is a cluster's only while there is the cluster, and decisions reach it only while it is bound: the
 * policies whose copy is there and should not be, or the other way round. Most changes of a cluster concern none.
 */
function keysOfCluster({ metadata }: ManagedCluster, snapshot: Snapshot): readonly string[] {
  const fleet = snapshot.projection(fleetProjection);
  const copied = new Set(
    snapshot.list(copiesInNamespace, metadata.name).flatMap((copy) => rootOf(copy) ?? []),
  );
  const placed = new Set(
    snapshot
      .list(decisionsOfCluster, metadata.name)
      .filter(({ metadata: { namespace = '' } }) =>
        reachOf(namespace, { snapshot, fleet })(metadata.name),
      )
      .flatMap((decision) => policiesOfDecision(decision, snapshot)),
  );
  return [...copied.symmetricDifference(placed)];
}

function propagate(key: string, snapshot: Snapshot): Outcome {
  const { namespace, name } = parseKey(key);
  const root = snapshot.get(policyKind, namespace, name);
  const known = snapshot.list(copiesOfRoot, key);
  if (root === undefined || root.metadata.deletionTimestamp !== undefined) {
    return { actions: removals(known, snapshot) };
  }
  if (rootOf(root) !== undefined) return done;
  const placing = placingOf(root, snapshot);
  const copies = new Map(
    known
      .filter(({ metadata }) => metadata.name === copyName(root))
      .map((copy) => [copy.metadata.namespace ?? '', copy]),
  );
  const about = refOf(root);
  const unresolved = hasHubTemplate(root) && placing.clusters.size > 0;
  const writes = unresolved
    ? [notResolved(root, about)]
    : [...placing.clusters].flatMap(([cluster, of]) =>
        writeCopy(root, { cluster, placing: of, snapshot, about, copy: copies.get(cluster) }),
      );
  const gone = known.filter(
    (copy) =>
      !placing.clusters.has(copy.metadata.namespace ?? '') || copy.metadata.name !== copyName(root),
  );
  const status = rootStatus(root, placing, copies);
  const disabled: readonly Action[] =
    root.spec?.disabled === true && gone.length > 0
      ? [propagated(about, root, 'was disabled')]
      : [];
  return {
    actions: [
      ...writes,
      ...(isReachKnown(namespace, snapshot) ? removals(gone, snapshot) : []),
      ...disabled,
      { do: 'patchStatus', of: about, status, independent: true },
    ],
    alsoWatch: setsInDependencies(root).map((ref) => ({ ref })),
  };
}

interface CopyInput {
  readonly cluster: string;
  readonly placing: Parameters<typeof copyFor>[2]['placing'];
  readonly snapshot: Snapshot;
  readonly about: Ref;
  readonly copy: Policy | undefined;
}

function writeCopy(root: Policy, input: CopyInput): readonly Action[] {
  const { cluster, about, copy } = input;
  const wanted = copyFor(root, cluster, input);
  return [
    {
      do: 'apply',
      object: wanted,
      fieldManager: policyFieldManager,
      force: true,
      independent: true,
    },
    ...told(copy, wanted).map((what) => propagated(about, root, `${what} cluster ${cluster}`)),
  ];
}

function told(copy: Policy | undefined, wanted: Policy): readonly string[] {
  if (copy === undefined) return ['was propagated to'];
  const same =
    jsonEqual(copy.spec, wanted.spec) && jsonEqual(copy.metadata.labels, wanted.metadata.labels);
  return same ? [] : ['was updated for'];
}

function propagated(about: Ref, { metadata }: Policy, what: string): Action {
  const message = `Policy ${metadata.namespace ?? ''}/${metadata.name} ${what}`;
  return { do: 'record', about, reason: 'PolicyPropagation', message, independent: true };
}

function notResolved(root: Policy, about: Ref): Action {
  return {
    do: 'record',
    about,
    type: 'Warning',
    reason: 'PolicyPropagation',
    message: `Policy ${keyOf(root)} was not propagated: it has hub templates, which this hub does not resolve yet`,
    independent: true,
  };
}

/**
 * Copies outside of cluster namespaces are somebody else's: a hub of hubs, or a hosted cluster (policy.md §2.2); unless
 * we made them, when the cluster was still there.
 */
function removals(copies: readonly Policy[], snapshot: Snapshot): readonly Action[] {
  return copies
    .filter((copy) => isMadeHere(copy) || isInClusterNamespace(copy, snapshot))
    .map((copy) => ({
      do: 'delete',
      of: refOf(copy),
      ...(copy.metadata.uid !== undefined && { ifUid: copy.metadata.uid }),
      independent: true,
    }));
}

function isInClusterNamespace({ metadata }: Policy, snapshot: Snapshot): boolean {
  return snapshot.get(managedClusterKind, '', metadata.namespace ?? '') !== undefined;
}

function isMadeHere({ metadata }: Policy): boolean {
  return metadata.managedFields?.some(({ manager }) => manager === policyFieldManager) ?? false;
}
