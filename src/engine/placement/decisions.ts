import { apiVersionOf } from '../../kube/object.ts';
import {
  decisionGroupLabels,
  type Placement,
  type PlacementDecision,
  placementDecisionKind,
  placementKind,
  placementLabel,
} from '../../kube/ocm/cluster.ts';
import type { DecisionGroup } from './groups.ts';

/** Clusters one PlacementDecision holds at most. */
export const mostPerDecision = 100;

/**
 * The PlacementDecisions of groups, whole: names numbered across groups from 1, at most 100 clusters each, in order of
 * name (ocm `scheduling_controller.go` generatePlacementDecisionsAndStatus).
 */
export function decisionsOf(
  { metadata }: Pick<Placement, 'metadata'>,
  groups: readonly DecisionGroup[],
): readonly PlacementDecision[] {
  const { name, namespace = '', uid } = metadata;
  const chunks = groups.flatMap(({ name: group, index, clusters }) => {
    const cuts: { group: string; index: number; clusters: readonly string[] }[] = [];
    for (let at = 0; at === 0 || at < clusters.length; at += mostPerDecision) {
      cuts.push({ group, index, clusters: clusters.slice(at, at + mostPerDecision) });
    }
    return cuts;
  });
  return chunks.map(({ group, index, clusters }, at) => ({
    apiVersion: apiVersionOf(placementDecisionKind),
    kind: placementDecisionKind.kind,
    metadata: {
      name: `${name}-decision-${at + 1}`,
      namespace,
      labels: {
        [placementLabel]: name,
        [decisionGroupLabels.name]: group,
        [decisionGroupLabels.index]: String(index),
      },
      ...(uid !== undefined && {
        ownerReferences: [
          {
            apiVersion: apiVersionOf(placementKind),
            kind: placementKind.kind,
            name,
            uid,
            controller: true,
            blockOwnerDeletion: true,
          },
        ],
      }),
    },
    status: { decisions: clusters.map((clusterName) => ({ clusterName, reason: '' })) },
  }));
}
