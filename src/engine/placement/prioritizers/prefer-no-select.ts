import type { ClusterFacts } from '../../inventory/facts.ts';
import { taintsOf } from '../../inventory/facts.ts';
import { factsAt, placeOf, rowsThat } from '../../inventory/ranking.ts';
import { isTolerated } from '../filters/taint-toleration.ts';
import type { PipelineInput } from '../input.ts';
import type { Prioritizer } from './prioritizer.ts';

const plugin = 'PreferNoSelect';
const penalty = -100;
const avoided = 'rows with PreferNoSelect';

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
    for (const row of rowsThat(input.inventory, { from: 'taints' }, avoided, isAvoided)) {
      const place = placeOf(to.rows, row);
      const facts = place < 0 ? undefined : factsAt(input.inventory, row);
      if (facts !== undefined) to.addAt(place, weight * scoreOf(facts, input));
    }
    return null;
  },
};

function isAvoided(cluster: ClusterFacts): boolean {
  return taintsOf(cluster).some(({ effect }) => effect === plugin);
}

function scoreOf(cluster: ClusterFacts, input: PipelineInput): number {
  let score = 0;
  for (const taint of taintsOf(cluster)) {
    if (taint.effect === plugin && !isTolerated(taint, input)) score += penalty;
  }
  return score;
}
