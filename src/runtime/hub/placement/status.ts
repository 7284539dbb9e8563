import { formatInstant, type Instant } from '../../../base/instant.ts';
import { type Json, type JsonObject, jsonEqual } from '../../../base/json.ts';
import { type NewCondition, setConditions } from '../../../kube/conditions.ts';
import {
  type DecisionGroupStatus,
  decisionGroupLabels,
  type Placement,
  type PlacementDecision,
  placementKind,
} from '../../../kube/ocm/cluster.ts';
import type { Action } from '../../control/controller.ts';

/** What the status of a placement is to say. */
export interface NewStatus {
  readonly conditions: readonly NewCondition[];
  readonly selected: number;
  readonly groups: readonly DecisionGroupStatus[];
  /** null where decisions hold no scores. */
  readonly scoredAt: Instant | null;
}

/** Groups with the names of their decisions, as the decisions say themselves. */
export function groupStatus(
  decisions: readonly PlacementDecision[],
): readonly DecisionGroupStatus[] {
  const groups = new Map<number, { name: string; decisions: string[]; clusters: number }>();
  for (const { metadata, status } of decisions) {
    const index = Number(metadata.labels?.[decisionGroupLabels.index] ?? 0);
    const name = metadata.labels?.[decisionGroupLabels.name] ?? '';
    const group = groups.get(index) ?? { name, decisions: [], clusters: 0 };
    group.decisions.push(metadata.name);
    group.clusters += status?.decisions.length ?? 0;
    groups.set(index, group);
  }
  return [...groups].map(([decisionGroupIndex, group]) => ({
    decisionGroupIndex,
    decisionGroupName: group.name,
    decisions: group.decisions,
    clusterCount: group.clusters,
  }));
}

/**
 * A merge patch as upstream's patcher makes it: members that change, for the very object that was read (sdk-go
 * `pkg/patcher`). That nothing is selected is said only where something was. null: nothing changes.
 */
export function statusPatch(placement: Placement, of: NewStatus, now: Instant): Action | null {
  const { name, namespace = '', uid, resourceVersion } = placement.metadata;
  const { status = {} } = placement;
  const counted = of.selected > 0 || status.numberOfSelectedClusters !== undefined;
  const wanted = {
    conditions: setConditions(status.conditions, of.conditions, now),
    ...(counted && { numberOfSelectedClusters: of.selected }),
    ...(of.groups.length > 0 && { decisionGroups: of.groups }),
    ...(of.scoredAt !== null && { lastScoreUpdateTime: formatInstant(of.scoredAt) }),
  };
  const changes = difference(status as JsonObject, wanted as unknown as JsonObject);
  if (Object.keys(changes).length === 0) return null;
  return {
    do: 'patchStatus',
    of: { ...placementKind, namespace, name },
    status: changes,
    ...(uid !== undefined && { ifUid: uid }),
    ...(resourceVersion !== undefined && { ifVersion: resourceVersion }),
  };
}

function difference(before: JsonObject, after: JsonObject): JsonObject {
  const members = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...members].filter((member) => !jsonEqual(before[member], after[member]));
  return Object.fromEntries(
    changed.map((member): [string, Json] => [member, after[member] ?? null]),
  );
}
