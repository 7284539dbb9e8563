import type { Instant } from '../../base/instant.ts';
import { plus } from '../../base/instant.ts';
import type { NewCondition } from '../../kube/conditions.ts';
import type { ClusterSubset } from '../inventory/inventory.ts';
import { clusterFacts, clustersOfSets } from '../inventory/inventory.ts';
import type { Rows } from '../inventory/ranking.ts';
import { bestOf, factsAt, placeOf, rowNamed, rowsIn } from '../inventory/ranking.ts';
import { misconfiguredCondition, satisfiedCondition } from './conditions.ts';
import { tolerationEnds } from './filters/taint-toleration.ts';
import { type DecisionGroup, groupsOf } from './groups.ts';
import type { PipelineInput } from './input.ts';
import { eligibleSets, filters, setProblem } from './pipeline.ts';
import { scoreEnds } from './prioritizers/add-on.ts';
import { weightsOf } from './prioritizers/weights.ts';
import type { Reason } from './reason.ts';
import { type RecordedScores, rescore } from './recorded-scores.ts';
import { specProblem } from './spec-problem.ts';
import { isSpread, spreadOver, spreadProblem } from './spread.ts';
import { type ScheduleStatus, success } from './status.ts';

export type ScheduleInput = PipelineInput;

/** What a placement decides. `reasons` is bounded: one entry per filter and prioritizer that ran. */
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
  readonly reasons: readonly Reason[];
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
  const { unscheduled, status, reasons, ...choice } = choose(available, input);
  const rescored = choice.scores === null ? null : rescore(choice.scores, input.recorded, input);
  const selected = rescored?.ranked ?? choice.selected;
  const grouped = groupsOf(selected, input);
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
    reasons,
    recheckAt: earliest(choice.recheckAt, rescored?.due ?? null),
    error,
  };
}

type Choice = Pick<
  ScheduleOutcome,
  'selected' | 'unscheduled' | 'status' | 'reasons' | 'recheckAt'
> & {
  /** Scores of the selected, where decisions hold them. */
  readonly scores: ReadonlyMap<string, number> | null;
};

const nothing: ScheduleOutcome = {
  selected: [],
  groups: null,
  scores: null,
  unscheduled: 0,
  conditions: [],
  status: success,
  reasons: [],
  recheckAt: null,
  error: null,
};

function choose(available: ClusterSubset, input: ScheduleInput): Choice {
  const reasons: Reason[] = [];
  const refused = (status: ScheduleStatus): Choice => ({
    ...nothing,
    scores: null,
    status,
    reasons,
  });
  const wrong = specProblem(input);
  if (wrong !== null) return refused(wrong);
  let feasible = available;
  for (const filter of filters) {
    const problem = filter.problem(input, feasible.size);
    if (problem !== null) return refused(problem);
    const { kept, why } = filter.keep(feasible, input);
    const dropped = feasible.size - kept.size;
    reasons.push({ by: filter.name, kept: kept.size, dropped, why });
    feasible = kept;
  }
  const weights = weightsOf(input.placement, input.compat);
  if (!weights.ok) return refused(weights.status);
  const rows = rowsIn(feasible);
  const sums = new Float64Array(rows.length);
  let status = success;
  for (const { weight, prioritizer } of weights.weighted) {
    status = prioritizer.add({ rows, sums }, weight, input) ?? status;
  }
  const taken = take({ rows, sums }, input);
  if (taken.problem !== null) return refused(spreadProblem(taken.problem));
  const { selected } = taken;
  const most = input.placement.numberOfClusters;
  return {
    selected,
    scores: sortsByScore(input) ? scoresOf(selected, { rows, sums }, input) : null,
    unscheduled: most === null ? 0 : most - selected.length,
    status,
    reasons: [...reasons, ...taken.reasons],
    recheckAt: recheckAt(rows, input),
  };
}

interface Ranking {
  readonly rows: Rows;
  readonly sums: Float64Array;
}

function take({ rows, sums }: Ranking, input: ScheduleInput) {
  const { placement, inventory } = input;
  const most = placement.numberOfClusters ?? rows.length;
  if (!isSpread(input)) {
    const selected = bestOf(inventory, rows, sums, most);
    return { selected, reasons: cutReason(rows, selected, input), problem: null };
  }
  const ranked = bestOf(inventory, rows, sums, rows.length).flatMap(
    (name) => clusterFacts(inventory, name) ?? [],
  );
  const { chosen, why, problem } = spreadOver(ranked, placement);
  const selected = chosen.map(({ name }) => name);
  const dropped = ranked.length - selected.length;
  const reasons: Reason[] =
    dropped === 0 ? [] : [{ by: 'take', kept: selected.length, dropped, why }];
  return { selected, reasons, problem };
}

/** Upstream's scheduler does not know `sortBy`. */
function sortsByScore({ placement, compat }: ScheduleInput): boolean {
  return placement.sortBy === 'Score' && compat === 'native';
}

function scoresOf(
  selected: readonly string[],
  { rows, sums }: Pick<Ranking, 'rows' | 'sums'>,
  { inventory }: ScheduleInput,
): ReadonlyMap<string, number> {
  return new Map(
    selected.map((name) => {
      const place = placeOf(rows, rowNamed(inventory, name) ?? -1);
      // The API takes whole numbers.
      return [name, Math.trunc(sums[place] ?? 0) + 0];
    }),
  );
}

function cutReason(
  rows: Rows,
  selected: readonly string[],
  { inventory }: ScheduleInput,
): readonly Reason[] {
  const dropped = rows.length - selected.length;
  if (dropped <= 0) return [];
  const chosen = new Set(selected);
  const nameOf = (row: number) => factsAt(inventory, row)?.name ?? '';
  const example = nameOf(rows.find((row) => !chosen.has(nameOf(row))) ?? -1);
  const text = `ranked below the first ${selected.length}`;
  const why = [{ text, clusters: dropped, example }];
  return [{ by: 'take', kept: selected.length, dropped, why }];
}

// Upstream asks to be woken for clusters decided before, and for tolerations only.
function recheckAt(rows: Rows, input: ScheduleInput): Instant | null {
  const { placement, inventory, decided, compat } = input;
  if (compat === 'upstream') return tolerationEnds(input, decided);
  const clusters = () => Array.from(rows, (row) => factsAt(inventory, row)).filter((of) => !!of);
  const ends: (Instant | null)[] = [];
  if (placement.tolerations.some(({ tolerationSeconds }) => tolerationSeconds !== undefined)) {
    ends.push(
      tolerationEnds(
        input,
        clusters().map(({ name }) => name),
      ),
    );
  }
  for (const { by, weight } of placement.prioritizerPolicy?.configurations ?? []) {
    if (by.type !== 'AddOn' || weight === 0) continue;
    // A score counts up to and including its last moment.
    const end = scoreEnds(input, clusters(), by.resource);
    ends.push(end === null ? null : plus(end, 1));
  }
  return ends.reduce(earliest, null);
}

function earliest(a: Instant | null, b: Instant | null): Instant | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}
