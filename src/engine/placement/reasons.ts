import { candidatesOf, left } from '../inventory/candidates.ts';
import { type ClusterSubset, clustersOfSets } from '../inventory/inventory.ts';
import { firstOutside, named } from '../inventory/subset.ts';
import { choose } from './choose.ts';
import type { PipelineInput } from './input.ts';
import { eligibleSets, filters, setProblem } from './pipeline.ts';
import type { Reason } from './reason.ts';
import { specProblem } from './spec-problem.ts';
import { isSpread } from './spread.ts';

/** Why a placement decides as it does: an entry for each filter that ran, and for what ranks too low. */
export function reasonsOf(input: PipelineInput): readonly Reason[] {
  const sets = eligibleSets(input);
  if (setProblem(input, sets) !== null || specProblem(input) !== null) return [];
  const { inventory } = input;
  const available = clustersOfSets(inventory, sets);
  const reasons: Reason[] = [];
  let feasible = available;
  for (const filter of filters) {
    if (filter.problem(input, feasible.size === 0) !== null) return reasons;
    const candidates = candidatesOf(feasible);
    filter.narrow(candidates, input);
    const kept = left(candidates);
    const why = filter.whyDropped(feasible, kept, input);
    reasons.push({ by: filter.name, kept: kept.size, dropped: feasible.size - kept.size, why });
    feasible = kept;
  }
  return [...reasons, ...cutReason(available, feasible, input)];
}

function cutReason(
  available: ClusterSubset,
  feasible: ClusterSubset,
  input: PipelineInput,
): readonly Reason[] {
  const { selected, status, unspread } = choose(available, input);
  const kept = selected.length;
  const dropped = feasible.size - kept;
  if (dropped <= 0 || status.code === 'Misconfigured') return [];
  if (isSpread(input)) return [{ by: 'take', kept, dropped, why: unspread }];
  const example = firstOutside(input.inventory, feasible, named(input.inventory, selected)) ?? '';
  const why = [{ text: `ranked below the first ${kept}`, clusters: dropped, example }];
  return [{ by: 'take', kept, dropped, why }];
}
