import { compareText } from '../../base/json.ts';
import { factText } from '../inventory/fact.ts';
import { type ClusterFacts, isTerminating } from '../inventory/facts.ts';
import { holds } from '../predicate/evaluate.ts';
import type { PipelineInput } from './input.ts';
import { mentionsOf } from './mentions.ts';
import { eligibleSets } from './pipeline.ts';

/**
 * Can other facts of one cluster change what a placement decides? No, where it mentions nothing that changed; and no,
 * where it could choose the cluster neither before nor now. Never no where the decision does change.
 */
export function concerns(
  input: Omit<PipelineInput, 'inventory'>,
  before: ClusterFacts,
  now: ClusterFacts,
): boolean {
  if (changesMembers(before, now)) return true;
  const taints = { from: 'taints' } as const;
  const changed = [taints, ...mentionsOf(input.placement).facts].some(
    (fact) => factText(fact, before) !== factText(fact, now),
  );
  return changed && (mayChoose(input, before) || mayChoose(input, now));
}

// Whether a set has any clusters is said in a condition, whoever is chosen.
function changesMembers(before: ClusterFacts, now: ClusterFacts): boolean {
  if (isTerminating(before) !== isTerminating(now)) return true;
  const [was, is] = [before.sets, now.sets].map((sets) => sets.toSorted(compareText).join(' '));
  return was !== is;
}

function mayChoose(input: Omit<PipelineInput, 'inventory'>, cluster: ClusterFacts): boolean {
  const { placement, now, compat, decided } = input;
  // Upstream looks when tolerations end on whatever is decided, also where it is chosen no more.
  if (compat === 'upstream' && decided.includes(cluster.name)) return true;
  const sets = eligibleSets(input);
  return (
    cluster.sets.some((set) => sets.includes(set)) &&
    holds(placement.where, { cluster, now, compat })
  );
}
