import { assertNever } from '../../../base/never.ts';
import { approximateNumber, parseQuantity } from '../../../kube/quantity.ts';
import {
  type ClusterFacts,
  fieldOf,
  scoreOf,
  scoresNamed,
  validity,
} from '../../inventory/facts.ts';
import type { PipelineInput } from '../pipeline.ts';
import type { ScheduleStatus } from '../status.ts';
import { nameOf, type Scored } from './weights.ts';

/** Scores by cluster; one without an entry counts 0. */
export interface Scores {
  readonly scores: ReadonlyMap<string, number>;
  readonly warning?: ScheduleStatus;
}

/** Scores clusters that passed the filters (placement.md §6; ocm `pkg/placement/plugins`). */
export function prioritize(
  by: Scored,
  among: readonly ClusterFacts[],
  input: PipelineInput,
): Scores {
  if (by.type === 'AddOn') return addOn(by, among, input);
  switch (by.name) {
    case 'Balance':
      return balance(among, input);
    case 'Steady':
      return steady(among, input);
    case 'ResourceAllocatableCPU':
      return resource('cpu', among);
    case 'ResourceAllocatableMemory':
      return resource('memory', among);
    default:
      return assertNever(by.name);
  }
}

/** Fewer decisions of other placements are better: 100 for none, -100 for the most. */
function balance(among: readonly ClusterFacts[], { othersDecided }: PipelineInput): Scores {
  let most = 0;
  for (const count of othersDecided.values()) most = Math.max(most, count);
  return scored(among, ({ name }) => {
    const count = othersDecided.get(name) ?? 0;
    return count === 0 || most === 0 ? 100 : 2 * Math.trunc(100 * (0.5 - count / most));
  });
}

/** What is decided already is better. */
function steady(among: readonly ClusterFacts[], { decided }: PipelineInput): Scores {
  const kept = new Set(decided);
  return scored(among, ({ name }) => (kept.has(name) ? 100 : 0));
}

/** More that can be allocated is better, from -100 to 100 between the least and the most. */
function resource(name: 'cpu' | 'memory', among: readonly ClusterFacts[]): Scores {
  const amounts = new Map<string, number>();
  for (const cluster of among) {
    const [allocatable, capacity] = ['allocatable', 'capacity'].map((of) =>
      fieldOf(cluster, ['status', of, name]),
    );
    if (allocatable === undefined || capacity === undefined) continue;
    if (typeof allocatable !== 'string' && typeof allocatable !== 'number') continue;
    const quantity = parseQuantity(allocatable);
    if (quantity !== null) amounts.set(cluster.name, approximateNumber(quantity));
  }
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const amount of amounts.values()) {
    least = Math.min(least, amount);
    most = Math.max(most, amount);
  }
  const scores = new Map<string, number>();
  for (const [cluster, amount] of amounts) {
    const span = most - least;
    scores.set(
      cluster,
      span === 0 ? 100 : Math.trunc(((amount - least) / span - 0.5) * 2 * 100) + 0,
    );
  }
  return { scores };
}

/** What an add-on reports, as long as it is valid. */
function addOn(
  by: Extract<Scored, { readonly type: 'AddOn' }>,
  among: readonly ClusterFacts[],
  { now }: PipelineInput,
): Scores {
  const expired: string[] = [];
  const { scores } = scored(among, (cluster) => {
    // expiry is of the whole AddOnPlacementScore, whether or not it has the score
    const until = validity(scoresNamed(cluster, by.resource)?.status?.validUntil);
    if (until !== null && now > until) {
      expired.push(`${cluster.name}/${by.resource}`);
      return 0;
    }
    return scoreOf(cluster, by.resource, by.score)?.value ?? 0;
  });
  if (expired.length === 0) return { scores };
  const message = `AddOnPlacementScores ${expired.join(' ')} expired`;
  return { scores, warning: { code: 'Warning', plugin: nameOf(by), message } };
}

function scored(
  among: readonly ClusterFacts[],
  score: (cluster: ClusterFacts) => number,
): { readonly scores: Map<string, number> } {
  return { scores: new Map(among.map((cluster) => [cluster.name, score(cluster)])) };
}
