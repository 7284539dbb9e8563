import type { Instant } from '../../base/instant.ts';
import { compareText } from '../../base/json.ts';
import type { IrPlacement } from '../../ir/program.ts';
import { type ClusterFacts, isTerminating } from '../inventory/facts.ts';
import { clusterFacts, clusterNames, clusterSet, type Inventory } from '../inventory/inventory.ts';
import type { Compat } from '../predicate/scope.ts';
import { predicateFilter } from './filters/predicate.ts';
import { taintTolerationFilter } from './filters/taint-toleration.ts';
import { prioritize } from './prioritizers/prioritize.ts';
import { nameOf, weightsOf } from './prioritizers/weights.ts';
import { misconfigured, type ScheduleStatus, success } from './status.ts';

/** All that scheduling looks at. There is no client, no lister and no clock. */
export interface PipelineInput {
  readonly placement: IrPlacement;
  readonly inventory: Inventory;
  /** Sets the placement's namespace is bound to and that exist. */
  readonly boundSets: readonly string[];
  /** Clusters in the placement's decisions as they are now. */
  readonly decided: readonly string[];
  /** In how many decisions of other placements each cluster is. */
  readonly othersDecided: ReadonlyMap<string, number>;
  readonly now: Instant;
  readonly compat: Compat;
}

/** Keeps some clusters, or says that the placement asks for something impossible. */
export interface Filter {
  readonly name: string;
  readonly filter: (
    among: readonly ClusterFacts[],
    input: PipelineInput,
  ) => { readonly kept: readonly ClusterFacts[]; readonly status?: ScheduleStatus };
  /** Why a cluster is dropped; null where it is kept. */
  readonly why: (cluster: ClusterFacts, input: PipelineInput) => string | null;
}

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

/** Bindings → sets → clusters → filters → scores → the first N (ocm `pkg/placement/controllers/scheduling`). */
export function runPipeline(input: PipelineInput): Trace {
  const { placement, inventory, boundSets } = input;
  const { clusterSets } = placement;
  const bound = [...new Set(boundSets)].sort(compareText);
  const sets =
    clusterSets.length === 0 ? bound : bound.filter((name) => clusterSets.includes(name));
  const nothing = { ...empty, sets };
  for (const name of sets) {
    const membership = clusterSet(inventory, name);
    if (membership?.by !== 'problem') continue;
    const error = `failed to get clusters from ClusterSet "${name}": ${membership.message}`;
    return { ...nothing, error };
  }
  const available = membersOf(inventory, new Set(sets));
  const count = placement.numberOfClusters;
  if (count !== null && count < 0) {
    const status = misconfigured('', `numberOfClusters is negative: ${count}`);
    return { ...nothing, available, status };
  }
  const filterSteps: FilterStep[] = [];
  let kept = available;
  for (const filter of filters) {
    const before = kept;
    const outcome = filter.filter(before, input);
    if (outcome.status !== undefined) {
      return { ...nothing, available, filterSteps, status: outcome.status };
    }
    kept = outcome.kept;
    const step = [...filterSteps.map((one) => one.filter.name), filter.name].join(',');
    filterSteps.push({ step, filter, before, kept });
  }
  return { ...nothing, available, filterSteps, ...score(kept, input) };
}

/** The clusters of some sets, without those that are going, in order of name. */
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
  const weights = weightsOf(input.placement);
  if (!weights.ok) {
    const none = { scoreSteps: [], scores: new Map(), selected: [], unscheduled: 0 };
    return { ...none, status: weights.status };
  }
  let status = success;
  const sums = new Map(kept.map(({ name }) => [name, 0]));
  const scoreSteps = weights.weighted.map(({ by, weight }): ScoreStep => {
    const { scores, warning } = prioritize(by, kept, input);
    if (warning !== undefined) status = warning;
    for (const [name, value] of scores) sums.set(name, (sums.get(name) ?? 0) + value * weight);
    return { name: nameOf(by), weight, scores };
  });
  const ranked = [...sums].sort(([a, x], [b, y]) => y - x || compareText(a, b));
  const most = input.placement.numberOfClusters;
  const selected = ranked.slice(0, most ?? ranked.length).map(([name]) => name);
  const unscheduled = most === null ? 0 : most - selected.length;
  return { scoreSteps, scores: sums, selected, unscheduled, status };
}
