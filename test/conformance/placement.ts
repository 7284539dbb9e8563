import { instant, parseInstant } from '../../src/base/instant.ts';
import { isJsonObject, type Json, jsonEqual } from '../../src/base/json.ts';
import { fromObjects } from '../../src/engine/inventory/objects.ts';
import { decisionsOf } from '../../src/engine/placement/decisions.ts';
import { explain } from '../../src/engine/placement/explain.ts';
import { type ScheduleInput, schedule } from '../../src/engine/placement/schedule.ts';
import { isSchedulingDisabled, liftPlacement } from '../../src/ir/lift/placement.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import {
  type AddOnPlacementScore,
  addOnPlacementScoreKind,
  type ManagedCluster,
  type ManagedClusterSet,
  type ManagedClusterSetBinding,
  managedClusterKind,
  managedClusterSetBindingKind,
  managedClusterSetKind,
  type Placement,
  type PlacementDecision,
  placementDecisionKind,
  placementKind,
  placementLabel,
} from '../../src/kube/ocm/cluster.ts';
import { applyDefaults } from '../../src/kube/schema/defaults.ts';
import { schemaOf } from '../../src/kube/schema/definitions.ts';

export interface Hub {
  readonly placements: Placement[];
  readonly clusters: ManagedCluster[];
  readonly clusterSets: ManagedClusterSet[];
  readonly clusterSetBindings: ManagedClusterSetBinding[];
  readonly scores: AddOnPlacementScore[];
  decisions: PlacementDecision[];
}
const kinds = {
  placements: 'Placement',
  clusters: 'ManagedCluster',
  clusterSets: 'ManagedClusterSet',
  clusterSetBindings: 'ManagedClusterSetBinding',
  scores: 'AddOnPlacementScore',
  decisions: 'PlacementDecision',
} as const;

/** Reconciles the placements of a case as its mode says; the answer is that of `conformance/placement/README.md`. */
export function answer(input: unknown): unknown {
  if (!isJsonObject(input as Json)) throw new Error('a case is an object');
  const of = input as Record<string, Json | undefined>;
  const hub = hubOf(of);
  const now = parseInstant(String(of['now'] ?? '')) ?? instant(Date.UTC(2030, 0, 1));
  const mode = of['mode'] ?? 'settle';
  const all = hub.placements.map(keyOf);
  const order = (of['order'] as string[] | undefined) ?? all;
  const results = new Map<string, unknown>();
  const statuses = new Map<string, Json>();
  let settled = true;
  const before = mode === 'once' ? structuredClone(hub.decisions) : null;
  const queue = [...order];
  for (let steps = 0; queue.length > 0; steps++) {
    if (steps > 50 * (order.length + 1)) {
      settled = false;
      break;
    }
    const key = queue.shift() ?? '';
    const placement = hub.placements.find((one) => keyOf(one) === key);
    if (placement === undefined) continue;
    const view = before === null ? hub : { ...hub, decisions: before };
    const { result, status, decisions } = reconcile(placement, view, now);
    const namespace = placement.metadata.namespace ?? '';
    const mine = (one: PlacementDecision) => isOf(one, placement);
    const old = hub.decisions.filter(mine);
    const changed =
      !jsonEqual(statuses.get(key) ?? null, status) ||
      (decisions !== null && !jsonEqual(old, decisions));
    if (decisions !== null) {
      hub.decisions = [...hub.decisions.filter((one) => !mine(one)), ...decisions];
    }
    statuses.set(key, status);
    results.set(key, {
      ...(result as object),
      decisions: shown(hub.decisions.filter(mine), namespace),
    });
    if (mode === 'settle' && changed && !queue.includes(key)) queue.push(key);
  }
  return { settled, placements: Object.fromEntries(results) };
}

/** The objects of a case by kind, with the defaults of the API where it asks for them. */
export function hubOf(of: Record<string, Json | undefined>): Hub {
  const hub: Record<string, KubeObject[]> = {};
  const more = (of['objects'] as KubeObject[] | undefined) ?? [];
  for (const [list, kind] of Object.entries(kinds)) {
    const given = (of[list] as KubeObject[] | undefined) ?? [];
    const objects = [...given, ...more.filter((object) => object.kind === kind)];
    hub[list] = structuredClone(objects).map((object) =>
      of['defaulting'] === true ? withDefaults({ ...object, kind }) : object,
    );
  }
  return hub as unknown as Hub;
}

const groups: Record<string, { group: string; version: string }> = Object.fromEntries(
  [
    placementKind,
    placementDecisionKind,
    managedClusterKind,
    managedClusterSetKind,
    managedClusterSetBindingKind,
    addOnPlacementScoreKind,
  ].map((kind) => [kind.kind, kind]),
);

function withDefaults(object: KubeObject): KubeObject {
  const group = groups[object.kind]?.group ?? '';
  const schema = schemaOf({ group, kind: object.kind });
  return schema === undefined ? object : (applyDefaults(schema, object as never) as KubeObject);
}

function reconcile(placement: Placement, hub: Hub, now: ReturnType<typeof instant>) {
  const { metadata, status: before } = placement;
  if (metadata.deletionTimestamp || isSchedulingDisabled(placement)) {
    return { result: untouched(placement), status: (before ?? null) as Json, decisions: null };
  }
  const input = inputOf(placement, hub, now);
  const outcome = schedule(input);
  const trace = explain(input);
  const upstreamStatus = {
    status: outcome.status,
    requeueAt: outcome.recheckAt === null ? null : rfc3339(outcome.recheckAt),
  };
  if (outcome.error !== null) {
    const result = { ...untouched(placement), error: outcome.error };
    return { result, status: (before ?? null) as Json, decisions: null };
  }
  const decisions = decisionsOf(placement, outcome.groups ?? []);
  const steps = trace.steps;
  const filters: Record<string, readonly string[]> = {};
  const names: string[] = [];
  for (const step of steps) {
    if (step.step !== 'filter') continue;
    names.push(step.by);
    filters[names.join(',')] = step.kept;
  }
  const result = {
    numberOfSelectedClusters: outcome.selected.length,
    conditions: outcome.conditions,
    decisionGroups: decisionGroups(decisions, outcome.groups ?? []),
    scores: Object.fromEntries(trace.scores),
    filters,
    prioritizers: steps.flatMap((step) =>
      step.step === 'score'
        ? [{ name: step.by, weight: step.weight, scores: Object.fromEntries(step.scores) }]
        : [],
    ),
    ...upstreamStatus,
  };
  const status = JSON.parse(
    JSON.stringify([result.numberOfSelectedClusters, result.conditions, result.decisionGroups]),
  );
  const old = new Map(
    hub.decisions.map((one) => [`${one.metadata.namespace}/${one.metadata.name}`, one]),
  );
  const written = decisions.map((one) => {
    const was = old.get(`${one.metadata.namespace}/${one.metadata.name}`);
    // a new decision without clusters is created, and its status is never written
    const empty = one.status?.decisions.length === 0;
    if (empty && was?.status === undefined) {
      const { status: _, ...bare } = one;
      return bare as PlacementDecision;
    }
    // labels are patched only in a pass in which the status does not change: they are one pass behind
    const sameClusters = jsonEqual(was?.status?.decisions ?? [], one.status?.decisions ?? []);
    if (was === undefined || sameClusters) return one;
    return { ...one, metadata: { ...one.metadata, labels: was.metadata.labels ?? {} } };
  });
  return { result, status, decisions: written };
}

function inputOf(placement: Placement, hub: Hub, now: ReturnType<typeof instant>): ScheduleInput {
  const names = new Set(hub.clusterSets.map(({ metadata }) => metadata.name));
  const namespace = placement.metadata.namespace ?? '';
  const othersDecided = new Map<string, number>();
  const decided: string[] = [];
  for (const decision of hub.decisions) {
    const mine = isOf(decision, placement);
    for (const { clusterName } of decision.status?.decisions ?? []) {
      if (mine) decided.push(clusterName);
      else othersDecided.set(clusterName, (othersDecided.get(clusterName) ?? 0) + 1);
    }
  }
  return {
    placement: liftPlacement({ ...placement, kind: 'Placement' }),
    inventory: fromObjects({ clusters: hub.clusters, sets: hub.clusterSets, scores: hub.scores }),
    boundSets: hub.clusterSetBindings
      .filter(({ metadata }) => metadata.namespace === namespace && names.has(metadata.name))
      .map(({ metadata }) => metadata.name),
    decided,
    othersDecided,
    now,
    compat: 'upstream',
  };
}

function decisionGroups(
  decisions: readonly PlacementDecision[],
  groups: readonly {
    readonly name: string;
    readonly index: number;
    readonly clusters: readonly string[];
  }[],
) {
  return groups.map(({ name, index, clusters }) => ({
    decisionGroupIndex: index,
    decisionGroupName: name,
    decisions: decisions
      .filter(
        ({ metadata }) =>
          metadata.labels?.['cluster.open-cluster-management.io/decision-group-index'] ===
          String(index),
      )
      .map(({ metadata }) => metadata.name),
    clusterCount: clusters.length,
  }));
}

function untouched({ status }: Placement) {
  return {
    numberOfSelectedClusters: status?.numberOfSelectedClusters ?? 0,
    conditions: status?.conditions ?? [],
    decisionGroups: status?.decisionGroups ?? [],
    scores: {},
  };
}

function shown(decisions: readonly PlacementDecision[], namespace: string) {
  return decisions
    .filter(({ metadata }) => metadata.namespace === namespace)
    .map(({ metadata, status }) => ({
      name: metadata.name,
      labels: metadata.labels,
      clusters: status?.decisions?.map(({ clusterName }) => clusterName) ?? null,
    }));
}

function isOf({ metadata }: PlacementDecision, placement: Placement): boolean {
  return (
    metadata.namespace === placement.metadata.namespace &&
    metadata.labels?.[placementLabel] === placement.metadata.name
  );
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function rfc3339(at: number): string {
  return new Date(at).toISOString().replace(/\.?0*Z$/, 'Z');
}
