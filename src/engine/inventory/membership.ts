import type { ManagedCluster, ManagedClusterSet } from '../../kube/ocm/cluster.ts';
import { clusterSetLabel } from '../../kube/ocm/cluster.ts';
import type { Requirement } from '../../kube/selector.ts';
import { compileSelector, matchesLabels } from '../../kube/selector.ts';

/** How clusters come to be in a set. */
export type Membership =
  | { readonly by: 'selector'; readonly requirements: readonly Requirement[] }
  /** A set of type LabelSelector without a selector has no member. */
  | { readonly by: 'nothing' }
  /** The set cannot be resolved; the message is upstream's (sdk-go v1beta2 `BuildClusterSelector`). */
  | { readonly by: 'problem'; readonly message: string };

/** Reads the selector of a set: exclusive by label, or by any labels. `{}` selects every cluster. */
export function membershipOf({ metadata, spec }: ManagedClusterSet): Membership {
  const selector = spec?.clusterSelector;
  const type: string = selector?.selectorType ?? '';
  if (type === '' || type === 'ExclusiveClusterSetLabel') {
    const exclusive = { key: clusterSetLabel, operator: 'In', values: [metadata.name] } as const;
    return { by: 'selector', requirements: [exclusive] };
  }
  if (type !== 'LabelSelector') {
    return { by: 'problem', message: `selectorType is not right: ${type}` };
  }
  if (!selector?.labelSelector) return { by: 'nothing' };
  const compiled = compileSelector(selector.labelSelector);
  if (!compiled.ok) return { by: 'problem', message: compiled.message };
  return { by: 'selector', requirements: compiled.requirements };
}

/** Is the cluster in the set? */
export function isMember(membership: Membership, { metadata }: ManagedCluster): boolean {
  return membership.by === 'selector' && matchesLabels(membership.requirements, metadata.labels);
}
