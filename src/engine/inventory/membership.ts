import { compareText } from '../../base/json.ts';
import type { ManagedCluster, ManagedClusterSet } from '../../kube/ocm/cluster.ts';
import { clusterSetLabel } from '../../kube/ocm/cluster.ts';
import type { Requirement } from '../../kube/selector.ts';
import { compileSelector, labelOf, matchesLabels } from '../../kube/selector.ts';

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
    return { by: 'selector', requirements: [exclusiveTo(metadata.name)] };
  }
  if (type !== 'LabelSelector') {
    return { by: 'problem', message: `selectorType is not right: ${type}` };
  }
  if (!selector?.labelSelector) return { by: 'nothing' };
  const compiled = compileSelector(selector.labelSelector);
  if (!compiled.ok) return { by: 'problem', message: compiled.message };
  return { by: 'selector', requirements: compiled.requirements };
}

/** Tells the sets of clusters, in order of name: what sets say is read once for all clusters. */
export function setsOfClusters(
  sets: ReadonlyMap<string, Membership>,
): (cluster: ManagedCluster) => readonly string[] {
  // Sets that clusters name by their label are looked up, the others are asked one by one.
  const byLabel = new Map<string, readonly string[]>();
  const others: (readonly [string, Membership])[] = [];
  for (const [name, membership] of sets) {
    if (isExclusive(membership, name)) byLabel.set(name, [name]);
    else others.push([name, membership]);
  }
  return (cluster) => {
    const named = labelOf(cluster.metadata.labels, clusterSetLabel);
    const one = (named !== undefined && byLabel.get(named)) || inNone;
    if (others.length === 0) return one;
    const more = others.filter(([, membership]) => isMember(membership, cluster));
    if (more.length === 0) return one;
    return [...one, ...more.map(([name]) => name)].sort(compareText);
  };
}

const inNone: readonly string[] = [];

function isExclusive(membership: Membership, set: string): boolean {
  if (membership.by !== 'selector' || membership.requirements.length !== 1) return false;
  const [{ key, operator, values } = exclusiveTo('')] = membership.requirements;
  return key === clusterSetLabel && operator === 'In' && values.length === 1 && values[0] === set;
}

function exclusiveTo(set: string): Requirement {
  return { key: clusterSetLabel, operator: 'In', values: [set] };
}

/** Is the cluster in the set? */
export function isMember(membership: Membership, { metadata }: ManagedCluster): boolean {
  return membership.by === 'selector' && matchesLabels(membership.requirements, metadata.labels);
}
