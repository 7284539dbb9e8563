import { compareText, type Json } from '../../../base/json.ts';
import { keyOf, parseKey, refOf } from '../../../kube/object.ts';
import { type PlacementDecision, placementDecisionKind } from '../../../kube/ocm/cluster.ts';
import {
  type PlacementBinding,
  type Policy,
  type PolicyCompliance,
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
  type Snapshot,
  watch,
} from '../../control/controller.ts';
import { decisionsOfPlacement, placementOf, selectedClusters } from '../decisions.ts';
import {
  bindingsOfPlacement,
  bindingsOfSubject,
  exclusionsOf,
  placementNameOf,
  setsOfPolicy,
  subjectKey,
} from './bindings.ts';

/** Sums up the policies of a set on the clusters the set's own bindings select (policy.md §2.4). */
export function sumUpPolicySets(): Controller {
  return {
    name: 'policy-set',
    watches: [
      watch({ kind: policySetKind, keys: (set: PolicySet) => [keyOf(set)] }),
      watch({
        kind: policyKind,
        keys: (policy: Policy, snapshot) => snapshot.list(setsOfPolicy, keyOf(policy)).map(keyOf),
      }),
      watch({ kind: placementBindingKind, keys: (binding: PlacementBinding) => setsOf(binding) }),
      watch({
        kind: placementDecisionKind,
        keys: (decision: PlacementDecision, snapshot) => {
          const placement = placementOf(decision);
          if (placement === undefined) return [];
          return snapshot.list(bindingsOfPlacement, placement).flatMap(setsOf);
        },
      }),
    ],
    indexes: [
      setsOfPolicy,
      bindingsOfSubject,
      bindingsOfPlacement,
      decisionsOfPlacement,
    ] as unknown as readonly Index[],
    reconcile: (key, snapshot) => {
      const { namespace, name } = parseKey(key);
      const set = snapshot.get(policySetKind, namespace, name);
      if (set === undefined || set.metadata.deletionTimestamp !== undefined) return done;
      return { actions: sumUp(set, snapshot) };
    },
  };
}

function setsOf({ metadata, subjects }: PlacementBinding): readonly string[] {
  return (Array.isArray(subjects) ? subjects : [])
    .filter(({ kind }) => kind === 'PolicySet')
    .map(({ name }) => `${metadata.namespace ?? ''}/${name}`);
}

type Standing = PolicyCompliance | 'disabled' | 'missing' | 'unknown';

function sumUp(set: PolicySet, snapshot: Snapshot): readonly Action[] {
  const about = refOf(set);
  const names = set.spec?.policies ?? [];
  const bindings = snapshot
    .list(
      bindingsOfSubject,
      subjectKey(set.metadata.namespace ?? '', 'PolicySet', set.metadata.name),
    )
    .filter((binding) => placementNameOf(binding) !== undefined);
  const standings = names.map(
    (name) => [name, standingOf(name, { set, bindings, snapshot })] as const,
  );
  const missing = standings.filter(([, standing]) => standing === 'missing');
  const status = names.length === 0 ? nothing : statusOf(set, standings, bindings);
  return [
    ...missing.map(([name]) => notFound(set, name)),
    { do: 'patchStatus', of: about, status: status as unknown as Json, independent: true },
  ];
}

const nothing = { compliant: null, statusMessage: null, placement: null, exclusions: null };

function notFound(set: PolicySet, policy: string): Action {
  const { name, namespace = '' } = set.metadata;
  return {
    do: 'record',
    about: refOf(set),
    type: 'Warning',
    reason: 'PolicyNotFound',
    message: `Policy ${policy} is in PolicySet ${name} but could not be found in namespace ${namespace}`,
    independent: true,
  };
}

function standingOf(
  name: string,
  of: {
    readonly set: PolicySet;
    readonly bindings: readonly PlacementBinding[];
    readonly snapshot: Snapshot;
  },
): Standing {
  const namespace = of.set.metadata.namespace ?? '';
  const policy = of.snapshot.get(policyKind, namespace, name);
  if (policy === undefined) return 'missing';
  if (policy.spec?.disabled === true) return 'disabled';
  const excluded = new Set(exclusionsOf(of.set, name));
  const clusters = new Set(
    of.bindings
      .flatMap((binding) =>
        selectedClusters(`${namespace}/${placementNameOf(binding) ?? ''}`, of.snapshot),
      )
      .filter((cluster) => !excluded.has(cluster)),
  );
  const states = (policy.status?.status ?? [])
    .filter(({ clustername }) => clusters.has(clustername ?? ''))
    .flatMap(({ compliant }) => compliant ?? []);
  if (states.includes('NonCompliant')) return 'NonCompliant';
  if (states.includes('Pending')) return 'Pending';
  return states.length > 0 ? 'Compliant' : 'unknown';
}

function statusOf(
  set: PolicySet,
  standings: readonly (readonly [string, Standing])[],
  bindings: readonly PlacementBinding[],
) {
  const named = (standing: Standing): readonly string[] =>
    standings.flatMap(([name, of]) => (of === standing ? [name] : []));
  const exclusions = (set.spec?.exclusions ?? []).map(({ policyName, clusterNames }) => ({
    policyName,
    clusters: [...clusterNames].sort(compareText),
  }));
  const parts: readonly (readonly [string, readonly string[]])[] = [
    ['Policies awaiting pending dependencies', named('Pending')],
    ['Disabled policies', named('disabled')],
    ['No status provided while awaiting policy status', named('unknown')],
    ['Deleted policies', named('missing')],
  ];
  const said = parts.flatMap(([text, names]) =>
    names.length > 0 ? [`${text}: ${names.join(', ')}`] : [],
  );
  const messages = [
    ...(said.length > 0 ? said : ['All policies are reporting status']),
    ...(exclusions.length > 0
      ? ['One or more policies were excluded. For details, see status.exclusions.']
      : []),
  ];
  const placement = bindings.map((binding) => ({
    placementBinding: binding.metadata.name,
    placement: placementNameOf(binding) ?? '',
  }));
  return {
    compliant: compliantOf(standings.map(([, standing]) => standing)),
    statusMessage: messages.join('; '),
    placement: placement.length > 0 ? placement : null,
    exclusions: exclusions.length > 0 ? exclusions : null,
  };
}

/** Shown only when no member is unknown and one at least has a state. */
function compliantOf(standings: readonly Standing[]): PolicyCompliance | null {
  if (standings.includes('unknown')) return null;
  if (standings.includes('NonCompliant')) return 'NonCompliant';
  if (standings.includes('Pending')) return 'Pending';
  return standings.includes('Compliant') ? 'Compliant' : null;
}
