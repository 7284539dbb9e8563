import { clustersOfSets } from '../inventory/inventory.ts';
import { factsAt, rowsIn } from '../inventory/ranking.ts';
import type { PipelineInput } from './input.ts';
import { eligibleSets, filters, setProblem } from './pipeline.ts';
import { weightsOf } from './prioritizers/weights.ts';
import { specProblem } from './spec-problem.ts';

/** The weighted sums of the first clusters in order of name that pass the filters; none where nothing can be scored. */
export function scoresByName(
  input: PipelineInput,
  most: number,
): readonly (readonly [cluster: string, score: number])[] {
  const { inventory, placement, compat } = input;
  const sets = eligibleSets(input);
  if (setProblem(input, sets) !== null || specProblem(input) !== null) return [];
  let feasible = clustersOfSets(inventory, sets);
  for (const filter of filters) {
    if (filter.problem(input, feasible.size) !== null) return [];
    feasible = filter.keep(feasible, input).kept;
  }
  const weights = weightsOf(placement, compat);
  if (!weights.ok) return [];
  const rows = rowsIn(feasible);
  const sums = new Float64Array(rows.length);
  for (const { weight, prioritizer } of weights.weighted) {
    prioritizer.add({ rows, sums }, weight, input);
  }
  return Array.from(rows.subarray(0, most), (row, at) => [
    factsAt(inventory, row)?.name ?? '',
    sums[at] ?? 0,
  ]);
}
