import { areInOrder, compareText } from '../../base/json.ts';
import { type ClusterFacts, isTerminating } from '../inventory/facts.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { clusterFacts, clusterNames, clusterSet } from '../inventory/inventory.ts';
import type { Filter } from './filters/filter.ts';
import { predicateFilter } from './filters/predicate.ts';
import { taintTolerationFilter } from './filters/taint-toleration.ts';
import type { PipelineInput } from './input.ts';
import { weightsOf } from './prioritizers/weights.ts';
import { rankedBy } from './recorded-scores.ts';
import { specProblem } from './spec-problem.ts';
import { isSpread, spreadOver, spreadProblem } from './spread.ts';
import { added, type ScheduleStatus, success } from './status.ts';

/** In the order in which they run. */
export const filters: readonly Filter[] = [predicateFilter, taintTolerationFilter];

export interface FilterStep {
  /** Names of the filters so far, joined with commas, as upstream's debugger prints them. */
  readonly step: string;
  readonly filter: Filter;
  readonly before: readonly ClusterFacts[];
  readonly kept: readonly ClusterFacts[];
}
export interface ScoreStep {
  readonly name: string;
  readonly weight: number;
  readonly scores: ReadonlyMap<string, number>;
}

/** Everything a run of the pipeline found out. */
export interface Trace {
  /** Sets the placement may choose from, in order of name. */
  readonly sets: readonly string[];
  readonly available: readonly ClusterFacts[];
  readonly filterSteps: readonly FilterStep[];
  readonly scoreSteps: readonly ScoreStep[];
  /** The weighted sum of every cluster that passed the filters. */
  readonly scores: ReadonlyMap<string, number>;
  /** In order of score, then name. */
  readonly selected: readonly string[];
  readonly unscheduled: number;
  readonly status: ScheduleStatus;
  /** A set that cannot be resolved: nothing was looked at, and nothing is to be written. */
  readonly error: string | null;
}

/**
 * Bindings → sets → clusters → filters → scores → the first N (ocm `pkg/placement/controllers/scheduling`). This is the
 * reference: cluster by cluster, with everything it found out. `schedule` must decide the same.
 */
export function runPipeline(input: PipelineInput): Trace {
  const sets = eligibleSets(input);
  const nothing = { ...empty, sets };
  const error = setProblem(input, sets);
  if (error !== null) return { ...nothing, error };
  const available = membersOf(input.inventory, new Set(sets));
  const problem = specProblem(input);
  if (problem !== null) return { ...nothing, available, status: problem };
  const filterSteps: FilterStep[] = [];
  let kept = available;
  for (const filter of filters) {
    const before = kept;
    const status = filter.problem(input, before.length === 0);
    if (status !== null) return { ...nothing, available, filterSteps, status };
    kept = before.filter(filter.test(input));
    const step = [...filterSteps.map((one) => one.filter.name), filter.name].join(',');
    filterSteps.push({ step, filter, before, kept });
  }
  return { ...nothing, available, filterSteps, ...score(kept, input) };
}

/** The bound sets a placement may choose from: all, or those it names; in order of name. */
export function eligibleSets({
  placement,
  boundSets,
}: Pick<PipelineInput, 'placement' | 'boundSets'>): readonly string[] {
  const bound = areInOrder(boundSets, (name) => name)
    ? boundSets
    : [...new Set(boundSets)].sort(compareText);
  const { clusterSets } = placement;
  return clusterSets.length === 0 ? bound : bound.filter((name) => clusterSets.includes(name));
}

/** Why a set cannot be resolved, in upstream's words; null where all can. */
export function setProblem({ inventory }: PipelineInput, sets: readonly string[]): string | null {
  for (const name of sets) {
    const membership = clusterSet(inventory, name);
    if (membership?.by !== 'problem') continue;
    return `failed to get clusters from ClusterSet "${name}": ${membership.message}`;
  }
  return null;
}

// The clusters of some sets, without those that are going, in order of name.
function membersOf(inventory: Inventory, sets: ReadonlySet<string>): readonly ClusterFacts[] {
  return clusterNames(inventory).flatMap((name) => {
    const facts = clusterFacts(inventory, name);
    const isMember = facts?.sets.some((set) => sets.has(set)) && !isTerminating(facts);
    return facts !== undefined && isMember ? [facts] : [];
  });
}

const empty: Trace = {
  sets: [],
  available: [],
  filterSteps: [],
  scoreSteps: [],
  scores: new Map(),
  selected: [],
  unscheduled: 0,
  status: success,
  error: null,
};

type Scored = Pick<Trace, 'scoreSteps' | 'scores' | 'selected' | 'unscheduled' | 'status'>;

function score(kept: readonly ClusterFacts[], input: PipelineInput): Scored {
  const weights = weightsOf(input.placement, input.compat);
  if (!weights.ok) return { ...unscored, status: weights.status };
  let status = success;
  const sums = new Map(kept.map(({ name }) => [name, 0]));
  const scoreSteps = weights.weighted.map(({ name, weight, prioritizer }): ScoreStep => {
    const { scores, warning } = prioritizer.score(kept, input);
    if (warning !== undefined) status = added(status, warning, input.compat);
    for (const [of, value] of scores) sums.set(of, (sums.get(of) ?? 0) + value * weight);
    return { name, weight, scores };
  });
  const order = [...sums].sort(([a, x], [b, y]) => y - x || compareText(a, b));
  const byName = new Map(kept.map((cluster) => [cluster.name, cluster]));
  const ranked = order.flatMap(([name]) => byName.get(name) ?? []);
  const most = input.placement.numberOfClusters;
  const { chosen, problem } = isSpread(input)
    ? spreadOver(ranked, input.placement)
    : { chosen: ranked.slice(0, most ?? ranked.length), problem: null };
  if (problem !== null) return { ...unscored, status: spreadProblem(problem) };
  const names = chosen.map(({ name }) => name);
  const byScore = input.placement.sortBy === 'Score' && input.compat === 'native';
  // Decisions hold whole numbers, and are in order of those.
  const selected = byScore
    ? rankedBy(new Map(names.map((name) => [name, Math.trunc(sums.get(name) ?? 0)])))
    : names;
  const unscheduled = most === null ? 0 : most - selected.length;
  return { scoreSteps, scores: sums, selected, unscheduled, status };
}

const unscored = { scoreSteps: [], scores: new Map(), selected: [], unscheduled: 0 } as const;
