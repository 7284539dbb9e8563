import { type Instant, plus } from '../../../base/instant.ts';
import { validity } from '../../../engine/inventory/facts.ts';
import { decisionsOf } from '../../../engine/placement/decisions.ts';
import {
  type GuardedOutcome,
  type GuardInput,
  guard,
  removalsAnnotation,
} from '../../../engine/placement/guard.ts';
import { inputsOf, mentionsOf } from '../../../engine/placement/mentions.ts';
import { removalsText } from '../../../engine/placement/removals.ts';
import { type ScheduleOutcome, schedule } from '../../../engine/placement/schedule.ts';
import type { IrPlacement } from '../../../ir/program.ts';
import type { NewCondition } from '../../../kube/conditions.ts';
import { keyOf } from '../../../kube/object.ts';
import {
  type AddOnPlacementScore,
  type Placement,
  type PlacementDecision,
  placementDecisionKind,
  placementKind,
} from '../../../kube/ocm/cluster.ts';
import type { Action, Outcome, Snapshot } from '../../control/controller.ts';
import { targetOf } from '../../control/no-op.ts';
import { liveDecisions } from '../decisions.ts';
import { fleetProjection } from '../fleet.ts';
import { heldEvent, scoreEvent } from './events.ts';
import { decisionsNow, inputOf, type Pass, unreadInputs } from './input.ts';
import { groupStatus, type NewStatus, statusPatch } from './status.ts';
import { writeDecisions } from './write-decisions.ts';

/** Longest name a Placement may have, because its decisions carry it as a label. */
const longestName = 63;

/** How often is looked again whether what could not be read can be read now, in milliseconds. */
const unreadRetry = 5_000;

/** Decides one placement and writes what comes out: decisions, then conditions and numbers. */
export function decide(placement: Placement, ir: IrPlacement, pass: Pass): Outcome {
  const { compat, now } = pass;
  if (placement.metadata.name.length > longestName && compat !== 'upstream') {
    return { actions: listed(statusPatch(placement, tooLong, now)) };
  }
  const input = inputOf(placement, ir, pass);
  const outcome = guard(schedule(input), input);
  const again = nextLook(outcome, input, pass);
  const due = again === null ? {} : { again };
  // Upstream waits until it has read everything, and writes nothing at all where a set cannot be resolved, not even why.
  const waits = outcome.error !== null || inputsOf(ir).some((of) => input.unread.includes(of));
  if (compat === 'upstream' && waits) return { actions: [], ...due };
  return { actions: actionsOf(placement, outcome, input, pass), ...due };
}

function actionsOf(
  placement: Placement,
  outcome: GuardedOutcome,
  input: GuardInput,
  pass: Pass,
): readonly Action[] {
  const { snapshot, now } = pass;
  const wanted = wantedOf(placement, outcome, pass);
  const writes = wanted === null ? [] : writesTo(wanted, placement, outcome, pass);
  const counted = kept(placement, outcome);
  const isCounting = outcome.removals !== null;
  const refusal = refusedWrite([...(isCounting ? counted : []), ...writes], snapshot);
  const said = outcome.conditions.map((of) => withWhy(of, outcome, snapshot));
  const status: NewStatus = {
    conditions: refusal === null ? said : said.map((of) => unwritten(of, refusal)),
    selected: outcome.selected.length,
    groups: wanted === null ? (placement.status?.decisionGroups ?? []) : groupStatus(wanted),
    scoredAt: outcome.scores?.at ?? null,
  };
  const patch = listed(statusPatch(placement, status, now));
  const scored = scoreEvent(placement, writes, input);
  // What leaves is counted before it leaves: who goes on after a pass that ended in between grants no more than it did.
  const changes = isCounting
    ? [...counted, ...writes, ...scored]
    : [...writes, ...scored, ...counted];
  // What could not be written is said before it is tried again: the pass ends where it fails.
  if (refusal !== null) return [...patch.map(independent), ...changes];
  const told = patch.length > 0 ? heldEvent(placement, outcome.held) : [];
  return [...changes, ...patch.map(yielding), ...told];
}

/** null: the decisions are left alone. Upstream deletes them where nothing can be said of groups. */
function wantedOf(
  placement: Placement,
  { groups, scores, held }: GuardedOutcome,
  { snapshot, compat }: Pass,
): readonly PlacementDecision[] | null {
  if (groups !== null) {
    const live = compat === 'upstream' ? [] : liveDecisions(keyOf(placement), snapshot);
    return decisionsOf(placement, groups, { recorded: scores, live });
  }
  return held === null && compat === 'upstream' ? [] : null;
}

function writesTo(
  wanted: readonly PlacementDecision[],
  placement: Placement,
  { status }: ScheduleOutcome,
  { snapshot, compat }: Pass,
): readonly Action[] {
  const warns = status.code === 'Warning';
  return writeDecisions({
    placement,
    wanted,
    live: withNamesakes(decisionsNow(placement, snapshot), wanted, snapshot),
    ...(warns && { warning: `${status.message} in plugin ${status.plugin}` }),
    ...(compat && { compat }),
  });
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

/**
 * What the guard wants to find in the next pass. What cannot be counted does not leave, and what was counted by somebody
 * else meanwhile is read first.
 */
function kept({ metadata }: Placement, { removals }: GuardedOutcome): readonly Action[] {
  const { name, namespace = '', annotations, resourceVersion } = metadata;
  const text = removals === null ? null : removalsText(removals);
  if ((annotations?.[removalsAnnotation] ?? null) === text) return [];
  return [
    {
      do: 'patch',
      of: { ...placementKind, namespace, name },
      patch: { metadata: { annotations: { [removalsAnnotation]: text } } },
      gate: text !== null,
      ...(resourceVersion !== undefined && { ifVersion: resourceVersion }),
    },
  ];
}

/** What the API server said the last time against a write that is still to be done; a conflict settles itself. */
function refusedWrite(writes: readonly Action[], snapshot: Snapshot): string | null {
  for (const action of writes) {
    if (action.do === 'record') continue;
    const of = targetOf(action);
    const failure = snapshot.attempt(of)?.failure;
    if (!failure || failure.status === 409) continue;
    const verb = action.do === 'delete' ? 'deleted' : 'written';
    const what = of.kind === placementKind.kind ? 'placement' : 'decision';
    return `${what} ${of.name} cannot be ${verb}: ${failure.message}`;
  }
  return null;
}

function unwritten(condition: NewCondition, message: string): NewCondition {
  if (condition.type !== 'PlacementSatisfied') return condition;
  return { ...condition, status: 'False', reason: 'NotAllDecisionsScheduled', message };
}

/** Adds what the API server says to a condition that tells what is not read. */
function withWhy(
  condition: NewCondition,
  { held }: GuardedOutcome,
  snapshot: Snapshot,
): NewCondition {
  if (held?.reason !== 'InventoryPartial' || condition.reason !== held.reason) return condition;
  const whys = new Set(unreadInputs(snapshot).map(({ why }) => why));
  return { ...condition, message: `${condition.message} (${[...whys].join('; ')})` };
}

/** When to look again although nothing has happened. */
function nextLook(
  { recheckAt, held }: GuardedOutcome,
  input: GuardInput,
  { snapshot, compat, now }: Pass,
): Instant | null {
  const times = [recheckAt];
  // Upstream notices the end of a score when something else wakes it.
  if (compat !== 'upstream') times.push(scoresEnd(input, snapshot));
  if (held?.reason === 'InventoryPartial') times.push(plus(now, unreadRetry));
  return times.reduce(earlier, null);
}

/** When the first score the placement counts on is no longer valid; null where it counts on none. */
function scoresEnd({ placement, boundSets, now }: GuardInput, snapshot: Snapshot): Instant | null {
  const { facts } = mentionsOf(placement);
  const resources = new Set(facts.flatMap((of) => (of.from === 'scores' ? [of.resource] : [])));
  if (resources.size === 0) return null;
  const bound = new Set(boundSets);
  const counts = ({ metadata }: AddOnPlacementScore): boolean =>
    resources.has(null) || resources.has(metadata.name);
  let first: Instant | null = null;
  for (const { scores = [], sets } of snapshot.projection(fleetProjection).all()) {
    if (!sets.some((set) => bound.has(set))) continue;
    for (const { status } of scores.filter(counts)) {
      first = earlier(first, ahead(validity(status?.validUntil), now));
    }
  }
  return first;
}

/** The instant after an end that is still to come: a score counts up to and including its last moment. */
function ahead(end: Instant | null, now: Instant): Instant | null {
  return end === null || end < now ? null : plus(end, 1);
}

function earlier(a: Instant | null, b: Instant | null): Instant | null {
  return a === null || (b !== null && b < a) ? b : a;
}

const tooLong: NewStatus = {
  conditions: [
    {
      type: 'PlacementMisconfigured',
      status: 'True',
      reason: 'Misconfigured',
      message: `:the name has more than ${longestName} characters`,
    },
    {
      type: 'PlacementSatisfied',
      status: 'False',
      reason: 'Misconfigured',
      message: 'the decisions stay as they were',
    },
  ],
  selected: 0,
  groups: [],
  scoredAt: null,
};

function listed(action: Action | null): readonly Action[] {
  return action === null ? [] : [action];
}

function independent(action: Action): Action {
  return { ...action, independent: true };
}

// Where many placements are decided at once, every decision comes before what is said of any.
function yielding(action: Action): Action {
  return { ...action, yields: true };
}
