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
import { type Cut, cutAsBefore, placesIn } from './pieces.ts';
import type { RecordedScores } from './recorded-scores.ts';

/** Clusters one PlacementDecision holds at most. */
export const mostPerDecision = 100;

/** A PlacementDecision there is: the clusters it names stay in it as far as may be. */
export interface LiveDecision {
  readonly name: string;
  readonly clusters: readonly string[];
}

/** What decisions have to go on besides the groups. */
export interface DecisionsBefore {
  /** The scores they are to hold, and are then in order of; else null. */
  readonly recorded?: RecordedScores | null;
  /** In order of their numbers; none where the layout is to be upstream's. */
  readonly live?: readonly LiveDecision[];
}

/** What one decision holds. */
interface Chunk extends Cut {
  readonly group: DecisionGroup;
}

/**
 * The PlacementDecisions of groups, whole: at most 100 clusters each, names numbered from 1 without a gap, with their
 * scores where those are recorded (ocm `scheduling_controller.go` generatePlacementDecisionsAndStatus). Numbers go on
 * from group to group; where there are decisions already, one keeps its number, so that one that is needed no more
 * moves at most the last of them.
 */
export function decisionsOf(
  placement: Pick<Placement, 'metadata'>,
  groups: readonly DecisionGroup[],
  { recorded = null, live = [] }: DecisionsBefore = {},
): readonly PlacementDecision[] {
  const before = recorded === null ? live : [];
  const places = placesIn(before.map(({ clusters }) => clusters));
  const chunks = groups.flatMap((group): readonly Chunk[] => {
    if (group.clusters.length === 0) return [{ group, clusters: [], was: null, stayed: 0 }];
    return cutAsBefore(group.clusters, mostPerDecision, places).map((cut) => ({ group, ...cut }));
  });
  const numbers = numbersOf(chunks, (number) => nameOf(placement, number), before);
  return chunks
    .map((chunk, at) => ({ chunk, number: numbers[at] ?? 0 }))
    .sort((a, b) => a.chunk.group.index - b.chunk.group.index || a.number - b.number)
    .map(({ chunk, number }) => decisionOf(placement, chunk, { number, recorded }));
}

function nameOf({ metadata: { name } }: Pick<Placement, 'metadata'>, number: number): string {
  return `${name}-decision-${number}`;
}

/** The numbers chunks get: who keeps the most clusters of a decision its number, the others what is free, in order. */
function numbersOf(
  chunks: readonly Chunk[],
  named: (number: number) => string,
  live: readonly LiveDecision[],
): readonly number[] {
  const free = new Map(chunks.map((_, at) => [named(at + 1), at + 1]));
  const numbers: number[] = [];
  const byStay = chunks.map((_, at) => at);
  byStay.sort((a, b) => (chunks[b]?.stayed ?? 0) - (chunks[a]?.stayed ?? 0) || a - b);
  for (const at of byStay) {
    const name = live[chunks[at]?.was ?? -1]?.name ?? '';
    const number = free.get(name);
    if (number === undefined) continue;
    numbers[at] = number;
    free.delete(name);
  }
  const left = free.values();
  return chunks.map((_, at) => numbers[at] ?? left.next().value ?? 0);
}

function decisionOf(
  placement: Pick<Placement, 'metadata'>,
  { group, clusters }: Chunk,
  { number, recorded }: { readonly number: number; readonly recorded: RecordedScores | null },
): PlacementDecision {
  const { name, namespace = '', uid } = placement.metadata;
  return {
    apiVersion: apiVersionOf(placementDecisionKind),
    kind: placementDecisionKind.kind,
    metadata: {
      name: nameOf(placement, number),
      namespace,
      labels: {
        [placementLabel]: name,
        [decisionGroupLabels.name]: group.name,
        [decisionGroupLabels.index]: String(group.index),
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
    status: { decisions: clusters.map((cluster) => entryOf(cluster, recorded)) },
  };
}

function entryOf(clusterName: string, recorded: RecordedScores | null): ClusterDecision {
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
