import type { Origin } from '../../ir/program.ts';
import type { ClusterFacts } from '../inventory/facts.ts';
import type { Filter } from './filters/filter.ts';
import type { PipelineInput } from './input.ts';
import { type Change, nearestChange } from './nearest-change.ts';
import { runPipeline } from './pipeline.ts';
import type { Reason } from './reason.ts';
import { reasonsOf } from './reasons.ts';
import { type ScheduleOutcome, schedule } from './schedule.ts';

/** Every step of a placement's decision, in order; what `ocm explain` prints. */
export interface Explanation {
  readonly outcome: ScheduleOutcome;
  readonly reasons: readonly Reason[];
  readonly sets: readonly string[];
  readonly steps: readonly Step[];
  /** The weighted sums of what passed the filters. */
  readonly scores: ReadonlyMap<string, number>;
  /** Of one cluster: what would admit or drop it. null where nothing can, and where no cluster was asked for. */
  readonly nearest: readonly Change[] | null;
}
export interface Dropped {
  readonly cluster: string;
  readonly why: string;
  /** Where that is written, if it is in a program. */
  readonly origin?: Origin;
}
export type Step =
  | {
      readonly step: 'filter';
      readonly by: string;
      /** Of this and all filters before it, in order of name. */
      readonly kept: readonly string[];
      readonly dropped: readonly Dropped[];
    }
  | {
      readonly step: 'score';
      readonly by: string;
      readonly weight: number;
      readonly scores: ReadonlyMap<string, number>;
    };

export interface ExplainInput extends PipelineInput {
  /** Only what concerns this cluster. */
  readonly cluster?: string;
}

/** The full trace, on demand: it is as long as the fleet. */
export function explain(input: ExplainInput): Explanation {
  const { cluster } = input;
  const trace = runPipeline(input);
  const concerns = (name: string) => cluster === undefined || name === cluster;
  const filtered = trace.filterSteps.map(({ filter, before, kept }): Step => {
    const still = new Set(kept);
    return {
      step: 'filter',
      by: filter.name,
      kept: kept.map(({ name }) => name).filter(concerns),
      dropped: before
        .filter((one) => !still.has(one) && concerns(one.name))
        .map((one) => droppedBy(filter, one, input)),
    };
  });
  const scored = trace.scoreSteps.map(
    ({ name, weight, scores }): Step => ({
      step: 'score',
      by: name,
      weight,
      scores: new Map([...scores].filter(([of]) => concerns(of))),
    }),
  );
  return {
    outcome: schedule(input),
    reasons: reasonsOf(input),
    sets: trace.sets,
    steps: [...filtered, ...scored],
    scores: new Map([...trace.scores].filter(([of]) => concerns(of))),
    nearest: cluster === undefined ? null : nearestChange(input, cluster, trace),
  };
}

function droppedBy(filter: Filter, cluster: ClusterFacts, input: PipelineInput): Dropped {
  const why = filter.why(cluster, input) ?? 'not kept';
  const origin = filter.origin?.(cluster, input) ?? null;
  return { cluster: cluster.name, why, ...(origin !== null && { origin }) };
}
