import type { IrExpr } from '../../ir/expr.ts';
import type { IrPlacement } from '../../ir/program.ts';
import { factText } from '../inventory/fact.ts';
import { type ClusterFacts, isTerminating } from '../inventory/facts.ts';
import { holds } from '../predicate/evaluate.ts';
import type { PipelineInput } from './input.ts';
import { type Mentions, mentionsOf } from './mentions.ts';

/** Other facts of one cluster. */
export interface ClusterChange {
  readonly before: ClusterFacts;
  readonly now: ClusterFacts;
  /** It came into a set, or left one, or is going. Whether a set has clusters is said in a condition, whoever is chosen. */
  readonly members: boolean;
  readonly taints: boolean;
}

/** What is different between two states of one cluster, for all placements. */
export function changeOf(before: ClusterFacts, now: ClusterFacts): ClusterChange {
  const differs = (from: 'sets' | 'taints') =>
    factText({ from }, before) !== factText({ from }, now);
  const members = isTerminating(before) !== isTerminating(now) || differs('sets');
  return { before, now, members, taints: differs('taints') };
}

/**
 * Can a change of a cluster change what a placement decides? No, where it mentions nothing that changed; no, where it
 * could choose the cluster neither before nor now; and no, where it could and can, and only its condition mentions what
 * changed. Never no where the decision does change.
 */
export function concerns(
  input: Omit<PipelineInput, 'inventory' | 'othersDecided' | 'decided'> & {
    /** Matters under `compat: upstream` only. */
    readonly decided?: readonly string[];
  },
  change: ClusterChange,
): boolean {
  if (change.members) return true;
  const { placement, boundSets, decided = [], now, compat } = input;
  if (!change.taints && !differs(mentionsOf(placement), change)) return false;
  // Upstream looks when tolerations end on whatever is decided, also where it is chosen no more.
  if (compat === 'upstream' && decided.includes(change.now.name)) return true;
  const { clusterSets, where } = placement;
  const isEligible = change.now.sets.some(
    (set) => boundSets.includes(set) && (clusterSets.length === 0 || clusterSets.includes(set)),
  );
  if (!isEligible) return false;
  const could = holds(where, { cluster: change.before, now, compat });
  const can = holds(where, { cluster: change.now, now, compat });
  if (could !== can) return true;
  return can && (change.taints || differs(withoutCondition(placement), change));
}

function differs({ facts }: Mentions, { before, now }: ClusterChange): boolean {
  return facts.some((fact) => factText(fact, before) !== factText(fact, now));
}

const known = new WeakMap<IrPlacement, Mentions>();

/** What it mentions to score, spread and group clusters by. */
function withoutCondition(placement: IrPlacement): Mentions {
  const before = known.get(placement);
  if (before !== undefined) return before;
  const where: IrExpr = { op: 'const', type: 'bool', value: true };
  const mentions = mentionsOf({ ...placement, where });
  known.set(placement, mentions);
  return mentions;
}
