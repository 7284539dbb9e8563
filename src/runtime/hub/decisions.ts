import { compareText } from '../../base/json.ts';
import type { LiveDecision } from '../../engine/placement/decisions.ts';
import { isSchedulingDisabled } from '../../ir/lift/placement.ts';
import {
  decisionGroupLabels,
  type Placement,
  type PlacementDecision,
  placementDecisionKind,
  placementLabel,
} from '../../kube/ocm/cluster.ts';
import type { Index, Snapshot } from '../control/controller.ts';

/** PlacementDecisions by `namespace/placement`. */
export const decisionsOfPlacement: Index<PlacementDecision> = {
  name: 'decisions-of-placement',
  kind: placementDecisionKind,
  keys: (decision) => {
    const placement = placementOf(decision);
    return placement === undefined ? [] : [placement];
  },
};

/** PlacementDecisions by the clusters in them. */
export const decisionsOfCluster: Index<PlacementDecision> = {
  name: 'decisions-of-cluster',
  kind: placementDecisionKind,
  keys: clustersIn,
};

/** The clusters a PlacementDecision names, each as often as it does; the same list until it is written again. */
export function clustersIn(decision: PlacementDecision): readonly string[] {
  const known = named.get(decision);
  if (known !== undefined) return known;
  const clusters = (decision.status?.decisions ?? []).map(({ clusterName }) => clusterName);
  named.set(decision, clusters);
  return clusters;
}

// What the cache holds is never changed in place, and a placement of a hundred thousand clusters asks again and again.
const named = new WeakMap<PlacementDecision, readonly string[]>();

/** `namespace/name` of the Placement a decision belongs to, by its label. */
export function placementOf({ metadata }: PlacementDecision): string | undefined {
  const name = metadata.labels?.[placementLabel];
  return name === undefined ? undefined : `${metadata.namespace ?? ''}/${name}`;
}

/** The clusters a Placement selected, each once, in order of name. */
export function selectedClusters(placement: string, snapshot: Snapshot): readonly string[] {
  return clustersOf(snapshot.list(decisionsOfPlacement, placement));
}

/** The clusters of decisions, each once, in order of name. */
export function clustersOf(decisions: readonly PlacementDecision[]): readonly string[] {
  return [...new Set(decisions.flatMap(clustersIn))].sort(compareText);
}

/**
 * Whether the decisions of a Placement are all there: one that is gone, undecided or in the middle of being written takes
 * nothing away from anybody.
 */
export function isWhole(
  placement: Placement | undefined,
  decisions: readonly PlacementDecision[],
): boolean {
  if (placement === undefined || decisions.length === 0) return false;
  const selected = placement.status?.numberOfSelectedClusters;
  // Who decides instead of a scheduler need not count.
  if (selected === undefined && isSchedulingDisabled(placement)) return true;
  return (selected ?? 0) === new Set(decisions.flatMap(clustersIn)).size;
}

/** The clusters a Placement selected; null while its decisions are not whole. */
export function wholeSelection(
  placement: Placement | undefined,
  decisions: readonly PlacementDecision[],
): readonly string[] | null {
  return isWhole(placement, decisions) ? clustersOf(decisions) : null;
}

/** One decision group of a Placement, its clusters in the order of its decisions. */
export interface DecidedGroup {
  readonly name: string;
  readonly index: number;
  readonly clusters: readonly string[];
}

/** The groups a Placement decided, by index; a label that is no number counts as group 0. */
export function decidedGroups(placement: string, snapshot: Snapshot): readonly DecidedGroup[] {
  const groups = new Map<number, { name: string; clusters: Set<string> }>();
  for (const decision of inOrder(placement, snapshot)) {
    const { metadata } = decision;
    const index = Number.parseInt(metadata.labels?.[decisionGroupLabels.index] ?? '0', 10) || 0;
    const name = metadata.labels?.[decisionGroupLabels.name] ?? '';
    const group = groups.get(index) ?? { name, clusters: new Set() };
    for (const cluster of clustersIn(decision)) group.clusters.add(cluster);
    groups.set(index, group);
  }
  return [...groups]
    .sort(([a], [b]) => a - b)
    .map(([index, { name, clusters }]) => ({ name, index, clusters: [...clusters] }));
}

/** The decisions of a Placement and the clusters they name, in order of their numbers. */
export function liveDecisions(placement: string, snapshot: Snapshot): readonly LiveDecision[] {
  return inOrder(placement, snapshot).map((decision) => ({
    name: decision.metadata.name,
    clusters: clustersIn(decision),
  }));
}

function inOrder(placement: string, snapshot: Snapshot): readonly PlacementDecision[] {
  const decisions = snapshot.list(decisionsOfPlacement, placement);
  return decisions.toSorted((a, b) => numberOf(a) - numberOf(b));
}

/** The number at the end of a decision's name: upstream counts them through all groups. */
function numberOf({ metadata }: PlacementDecision): number {
  return Number.parseInt(metadata.name.slice(metadata.name.lastIndexOf('-') + 1), 10) || 0;
}
