import type { KubeObject } from '../../../kube/object.ts';
import { type PlacementDecision, placementDecisionKind } from '../../../kube/ocm/cluster.ts';
import type { Projection } from '../../control/controller.ts';

/** In how many decisions each cluster is, over all placements: what Balance looks at. */
export class DecisionTally {
  readonly #counts = new Map<string, number>();

  /** Without the decisions of one placement; the tally itself where there are none to leave out. */
  without(own: readonly PlacementDecision[]): ReadonlyMap<string, number> {
    if (own.length === 0) return this.#counts;
    const others = new Map(this.#counts);
    for (const decision of own)
      for (const cluster of clustersOf(decision)) add(others, cluster, -1);
    return others;
  }

  change(before: KubeObject | undefined, now: KubeObject | undefined): void {
    for (const cluster of clustersOf(before)) add(this.#counts, cluster, -1);
    for (const cluster of clustersOf(now)) add(this.#counts, cluster, 1);
  }
}

function clustersOf(decision: KubeObject | undefined): readonly string[] {
  const status = (decision as PlacementDecision | undefined)?.status;
  return (status?.decisions ?? []).map(({ clusterName }) => clusterName);
}

function add(counts: Map<string, number>, cluster: string, by: number): void {
  const count = (counts.get(cluster) ?? 0) + by;
  if (count > 0) counts.set(cluster, count);
  else counts.delete(cluster);
}

/** The tally as the placement controller sees it. */
export const tallyProjection: Projection<DecisionTally> = {
  name: 'decision-tally',
  kinds: [{ kind: placementDecisionKind }],
  create: () => new DecisionTally(),
  change: (tally, before, now) => tally.change(before, now),
};
