import { clustersOfSets } from '../inventory/inventory.ts';
import { factsAt } from '../inventory/ranking.ts';
import { rank } from './choose.ts';
import type { PipelineInput } from './input.ts';
import { eligibleSets, setProblem } from './pipeline.ts';

/** The weighted sums of the first clusters in order of name that pass the filters; none where nothing can be scored. */
export function scoresByName(
  input: PipelineInput,
  most: number,
): readonly (readonly [cluster: string, score: number])[] {
  const { inventory } = input;
  const sets = eligibleSets(input);
  if (setProblem(input, sets) !== null) return [];
  const ranked = rank(clustersOfSets(inventory, sets), input);
  if (!ranked.ok) return [];
  const { rows, sums } = ranked.ranking;
  return Array.from(rows.subarray(0, most), (row, at) => [
    factsAt(inventory, row)?.name ?? '',
    sums[at] ?? 0,
  ]);
}
