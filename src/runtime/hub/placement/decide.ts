import { type Instant, plus } from '../../../base/instant.ts';
import { compareText, type Json } from '../../../base/json.ts';
import { validity } from '../../../engine/inventory/facts.ts';
import { decisionsOf } from '../../../engine/placement/decisions.ts';
import type { PipelineInput } from '../../../engine/placement/input.ts';
import { runPipeline } from '../../../engine/placement/pipeline.ts';
import { type ScheduleOutcome, schedule } from '../../../engine/placement/schedule.ts';
import type { IrPlacement } from '../../../ir/program.ts';
import { type NewCondition, setConditions } from '../../../kube/conditions.ts';
import {
  type DecisionGroupStatus,
  decisionGroupLabels,
  type Placement,
  type PlacementDecision,
  placementDecisionKind,
  placementKind,
} from '../../../kube/ocm/cluster.ts';
import type { Action, Outcome, Snapshot } from '../../control/controller.ts';
import { targetOf } from '../../control/no-op.ts';
import { boundSets } from '../bound-sets.ts';
import { decisionsOfPlacement } from '../decisions.ts';
import { type Fleet, fleetProjection } from '../fleet.ts';
import { decidedBy, occupancyProjection } from './occupancy.ts';
import { writeDecisions } from './write-decisions.ts';

export interface Pass {
  readonly snapshot: Snapshot;
  readonly now: Instant;
  readonly compat?: 'upstream';
}

/** Longest name a Placement may have, because its decisions carry it as a label. */
const longestName = 63;

/** Schedules one placement and writes what comes out: decisions, then conditions and numbers. */
export function decide(placement: Placement, ir: IrPlacement, pass: Pass): Outcome {
  const { snapshot, now, compat } = pass;
  const { namespace = '', name } = placement.metadata;
  const live = snapshot.list(decisionsOfPlacement, `${namespace}/${name}`);
  const fleet = snapshot.projection(fleetProjection);
  const input: PipelineInput = {
    placement: ir,
    inventory: fleet.inventory,
    boundSets: boundSets(namespace, snapshot),
    decided: decidedClusters(live),
    othersDecided: snapshot.projection(occupancyProjection).without(live.flatMap(decidedBy)),
    now,
    compat: compat ?? 'native',
  };
  if (name.length > longestName && compat !== 'upstream') {
    const message = `:the name has more than ${longestName} characters`;
    return { actions: [statusPatch(placement, keep(placement, live, message), now)] };
  }
  const outcome = schedule(input);
  // Upstream writes nothing at all then, not even why (placement.md §1).
  if (outcome.error !== null && compat === 'upstream') return { actions: [] };
  const again = earliest(outcome.recheckAt, scoresEnd(ir, fleet, input));
  const due = again === null ? {} : { again };
  const problem = compat === 'upstream' ? null : problemOf(outcome);
  if (problem !== null) {
    const kept = keep(placement, live, problem);
    return { actions: [statusPatch(placement, kept, now)], ...due };
  }
  const wanted = outcome.groups === null ? [] : decisionsOf(placement, outcome.groups);
  const writes = writeDecisions({
    placement,
    wanted,
    live: withNamesakes(live, wanted, snapshot),
    ...warningOf(outcome),
    ...(compat && { compat }),
  });
  const refusal = refusedWrite(writes, snapshot);
  const conditions =
    refusal === null ? outcome.conditions : outcome.conditions.map((of) => unwritten(of, refusal));
  const groups = groupStatus(wanted);
  const status = { conditions, selected: outcome.selected.length, groups };
  const patch = statusPatch(placement, status, now);
  return {
    // What could not be written is said before it is tried again: the pass ends where it fails.
    actions: [
      ...(refusal === null ? [] : [patch]),
      ...writes,
      ...scoreEvent(placement, writes, input),
      patch,
    ],
    ...due,
  };
}

function decidedClusters(live: readonly PlacementDecision[]): readonly string[] {
  return [...new Set(live.flatMap(decidedBy))];
}

/** Decisions of a wanted name are adopted, whatever their labels. */
function withNamesakes(
  live: readonly PlacementDecision[],
  wanted: readonly PlacementDecision[],
  snapshot: Snapshot,
): readonly PlacementDecision[] {
  const names = new Set(live.map(({ metadata }) => metadata.name));
  const namesakes = wanted.flatMap(({ metadata: { name, namespace = '' } }) => {
    if (names.has(name)) return [];
    const found = snapshot.get(placementDecisionKind, namespace, name);
    return found === undefined ? [] : [found];
  });
  return [...live, ...namesakes];
}

/** Why the decisions had better stay as they are: a mistake in a placement must not evict workloads (placement.md §19). */
function problemOf({ error, status, groups, conditions }: ScheduleOutcome): string | null {
  if (error !== null) return `:${error}`;
  const { code, plugin, message } = status;
  if (code === 'Misconfigured' || code === 'Error') return `${plugin}:${message}`;
  if (groups !== null) return null;
  return conditions.find(({ type }) => type === 'PlacementMisconfigured')?.message ?? ':';
}

interface NewStatus {
  readonly conditions: readonly NewCondition[];
  readonly selected: number;
  readonly groups: readonly DecisionGroupStatus[];
}

/** A status that says what is wrong and counts what is still decided. */
function keep(
  placement: Placement,
  live: readonly PlacementDecision[],
  problem: string,
): NewStatus {
  return {
    conditions: [
      { type: 'PlacementMisconfigured', status: 'True', reason: 'Misconfigured', message: problem },
      {
        type: 'PlacementSatisfied',
        status: 'False',
        reason: 'Misconfigured',
        message: 'the decisions stay as they were',
      },
    ],
    selected: decidedClusters(live).length,
    groups: placement.status?.decisionGroups ?? [],
  };
}

/** Groups with the names of their decisions, as the decisions say themselves. */
function groupStatus(decisions: readonly PlacementDecision[]): readonly DecisionGroupStatus[] {
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

/** A merge patch in upstream's form: nothing selected is only said where something was. */
function statusPatch(placement: Placement, of: NewStatus, now: Instant): Action {
  const { name, namespace = '' } = placement.metadata;
  const { status } = placement;
  const counted = of.selected > 0 || status?.numberOfSelectedClusters !== undefined;
  return {
    do: 'patchStatus',
    of: { ...placementKind, namespace, name },
    status: {
      conditions: setConditions(status?.conditions, of.conditions, now),
      ...(counted && { numberOfSelectedClusters: of.selected }),
      decisionGroups: of.groups.length === 0 ? null : of.groups,
    } as unknown as Json,
    independent: true,
  };
}

function warningOf({ status }: ScheduleOutcome): { readonly warning?: string } {
  if (status.code !== 'Warning') return {};
  return { warning: `${status.message} in plugin ${status.plugin}` };
}

/** What the API server said the last time against a write that is still to be done; a conflict settles itself. */
function refusedWrite(writes: readonly Action[], snapshot: Snapshot): string | null {
  for (const action of writes) {
    if (action.do === 'record') continue;
    const of = targetOf(action);
    const failure = snapshot.attempt(of)?.failure;
    if (!failure || failure.status === 409) continue;
    const verb = action.do === 'delete' ? 'deleted' : 'written';
    return `decision ${of.name} cannot be ${verb}: ${failure.message}`;
  }
  return null;
}

function unwritten(condition: NewCondition, message: string): NewCondition {
  if (condition.type !== 'PlacementSatisfied') return condition;
  return { ...condition, status: 'False', reason: 'NotAllDecisionsScheduled', message };
}

/** Longest text of scores in an event (placement.md §9). */
const longestScores = 1000;

/** The scores of all clusters that passed the filters, when decisions change. */
function scoreEvent(
  { metadata }: Placement,
  writes: readonly Action[],
  input: PipelineInput,
): readonly Action[] {
  if (!writes.some((action) => action.do === 'patchStatus')) return [];
  const scores = [...runPipeline(input).scores].sort(([a], [b]) => compareText(a, b));
  const text = scores.map(([cluster, score]) => `${cluster}:${score} `).join('');
  if (text === '') return [];
  const message = text.length > longestScores ? `${text.slice(0, longestScores)}......` : text;
  const { name, namespace = '' } = metadata;
  const about = { ...placementKind, namespace, name };
  return [{ do: 'record', about, reason: 'ScoreUpdate', message, independent: true }];
}

/** When the first score the placement counts on is no longer valid; null where it counts on none. */
function scoresEnd(
  ir: IrPlacement,
  fleet: Fleet,
  { boundSets: bound, now }: PipelineInput,
): Instant | null {
  const configurations = ir.prioritizerPolicy?.configurations ?? [];
  const resources = new Set(
    configurations.flatMap(({ by }) => (by.type === 'AddOn' ? [by.resource] : [])),
  );
  if (resources.size === 0) return null;
  let first: Instant | null = null;
  for (const { scores = [], sets } of fleet.all()) {
    if (!sets.some((set) => bound.includes(set))) continue;
    const counted = scores.filter(({ metadata }) => resources.has(metadata.name));
    for (const { status } of counted) first = earliest(first, ahead(status?.validUntil, now));
  }
  return first;
}

/** The instant after an end of validity that is still to come: scores count up to and including their end. */
function ahead(validUntil: string | undefined, now: Instant): Instant | null {
  const end = validity(validUntil);
  return end === null || end < now ? null : plus(end, 1);
}

function earliest(a: Instant | null, b: Instant | null): Instant | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}
