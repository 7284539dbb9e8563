import type { Instant } from '../../base/instant.ts';
import { plus } from '../../base/instant.ts';
import { compareText } from '../../base/json.ts';
import { candidatesOf, isEmpty } from '../inventory/candidates.ts';
import type { ClusterSubset } from '../inventory/inventory.ts';
import { clusterFacts } from '../inventory/inventory.ts';
import {
  bestOf,
  factsAt,
  placeOf,
  type Ranking,
  rankingOf,
  rowNamed,
} from '../inventory/ranking.ts';
import { tolerationEnds } from './filters/taint-toleration.ts';
import type { PipelineInput } from './input.ts';
import { filters } from './pipeline.ts';
import { scoreEnds } from './prioritizers/add-on.ts';
import { weightsOf } from './prioritizers/weights.ts';
import type { ReasonText } from './reason.ts';
import { specProblem } from './spec-problem.ts';
import { isSpread, spreadOver, spreadProblem } from './spread.ts';
import { added, type ScheduleStatus, success } from './status.ts';

/** The clusters that are taken. */
export interface Choice {
  /** In order of score, then name. */
  readonly selected: readonly string[];
  /** The same in order of name. */
  readonly byName: readonly string[];
  /** Scores of the selected, where decisions hold them. */
  readonly scores: ReadonlyMap<string, number> | null;
  readonly unscheduled: number;
  readonly status: ScheduleStatus;
  /** Why clusters that passed the filters are not taken, where they are spread. */
  readonly unspread: readonly ReasonText[];
  readonly recheckAt: Instant | null;
}

/** What passed the filters, and the weighted sums of its scores; good until the next candidates or the next ranking are made. */
export type Ranked =
  | { readonly ok: true; readonly ranking: Ranking; readonly status: ScheduleStatus }
  | { readonly ok: false; readonly status: ScheduleStatus };

/** Filters and scores clusters, and takes the best. */
export function choose(available: ClusterSubset, input: PipelineInput): Choice {
  const ranked = rank(available, input);
  if (!ranked.ok) return refused(ranked.status);
  const { ranking, status } = ranked;
  const taken = take(ranking, input);
  if (taken.problem !== null) return refused(spreadProblem(taken.problem));
  const { selected, byName, unspread } = taken;
  const most = input.placement.numberOfClusters;
  return {
    selected,
    byName,
    scores: sortsByScore(input) ? scoresOf(selected, ranking, input) : null,
    unscheduled: most === null ? 0 : most - selected.length,
    status,
    unspread,
    recheckAt: recheckAt(ranking, input),
  };
}

function refused(status: ScheduleStatus): Choice {
  const nobody = { selected: [], byName: [], scores: null, unscheduled: 0 };
  return { ...nobody, status, unspread: [], recheckAt: null };
}

/** Filters and scores clusters. */
export function rank(available: ClusterSubset, input: PipelineInput): Ranked {
  const wrong = specProblem(input);
  if (wrong !== null) return { ok: false, status: wrong };
  const candidates = candidatesOf(available);
  for (const filter of filters) {
    const problem = filter.problem(input, isEmpty(candidates));
    if (problem !== null) return { ok: false, status: problem };
    filter.narrow(candidates, input);
  }
  const weights = weightsOf(input.placement, input.compat);
  if (!weights.ok) return { ok: false, status: weights.status };
  const ranking = rankingOf(candidates);
  let status = success;
  for (const { weight, prioritizer } of weights.weighted) {
    const warning = prioritizer.add(ranking, weight, input);
    if (warning !== null) status = added(status, warning, input.compat);
  }
  return { ok: true, ranking, status };
}

function take(ranking: Ranking, input: PipelineInput) {
  const { placement, inventory } = input;
  if (!isSpread(input)) {
    const { names, byName } = bestOf(inventory, ranking, placement.numberOfClusters);
    return { selected: names, byName, unspread: [], problem: null };
  }
  const ranked = bestOf(inventory, ranking, null).names.flatMap(
    (name) => clusterFacts(inventory, name) ?? [],
  );
  const { chosen, why, problem } = spreadOver(ranked, placement);
  const selected = chosen.map(({ name }) => name);
  return { selected, byName: selected.toSorted(compareText), unspread: why, problem };
}

/** Upstream's scheduler does not know `sortBy`. */
function sortsByScore({ placement, compat }: PipelineInput): boolean {
  return placement.sortBy === 'Score' && compat === 'native';
}

function scoresOf(
  selected: readonly string[],
  { rows, sums }: Ranking,
  { inventory }: PipelineInput,
): ReadonlyMap<string, number> {
  return new Map(
    selected.map((name) => {
      const place = placeOf(rows, rowNamed(inventory, name) ?? -1);
      // The API takes whole numbers.
      return [name, Math.trunc(sums[place] ?? 0) + 0];
    }),
  );
}

// Upstream asks to be woken for clusters decided before, and for tolerations only.
function recheckAt(ranking: Ranking, input: PipelineInput): Instant | null {
  const { placement, inventory, decided, compat } = input;
  if (compat === 'upstream') return tolerationEnds(input, decided);
  const clusters = () =>
    Array.from(ranking.rows, (row) => factsAt(inventory, row)).filter((of) => !!of);
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

/** The earlier of two instants; null is none. */
export function earliest(a: Instant | null, b: Instant | null): Instant | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}
