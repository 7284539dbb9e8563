import { Occupancy } from '../../../engine/placement/occupancy.ts';
import type { Compat } from '../../../engine/predicate/scope.ts';
import type { KubeObject } from '../../../kube/object.ts';
import {
  type PlacementDecision,
  placementDecisionKind,
  placementKind,
} from '../../../kube/ocm/cluster.ts';
import type { Projection } from '../../control/controller.ts';

/** In how many decisions each cluster is, kept up with what is stored: what Balance looks at. */
function occupancyOf(
  name: string,
  counts: (decision: KubeObject) => boolean,
): Projection<Occupancy> {
  const clustersOf = (decision: KubeObject | undefined) =>
    decision !== undefined && counts(decision) ? decidedBy(decision) : [];
  return {
    name,
    kinds: [{ kind: placementDecisionKind }],
    create: () => new Occupancy(),
    change: (occupancy, before, now) => {
      for (const cluster of clustersOf(before)) occupancy.change(cluster, -1);
      for (const cluster of clustersOf(now)) occupancy.change(cluster, 1);
    },
  };
}

const ofPlacements = occupancyOf('occupancy', isOfPlacement);
const ofAnybody = occupancyOf('occupancy-of-anybody', () => true);

/** Over all placements; upstream also counts decisions that somebody wrote by hand, or whose placement is gone. */
export function occupancyFor(compat: Compat): Projection<Occupancy> {
  return compat === 'upstream' ? ofAnybody : ofPlacements;
}

/** What of some decisions `occupancyFor` counts. */
export function countedIn(
  decisions: readonly PlacementDecision[],
  compat: Compat,
): readonly string[] {
  const counted = compat === 'upstream' ? decisions : decisions.filter(isOfPlacement);
  return counted.flatMap(decidedBy);
}

function isOfPlacement({ metadata }: KubeObject): boolean {
  return metadata.ownerReferences?.some(({ kind }) => kind === placementKind.kind) ?? false;
}

/** The clusters a PlacementDecision names. */
export function decidedBy(decision: KubeObject | undefined): readonly string[] {
  const status = (decision as PlacementDecision | undefined)?.status;
  return (status?.decisions ?? []).map(({ clusterName }) => clusterName);
}
