import { clusterFacts } from '../inventory/inventory.ts';
import { holds } from '../predicate/evaluate.ts';
import { nearestTurn, type Turn } from '../predicate/nearest.ts';
import type { PipelineInput } from './input.ts';
import { runPipeline } from './pipeline.ts';
import { type ScheduleOutcome, schedule } from './schedule.ts';

/** Every step of a placement's decision, in order; what `ocm explain` prints. */
export interface Explanation {
  readonly outcome: ScheduleOutcome;
  readonly sets: readonly string[];
  readonly steps: readonly Step[];
  /** The weighted sums of what passed the filters. */
  readonly scores: ReadonlyMap<string, number>;
  /**
   * Of one cluster: the fewest conditions of `where` that would have to turn for it to pass, or to be dropped where it
   * passes. null where no fact can turn them, and where no cluster was asked for.
   */
  readonly nearest: readonly Turn[] | null;
}
export type Step =
  | {
      readonly step: 'filter';
      readonly by: string;
      /** Of this and all filters before it, in order of name. */
      readonly kept: readonly string[];
      readonly dropped: readonly { readonly cluster: string; readonly why: string }[];
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
        .map((one) => ({ cluster: one.name, why: filter.why(one, input) ?? 'not kept' })),
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
    sets: trace.sets,
    steps: [...filtered, ...scored],
    scores: new Map([...trace.scores].filter(([of]) => concerns(of))),
    nearest: cluster === undefined ? null : nearest(input, cluster),
  };
}

function nearest({ placement, inventory, now, compat }: ExplainInput, name: string) {
  const cluster = clusterFacts(inventory, name);
  if (cluster === undefined) return null;
  const scope = { cluster, now, compat };
  return nearestTurn(placement.where, scope, !holds(placement.where, scope));
}
