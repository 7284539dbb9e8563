import { approximateNumber, parseQuantity } from '../../../kube/quantity.ts';
import type { ClusterFacts } from '../../inventory/facts.ts';
import { fieldOf } from '../../inventory/facts.ts';
import { numbersNamed } from '../../inventory/ranking.ts';
import type { Prioritizer } from './prioritizer.ts';
import { addScores } from './prioritizer.ts';

/**
 * More that can be allocated is better, from -100 to 100 between the least and the most of the clusters that passed;
 * one that does not say counts 0 (ocm `plugins/resource`).
 */
export function resource(name: 'cpu' | 'memory'): Prioritizer {
  return {
    score: (among) => {
      const amounts = new Map(among.map((cluster) => [cluster.name, amountOf(cluster, name)]));
      const known = [...amounts].filter(([, amount]) => !Number.isNaN(amount));
      // One by one: no function takes as many arguments as there may be clusters.
      const least = known.reduce((a, [, b]) => Math.min(a, b), Number.POSITIVE_INFINITY);
      const most = known.reduce((a, [, b]) => Math.max(a, b), Number.NEGATIVE_INFINITY);
      const scores = known.map(
        ([cluster, amount]) => [cluster, scoreOf(amount, least, most)] as const,
      );
      return { scores: new Map(scores) };
    },
    add: (to, weight, { inventory }) => {
      const amounts = numbersNamed(inventory, `allocatable ${name}`, (of) => amountOf(of, name));
      let least = Number.POSITIVE_INFINITY;
      let most = Number.NEGATIVE_INFINITY;
      for (const row of to.rows) {
        const amount = amounts[row] ?? Number.NaN;
        if (amount < least) least = amount;
        if (amount > most) most = amount;
      }
      addScores(to, weight, (row) => scoreOf(amounts[row] ?? Number.NaN, least, most));
      return null;
    },
  };
}

function scoreOf(amount: number, least: number, most: number): number {
  if (Number.isNaN(amount)) return 0;
  const span = most - least;
  return span === 0 ? 100 : Math.trunc(((amount - least) / span - 0.5) * 2 * 100) + 0;
}

// NaN unless the cluster says both what it has and what can be allocated.
function amountOf(cluster: ClusterFacts, name: string): number {
  const capacity = read(cluster, 'capacity', name);
  return Number.isNaN(capacity) ? capacity : read(cluster, 'allocatable', name);
}

function read(cluster: ClusterFacts, of: 'allocatable' | 'capacity', name: string): number {
  const value = fieldOf(cluster, ['status', of, name]);
  if (typeof value !== 'string' && typeof value !== 'number') return Number.NaN;
  const quantity = parseQuantity(typeof value === 'string' ? value.trim() : value);
  if (quantity === null) return Number.NaN;
  return Math.min(mostAmount, Math.max(-mostAmount, approximateNumber(quantity)));
}

/** Amounts beyond count as this, so that the difference of any two is a number. */
const mostAmount = Number.MAX_VALUE / 4;
