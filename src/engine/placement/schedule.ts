import type { Instant } from '../../base/instant.ts';
import type { NewCondition } from '../../kube/conditions.ts';
import { tolerationEnds } from './filters/taint-toleration.ts';
import { type DecisionGroup, groupsOf } from './groups.ts';
import { type PipelineInput, runPipeline, type Trace } from './pipeline.ts';
import type { ScheduleStatus } from './status.ts';

export type ScheduleInput = PipelineInput;

/** What a placement decides. `reasons` is bounded: one entry per filter and prioritizer that ran. */
export interface ScheduleOutcome {
  /** In order of score, then name. */
  readonly selected: readonly string[];
  /** null: nothing can be said of groups, and the decisions are not to be kept (misconfigured groups). */
  readonly groups: readonly DecisionGroup[] | null;
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

/** What one step did. */
export interface Reason {
  readonly by: string;
  readonly kept: number;
  readonly dropped: number;
  /** At most five, the most frequent first; `example` is one cluster it is true of. */
  readonly why: readonly {
    readonly text: string;
    readonly clusters: number;
    readonly example: string;
  }[];
}

/** Decides which clusters a placement selects (ocm `pkg/placement/controllers/scheduling/scheduling_controller.go`). */
export function schedule(input: ScheduleInput): ScheduleOutcome {
  const trace = runPipeline(input);
  const { selected, unscheduled, status, error } = trace;
  const recheckAt = error === null ? tolerationEnds(input) : null;
  if (error !== null) {
    const none = { selected, groups: null, unscheduled: 0, conditions: [], reasons: [], recheckAt };
    return { ...none, status, error };
  }
  const grouped = groupsOf(selected, input);
  const problem = grouped.ok ? status : grouped.status;
  return {
    selected,
    groups: grouped.ok ? grouped.groups : null,
    unscheduled,
    conditions: [misconfiguredCondition(problem), satisfiedCondition(trace, input)],
    status,
    reasons: reasonsOf(trace, input),
    recheckAt,
    error,
  };
}

function misconfiguredCondition({ code, plugin, message }: ScheduleStatus): NewCondition {
  const type = 'PlacementMisconfigured';
  if (code === 'Misconfigured') {
    return { type, status: 'True', reason: 'Misconfigured', message: `${plugin}:${message}` };
  }
  const fine = 'Placement configurations check pass';
  return { type, status: 'False', reason: 'Succeedconfigured', message: fine };
}

function satisfiedCondition(trace: Trace, { placement, boundSets }: ScheduleInput): NewCondition {
  const no = (reason: string, message: string): NewCondition => ({
    type: 'PlacementSatisfied',
    status: 'False',
    reason,
    message,
  });
  if (boundSets.length === 0) {
    const message = 'No valid ManagedClusterSetBindings found in placement namespace';
    return no('NoManagedClusterSetBindings', message);
  }
  if (trace.sets.length === 0) {
    const names = placement.clusterSets.join(',');
    const message = `None of ManagedClusterSets [${names}] is bound to placement namespace`;
    return no('NoIntersection', message);
  }
  if (trace.available.length === 0) {
    const message = `All ManagedClusterSets [${trace.sets.join(',')}] have no member ManagedCluster`;
    return no('AllManagedClusterSetsEmpty', message);
  }
  if (trace.status.code === 'Error') return no('NotAllDecisionsScheduled', trace.status.message);
  if (trace.selected.length === 0) {
    const message = 'No ManagedCluster matches any of the cluster predicate';
    return no('NoManagedClusterMatched', message);
  }
  if (trace.unscheduled === 0) {
    const message = 'All cluster decisions scheduled';
    return { ...no('AllDecisionsScheduled', message), status: 'True' };
  }
  return no('NotAllDecisionsScheduled', `${trace.unscheduled} cluster decisions unscheduled`);
}

const mostReasons = 5;
/** Clusters looked at for the texts of reasons: they are examples, and the outcome stays cheap. */
const mostExamined = 200;

function reasonsOf(
  { filterSteps, selected, scores }: Trace,
  input: ScheduleInput,
): readonly Reason[] {
  const filtered = filterSteps.map(({ filter, before, kept }): Reason => {
    const still = new Set(kept);
    const dropped = before.filter((cluster) => !still.has(cluster));
    const texts = new Map<string, { clusters: number; example: string }>();
    for (const cluster of dropped.slice(0, mostExamined)) {
      const text = filter.why(cluster, input) ?? 'not kept';
      const known = texts.get(text) ?? { clusters: 0, example: cluster.name };
      texts.set(text, { ...known, clusters: known.clusters + 1 });
    }
    const why = [...texts]
      .map(([text, of]) => ({ text, ...of }))
      .sort((a, b) => b.clusters - a.clusters)
      .slice(0, mostReasons);
    return { by: filter.name, kept: kept.length, dropped: dropped.length, why };
  });
  const cut = scores.size - selected.length;
  if (cut <= 0) return filtered;
  const example = [...scores.keys()].find((name) => !selected.includes(name)) ?? '';
  const text = `ranked below the first ${selected.length}`;
  const last = { by: 'take', kept: selected.length, dropped: cut };
  return [...filtered, { ...last, why: [{ text, clusters: cut, example }] }];
}
