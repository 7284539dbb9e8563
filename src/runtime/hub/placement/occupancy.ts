import { Occupancy } from '../../../engine/placement/occupancy.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { type PlacementDecision, placementDecisionKind } from '../../../kube/ocm/cluster.ts';
import type { Projection } from '../../control/controller.ts';

/** In how many decisions each cluster is, over all placements, kept up with what is stored: what Balance looks at. */
export const occupancyProjection: Projection<Occupancy> = {
  name: 'occupancy',
  kinds: [{ kind: placementDecisionKind }],
  create: () => new Occupancy(),
  change: (occupancy, before, now) => {
    for (const cluster of decidedBy(before)) occupancy.change(cluster, -1);
    for (const cluster of decidedBy(now)) occupancy.change(cluster, 1);
  },
};

/** The clusters a PlacementDecision names. */
export function decidedBy(decision: KubeObject | undefined): readonly string[] {
  const status = (decision as PlacementDecision | undefined)?.status;
  return (status?.decisions ?? []).map(({ clusterName }) => clusterName);
}
