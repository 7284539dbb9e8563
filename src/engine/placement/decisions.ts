import type { Instant } from '../../base/instant.ts';
import { apiVersionOf } from '../../kube/object.ts';
import {
  type ClusterDecision,
  decisionGroupLabels,
  type Placement,
  type PlacementDecision,
  placementDecisionKind,
  placementKind,
  placementLabel,
} from '../../kube/ocm/cluster.ts';
import type { DecisionGroup } from './groups.ts';
import { cutAsBefore, type Pieces } from './pieces.ts';
import type { RecordedScores } from './recorded-scores.ts';

/** Clusters one PlacementDecision holds at most. */
export const mostPerDecision = 100;

/** What decisions have to go on besides the groups. */
export interface DecisionsBefore {
  /** The scores they are to hold, and are then in order of; else null. */
  readonly recorded?: RecordedScores | null;
  /** The clusters of each decision there is, in order of their numbers: they stay in it as far as may be. */
  readonly live?: Pieces;
}

/**
 * The PlacementDecisions of groups, whole: names numbered across groups from 1, at most 100 clusters each, with their
 * scores where those are recorded (ocm `scheduling_controller.go` generatePlacementDecisionsAndStatus).
 */
export function decisionsOf(
  { metadata }: Pick<Placement, 'metadata'>,
  groups: readonly DecisionGroup[],
  { recorded = null, live = [] }: DecisionsBefore = {},
): readonly PlacementDecision[] {
  const { name, namespace = '', uid } = metadata;
  const before = recorded === null ? live : [];
  const chunks = groups.flatMap(({ name: group, index, clusters: all }) => {
    const cuts = all.length === 0 ? [all] : cutAsBefore(all, mostPerDecision, before);
    return cuts.map((clusters) => ({ group, index, clusters }));
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
    status: { decisions: clusters.map((clusterName) => decisionOf(clusterName, recorded)) },
  }));
}

function decisionOf(clusterName: string, recorded: RecordedScores | null): ClusterDecision {
  const score = recorded?.scores.get(clusterName);
  return { clusterName, reason: '', ...(score !== undefined && { score }) };
}

/** The scores the decisions of a placement hold; `at` is what its status says of when they were updated. */
export function recordedScores(
  decisions: readonly PlacementDecision[],
  at: Instant | null,
): RecordedScores {
  const scores = new Map<string, number>();
  for (const { status } of decisions) {
    for (const { clusterName, score } of status?.decisions ?? []) {
      if (typeof score === 'number') scores.set(clusterName, score);
    }
  }
  return { scores, at };
}
