import { conditionOf, type KubeObject } from '../../../kube/object.ts';
import { type Placement, placementKind } from '../../../kube/ocm/cluster.ts';
import type { Projection } from '../../control/controller.ts';

/** How many placements there are by the reason of their PlacementSatisfied; `Unknown` where none has been given. */
export type PlacementTally = Map<string, number>;

/** Kept up for metrics. */
export const placementTally: Projection<PlacementTally> = {
  name: 'placement-tally',
  kinds: [{ kind: placementKind }],
  create: () => new Map(),
  change: (tally, before, now) => {
    count(tally, before, -1);
    count(tally, now, 1);
  },
};

function count(tally: PlacementTally, of: KubeObject | undefined, by: number): void {
  if (of === undefined) return;
  const condition = conditionOf((of as Placement).status?.conditions, 'PlacementSatisfied');
  const reason = condition?.reason ?? 'Unknown';
  const left = (tally.get(reason) ?? 0) + by;
  if (left === 0) tally.delete(reason);
  else tally.set(reason, left);
}
