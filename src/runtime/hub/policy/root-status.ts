import { compareText, type Json } from '../../../base/json.ts';
import type {
  Policy,
  PolicyClusterStatus,
  PolicyCompliance,
  PolicyPlacementStatus,
} from '../../../kube/ocm/policy.ts';
import type { Placing } from './bindings.ts';

/** The worst of several states; unknown (undefined) is worse than Compliant only (common_status_update.go:334). */
export function worst(
  states: readonly (PolicyCompliance | undefined)[],
): PolicyCompliance | undefined {
  if (states.includes('NonCompliant')) return 'NonCompliant';
  if (states.includes('Pending')) return 'Pending';
  return states.length > 0 && !states.includes(undefined) ? 'Compliant' : undefined;
}

/** The status of a root policy, as a merge patch: what there is nothing to say of is absent. */
export function rootStatus(
  root: Policy,
  placing: Placing,
  copies: ReadonlyMap<string, Policy>,
): Json {
  const { placements } = placing;
  const placement = placements.length === 0 ? null : placements.map((one) => ({ ...one }));
  if (root.spec?.disabled === true) {
    return { placement, status: null, compliant: null } as unknown as Json;
  }
  const status = [...placing.clusters]
    .map(([cluster, { bindings }]) => clusterStatus(cluster, bindings, { placements, copies }))
    .sort((a, b) => compareText(a.clustername ?? '', b.clustername ?? ''));
  const compliant = worst(status.map((of) => of.compliant)) ?? null;
  return {
    placement,
    status: status.length === 0 ? null : status,
    compliant,
  } as unknown as Json;
}

function clusterStatus(
  cluster: string,
  bindings: readonly string[],
  of: {
    readonly placements: readonly PolicyPlacementStatus[];
    readonly copies: ReadonlyMap<string, Policy>;
  },
): PolicyClusterStatus {
  const compliant = of.copies.get(cluster)?.status?.compliant;
  const remaining = remainingBindings(cluster, bindings, of.placements);
  return {
    clustername: cluster,
    clusternamespace: cluster,
    ...(compliant && { compliant }),
    ...(remaining.length > 0 && {
      remainingBindings: remaining.map((placementBinding) => ({ placementBinding })),
    }),
  };
}

/** The bindings that still place a policy on a cluster a set excludes (common.go:508). */
function remainingBindings(
  cluster: string,
  bindings: readonly string[],
  placements: readonly PolicyPlacementStatus[],
): readonly string[] {
  const excluding = new Set(
    placements
      .filter(({ exclusions }) => exclusions?.some(({ clusterName }) => clusterName === cluster))
      .map(({ placementBinding }) => placementBinding),
  );
  return excluding.size === 0 ? [] : bindings.filter((binding) => !excluding.has(binding));
}
