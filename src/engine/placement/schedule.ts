import type { Instant } from '../../base/instant.ts';
import type { NewCondition } from '../../kube/conditions.ts';
import { clustersOfSets } from '../inventory/inventory.ts';
import { choose, earliest } from './choose.ts';
import { misconfiguredCondition, satisfiedCondition } from './conditions.ts';
import { type DecisionGroup, groupsOf } from './groups.ts';
import type { PipelineInput } from './input.ts';
import { eligibleSets, setProblem } from './pipeline.ts';
import { type RecordedScores, rescore } from './recorded-scores.ts';
import { type ScheduleStatus, success } from './status.ts';

export type ScheduleInput = PipelineInput;

/** What a placement decides; `reasonsOf` says why. */
export interface ScheduleOutcome {
  /** In order of score, then name. */
  readonly selected: readonly string[];
  /** null: nothing can be said of groups, and the decisions are not to be kept (misconfigured groups). */
  readonly groups: readonly DecisionGroup[] | null;
  /** The scores decisions are to hold, where they are in order of them; else null. */
  readonly scores: RecordedScores | null;
  readonly unscheduled: number;
  /** PlacementMisconfigured, then PlacementSatisfied; empty where `error` is set. */
  readonly conditions: readonly NewCondition[];
  readonly status: ScheduleStatus;
  /** When to look again although nothing has happened. */
  readonly recheckAt: Instant | null;
  /** A set that cannot be resolved: nothing is to be written. */
  readonly error: string | null;
}

/**
 * Decides which clusters a placement selects (ocm `pkg/placement/controllers/scheduling/scheduling_controller.go`), on
 * the columns of the inventory. `runPipeline` says the same cluster by cluster.
 */
export function schedule(input: ScheduleInput): ScheduleOutcome {
  const sets = eligibleSets(input);
  const error = setProblem(input, sets);
  if (error !== null) return { ...nothing, error };
  const available = clustersOfSets(input.inventory, sets);
  const { unscheduled, status, ...choice } = choose(available, input);
  const rescored = choice.scores === null ? null : rescore(choice.scores, input.recorded, input);
  const selected = rescored?.ranked ?? choice.selected;
  const grouped = groupsOf(selected, input, choice.byName);
  const facts = { sets, available: available.size, selected: selected.length, unscheduled, status };
  return {
    selected,
    groups: grouped.ok ? grouped.groups : null,
    scores: rescored === null ? null : { scores: rescored.scores, at: rescored.at },
    unscheduled,
    conditions: [
      misconfiguredCondition(grouped.ok ? status : grouped.status),
      satisfiedCondition(facts, input),
    ],
    status,
    recheckAt: earliest(choice.recheckAt, rescored?.due ?? null),
    error,
  };
}

const nothing: ScheduleOutcome = {
  selected: [],
  groups: null,
  scores: null,
  unscheduled: 0,
  conditions: [],
  status: success,
  recheckAt: null,
  error: null,
};
