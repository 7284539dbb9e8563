import { compareText } from '../../../base/json.ts';
import { clusterGroup } from '../../../kube/ocm/cluster.ts';
import {
  type PlacementBinding,
  type Policy,
  type PolicyPlacementStatus,
  type PolicySet,
  placementBindingKind,
  policyGroup,
  policySetKind,
} from '../../../kube/ocm/policy.ts';
import type { Index, Snapshot } from '../../control/controller.ts';
import { reachOf } from '../bound-sets.ts';
import { selectedClusters } from '../decisions.ts';
import { fleetProjection } from '../fleet.ts';

/** Bindings by `namespace/Policy/name` and `namespace/PolicySet/name` of their subjects. */
export const bindingsOfSubject: Index<PlacementBinding> = {
  name: 'bindings-of-subject',
  kind: placementBindingKind,
  keys: ({ metadata, subjects }) => [
    ...new Set(
      (Array.isArray(subjects) ? subjects : [])
        .filter(({ apiGroup }) => apiGroup === policyGroup)
        .map(({ kind, name }) => subjectKey(metadata.namespace ?? '', kind, name)),
    ),
  ],
};

/** Bindings by `namespace/placement`. */
export const bindingsOfPlacement: Index<PlacementBinding> = {
  name: 'bindings-of-placement',
  kind: placementBindingKind,
  keys: (binding) => {
    const placement = placementNameOf(binding);
    return placement === undefined ? [] : [`${binding.metadata.namespace ?? ''}/${placement}`];
  },
};

/** Bindings by namespace. */
export const bindingsInNamespace: Index<PlacementBinding> = {
  name: 'placement-bindings-in-namespace',
  kind: placementBindingKind,
  keys: ({ metadata }) => [metadata.namespace ?? ''],
};

/** Sets by `namespace/policy` of their members. */
export const setsOfPolicy: Index<PolicySet> = {
  name: 'sets-of-policy',
  kind: policySetKind,
  keys: ({ metadata, spec }) => [
    ...new Set((spec?.policies ?? []).map((name) => `${metadata.namespace ?? ''}/${name}`)),
  ],
};

/** Key of a subject in `bindingsOfSubject`. */
export function subjectKey(namespace: string, kind: string, name: string): string {
  return `${namespace}/${kind}/${name}`;
}

/** Placements only: PlacementRules were removed from OCM. */
export function placementNameOf({ placementRef }: PlacementBinding): string | undefined {
  if (placementRef?.kind !== 'Placement' || placementRef.apiGroup !== clusterGroup)
    return undefined;
  return placementRef.name;
}

/** Keys of the policies a binding is about, directly and through sets. */
export function policiesOfBinding(
  { metadata, subjects }: PlacementBinding,
  snapshot: Snapshot,
): readonly string[] {
  const namespace = metadata.namespace ?? '';
  return (Array.isArray(subjects) ? subjects : []).flatMap(({ kind, name }) => {
    if (kind === 'Policy') return [`${namespace}/${name}`];
    const members = snapshot.get(policySetKind, namespace, name)?.spec?.policies ?? [];
    return members.map((member) => `${namespace}/${member}`);
  });
}

/** Where a policy is placed. */
export interface Placing {
  /** Clusters that get a copy, by name, each with the bindings that place it and whether one of them makes it enforce. */
  readonly clusters: ReadonlyMap<string, ClusterPlacing>;
  /** What the root's status says of its bindings. */
  readonly placements: readonly PolicyPlacementStatus[];
}
export interface ClusterPlacing {
  readonly bindings: readonly string[];
  /** The override as the binding spells it; null: none. */
  readonly enforce: 'Enforce' | 'enforce' | null;
}

interface Reached {
  readonly binding: PlacementBinding;
  readonly clusters: readonly string[];
  readonly placements: readonly PolicyPlacementStatus[];
}

/**
 * Which clusters a root policy goes to: those of unrestricted bindings; a restricted binding only changes what its
 * clusters do (policy.md §2.3). Upstream lists restricted clusters in the root's status although they get no copy.
 * Copies are written with the hub's rights, so that decisions count for clusters bound to the namespace only.
 */
export function placingOf(root: Policy, snapshot: Snapshot): Placing {
  const fleet = snapshot.projection(fleetProjection);
  const isInReach = reachOf(root.metadata.namespace ?? '', { snapshot, fleet });
  const reached = bindingsOf(root, snapshot).map((binding) => {
    const of = reach(root, binding, snapshot);
    return { ...of, clusters: of.clusters.filter(isInReach) };
  });
  const open = reached.filter(({ binding }) => binding.subFilter !== 'restricted');
  const clusters = new Map<string, { bindings: string[]; enforce: ClusterPlacing['enforce'] }>();
  for (const one of open) {
    for (const cluster of one.clusters) {
      const placing = clusters.get(cluster) ?? { bindings: [], enforce: null };
      placing.bindings.push(one.binding.metadata.name);
      placing.enforce ??= overrideOf(one.binding);
      clusters.set(cluster, placing);
    }
  }
  const narrowing = reached.filter(
    (one) => !open.includes(one) && one.clusters.some((cluster) => clusters.has(cluster)),
  );
  for (const one of narrowing) {
    for (const cluster of one.clusters) {
      const placing = clusters.get(cluster);
      if (placing === undefined) continue;
      placing.bindings.push(one.binding.metadata.name);
      placing.enforce ??= overrideOf(one.binding);
    }
  }
  for (const placing of clusters.values()) placing.bindings.sort(compareText);
  const placements = [...open, ...narrowing].flatMap((one) => one.placements);
  return { clusters, placements: placements.toSorted((a, b) => compareText(order(a), order(b))) };
}

function overrideOf({ bindingOverrides }: PlacementBinding): ClusterPlacing['enforce'] {
  return bindingOverrides?.remediationAction ?? null;
}

function order(of: PolicyPlacementStatus): string {
  const { placementBinding = '', placement = '', policySet = '' } = of;
  return `${placementBinding} ${placement}  ${policySet}`;
}

function bindingsOf(root: Policy, snapshot: Snapshot): readonly PlacementBinding[] {
  const namespace = root.metadata.namespace ?? '';
  const { name } = root.metadata;
  const sets = snapshot.list(setsOfPolicy, `${namespace}/${name}`);
  const keys = [
    subjectKey(namespace, 'Policy', name),
    ...sets.map((set) => subjectKey(namespace, 'PolicySet', set.metadata.name)),
  ];
  const found = keys.flatMap((key) => snapshot.list(bindingsOfSubject, key));
  const byName = new Map(found.map((binding) => [binding.metadata.name, binding]));
  return [...byName.values()].sort((a, b) => compareText(a.metadata.name, b.metadata.name));
}

/** The clusters one binding takes a policy to. An exclusion of one of its sets wins over its other subjects. */
function reach(root: Policy, binding: PlacementBinding, snapshot: Snapshot): Reached {
  const placement = placementNameOf(binding);
  const namespace = root.metadata.namespace ?? '';
  if (placement === undefined) return { binding, clusters: [], placements: [] };
  const placements: PolicyPlacementStatus[] = [];
  const excluded = new Set<string>();
  const base = { placementBinding: binding.metadata.name, placement };
  for (const { kind, name } of uniqueSubjects(binding)) {
    if (kind === 'Policy') {
      if (name === root.metadata.name) placements.push(base);
      continue;
    }
    const set = snapshot.get(policySetKind, namespace, name);
    if (!set?.spec?.policies?.includes(root.metadata.name)) continue;
    const exclusions = exclusionsOf(set, root.metadata.name);
    for (const cluster of exclusions) excluded.add(cluster);
    placements.push({
      ...base,
      policySet: name,
      ...(exclusions.length > 0 && {
        exclusions: exclusions.map((clusterName) => ({ clusterName })),
      }),
    });
  }
  const selected =
    placements.length === 0 || root.spec?.disabled === true
      ? []
      : selectedClusters(`${namespace}/${placement}`, snapshot);
  return { binding, placements, clusters: selected.filter((cluster) => !excluded.has(cluster)) };
}

function uniqueSubjects({ subjects }: PlacementBinding): PlacementBinding['subjects'] {
  const ours = subjects.filter(({ apiGroup }) => apiGroup === policyGroup);
  return [...new Map(ours.map((subject) => [`${subject.kind}/${subject.name}`, subject])).values()];
}

/** Clusters a set leaves out for one of its policies, sorted. */
export function exclusionsOf({ spec }: PolicySet, policy: string): readonly string[] {
  const exclusions = (spec?.exclusions ?? []).filter(({ policyName }) => policyName === policy);
  return [...new Set(exclusions.flatMap(({ clusterNames }) => clusterNames))].sort(compareText);
}
