import { compareText } from '../../../base/json.ts';
import type { ClusterClaim, ManagedClusterClaim } from '../../../kube/ocm/cluster.ts';
import { spokeOnlyLabel } from '../../../kube/ocm/registration.ts';

/** Claims that always reach the hub (api cluster/v1alpha1/types.go). */
const reservedNames = [
  'id.k8s.io',
  'kubeversion.open-cluster-management.io',
  'platform.open-cluster-management.io',
  'product.open-cluster-management.io',
];

export interface ClaimOptions {
  /** How many claims that are not reserved reach the hub; 20 where absent. */
  readonly maxCustomClaims?: number;
  /** Claims whose names end like this are reserved too. */
  readonly reservedSuffixes?: readonly string[];
}

export interface ShownClaims {
  readonly claims: readonly ManagedClusterClaim[];
  /** How many custom claims there are, and how many of them do not reach the hub. */
  readonly custom: number;
  readonly hidden: number;
}

/** The claims the hub sees (ocm pkg/registration/spoke/managedcluster/claim_reconcile.go): reserved ones, then the first custom ones. */
export function showClaims(
  objects: readonly ClusterClaim[],
  { maxCustomClaims = 20, reservedSuffixes = [] }: ClaimOptions,
): ShownClaims {
  const claims = objects
    .filter(({ metadata }) => !Object.hasOwn(metadata.labels ?? {}, spokeOnlyLabel))
    .map(({ metadata, spec }) => ({ name: metadata.name, value: spec?.value ?? '' }))
    .sort((a, b) => compareText(a.name, b.name));
  const isReserved = ({ name }: { readonly name: string }): boolean =>
    reservedNames.includes(name) || reservedSuffixes.some((suffix) => name.endsWith(suffix));
  const custom = claims.filter((claim) => !isReserved(claim));
  const shown = custom.slice(0, maxCustomClaims);
  return {
    claims: [...claims.filter(isReserved), ...shown],
    custom: custom.length,
    hidden: custom.length - shown.length,
  };
}
