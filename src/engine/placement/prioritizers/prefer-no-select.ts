import type { ClusterFacts } from '../../inventory/facts.ts';
import { taintsOf } from '../../inventory/facts.ts';
import { factsAt } from '../../inventory/ranking.ts';
import { isTolerated } from '../filters/taint-toleration.ts';
import type { PipelineInput } from '../pipeline.ts';
import type { Prioritizer } from './prioritizer.ts';
import { addScores } from './prioritizer.ts';

const penalty = -100;

/**
 * A cluster with a taint `PreferNoSelect` that nobody tolerates is chosen last: -100 for each. Upstream gives such taints
 * no effect, so this is not run for `compat: upstream`.
 */
export const preferNoSelect: Prioritizer = {
  score: (among, input) => {
    const scores = among.flatMap((cluster): [string, number][] => {
      const score = scoreOf(cluster, input);
      return score === 0 ? [] : [[cluster.name, score]];
    });
    return { scores: new Map(scores) };
  },
  add: (to, weight, input) => {
    addScores(to, weight, (row) => {
      const facts = factsAt(input.inventory, row);
      return facts === undefined ? 0 : scoreOf(facts, input);
    });
    return null;
  },
};

function scoreOf(cluster: ClusterFacts, input: PipelineInput): number {
  let score = 0;
  for (const taint of taintsOf(cluster)) {
    if (taint.effect === 'PreferNoSelect' && !isTolerated(taint, input)) score += penalty;
  }
  return score;
}
