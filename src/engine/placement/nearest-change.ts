import { compareText } from '../../base/json.ts';
import type { ClusterTaint } from '../../kube/ocm/cluster.ts';
import type { ClusterFacts } from '../inventory/facts.ts';
import { isTerminating } from '../inventory/facts.ts';
import { clusterFacts } from '../inventory/inventory.ts';
import { nearestTurn, type Turn } from '../predicate/nearest.ts';
import { untoleratedTaints } from './filters/taint-toleration.ts';
import type { PipelineInput } from './input.ts';
import type { Trace } from './pipeline.ts';
import { isSpread, spreadTurn } from './spread.ts';

/** Something that would have to be otherwise for a cluster to be selected, or no longer to be. */
export type Change =
  /** A condition of `where`. */
  | ({ readonly change: 'fact' } & Turn)
  /** It would have to be in one of these sets, or in none of them. */
  | { readonly change: 'set'; readonly sets: readonly string[]; readonly mustHold: boolean }
  /** The taint would have to go, or be tolerated. */
  | { readonly change: 'toleration'; readonly taint: ClusterTaint }
  /** Its rank, from 1; clusters taken; its score, and that of the cluster it would have to pass, or to fall behind. */
  | {
      readonly change: 'rank';
      readonly rank: number;
      readonly take: number;
      readonly score: number;
      readonly other: number;
    }
  /** Clusters are chosen one by one, spread: its turn, from 1, and how many are taken. */
  | { readonly change: 'turn'; readonly turn: number; readonly take: number }
  /** It would be so far ahead of the least of a label or claim, where so much may be; null: it has none. */
  | {
      readonly change: 'skew';
      readonly over: string;
      readonly ahead: number | null;
      readonly skew: number;
    };

/**
 * The fewest changes that would admit a cluster to the filters, or, where it passes them, to the decision; or that would
 * drop it where it is selected. null where no change of these kinds can.
 */
export function nearestChange(
  input: PipelineInput,
  name: string,
  trace: Trace,
): readonly Change[] | null {
  const cluster = clusterFacts(input.inventory, name);
  if (cluster === undefined || isTerminating(cluster)) return null;
  if (trace.selected.includes(name)) return toDrop(input, cluster, trace);
  const filters = toPass(input, cluster, trace);
  if (filters === null || filters.length > 0) return filters;
  return rankOf(input, name, trace);
}

function toPass(
  input: PipelineInput,
  cluster: ClusterFacts,
  { sets }: Trace,
): readonly Change[] | null {
  const turns = turnsOf(input, cluster, true);
  if (turns === null) return null;
  const isMember = cluster.sets.some((set) => sets.includes(set));
  return [
    ...(isMember ? [] : [{ change: 'set', sets, mustHold: true } as const]),
    ...turns,
    ...untoleratedTaints(cluster, input).map((taint) => ({ change: 'toleration', taint }) as const),
  ];
}

function toDrop(
  input: PipelineInput,
  cluster: ClusterFacts,
  trace: Trace,
): readonly Change[] | null {
  const sets = cluster.sets.filter((set) => trace.sets.includes(set));
  return (
    turnsOf(input, cluster, false) ??
    rankOf(input, cluster.name, trace) ?? [{ change: 'set', sets, mustHold: false }]
  );
}

function turnsOf(
  { placement, now, compat }: PipelineInput,
  cluster: ClusterFacts,
  mustHold: boolean,
): readonly Change[] | null {
  const turns = nearestTurn(placement.where, { cluster, now, compat }, mustHold);
  return turns?.map((turn) => ({ change: 'fact', ...turn }) as const) ?? null;
}

function rankOf(input: PipelineInput, name: string, trace: Trace): readonly Change[] | null {
  if (isSpread(input)) return turnOf(input, name, trace);
  const take = input.placement.numberOfClusters;
  if (take === null) return null;
  const { scores, selected } = trace;
  const score = scores.get(name);
  if (score === undefined) return null;
  const chosen = new Set(selected);
  const others = [...scores].filter(([of]) => chosen.has(of) !== chosen.has(name));
  if (others.length === 0) return null;
  const values = others.map(([, value]) => value);
  const other = chosen.has(name)
    ? values.reduce((a, b) => Math.max(a, b))
    : values.reduce((a, b) => Math.min(a, b));
  const better = [...scores].filter(
    ([of, value]) => value > score || (value === score && of < name),
  );
  return [{ change: 'rank', rank: better.length + 1, take, score, other }];
}

// Who is chosen first does not depend on how many are.
function turnOf(
  { placement, inventory }: PipelineInput,
  name: string,
  { scores }: Trace,
): readonly Change[] | null {
  const order = [...scores].sort(([a, x], [b, y]) => y - x || compareText(a, b));
  const ranked = order.flatMap(([of]) => clusterFacts(inventory, of) ?? []);
  const found = spreadTurn(ranked, placement, name);
  if (found === null) return null;
  if ('turn' in found) {
    const { numberOfClusters: take } = placement;
    return take === null ? null : [{ change: 'turn', turn: found.turn, take }];
  }
  const { topologyKey: over, maxSkew: skew = 1 } = found.blocked;
  return [{ change: 'skew', over, ahead: found.ahead, skew }];
}
