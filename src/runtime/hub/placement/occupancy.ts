import { Occupancy } from '../../../engine/placement/occupancy.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { type PlacementDecision, placementDecisionKind } from '../../../kube/ocm/cluster.ts';
import type { Projection } from '../../control/controller.ts';
import { clustersIn } from '../decisions.ts';

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

function decidedBy(decision: KubeObject | undefined): readonly string[] {
  return decision === undefined ? [] : clustersIn(decision as PlacementDecision);
}
