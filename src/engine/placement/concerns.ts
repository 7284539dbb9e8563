import type { Instant } from '../../base/instant.ts';
import type { IrExpr } from '../../ir/expr.ts';
import type { IrPlacement } from '../../ir/program.ts';
import { factKey, factOf, factText } from '../inventory/fact.ts';
import { type ClusterFacts, isTerminating } from '../inventory/facts.ts';
import type { Compat } from '../predicate/scope.ts';
import { type Conjunct, conjunctsOf } from './conjuncts.ts';
import type { PipelineInput } from './input.ts';
import { mentionsOf } from './mentions.ts';

/** Other facts of one cluster. */
export interface ClusterChange {
  readonly before: ClusterFacts;
  readonly now: ClusterFacts;
  /** It came into a set, or left one, or is going. Whether a set has clusters is said in a condition, whoever is chosen. */
  readonly members: boolean;
  readonly taints: boolean;
  /** Facts, by `factKey`, and whether they differ: each is compared once for all placements. */
  readonly compared: Map<string, boolean>;
  /** Conditions that were looked at: placements share them. */
  readonly sides: Map<Conjunct, Sides>;
}

/** What is different between two states of one cluster, for all placements. */
export function changeOf(before: ClusterFacts, now: ClusterFacts): ClusterChange {
  const change = {
    before,
    now,
    members: false,
    taints: false,
    compared: new Map(),
    sides: new Map(),
  };
  const members =
    isTerminating(before) !== isTerminating(now) || differs(factKey({ from: 'sets' }), change);
  return { ...change, members, taints: differs(factKey({ from: 'taints' }), change) };
}

function differs(key: string, { before, now, compared }: ClusterChange): boolean {
  const known = compared.get(key);
  if (known !== undefined) return known;
  const fact = factOf(key);
  const found = factText(fact, before) !== factText(fact, now);
  compared.set(key, found);
  return found;
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
  const { conjuncts, ranks } = watchedBy(placement, compat);
  const reranks = change.taints || ranks.some((fact) => differs(fact, change));
  let [mentions, could, can] = [reranks, true, true];
  for (const conjunct of conjuncts) {
    const sides = sidesOf(conjunct, change, now);
    mentions ||= sides.differs;
    could &&= sides.before;
    can &&= sides.after;
  }
  if (!mentions) return false;
  // Upstream looks when tolerations end on whatever is decided, also where it is chosen no more.
  if (compat === 'upstream' && decided.includes(change.now.name)) return true;
  const { clusterSets } = placement;
  const isEligible = change.now.sets.some(
    (set) => boundSets.includes(set) && (clusterSets.length === 0 || clusterSets.includes(set)),
  );
  return isEligible && (could !== can || (can && reranks));
}

/** What a condition is on both sides of a change. */
interface Sides {
  /** The time it was looked at for. */
  readonly at: Instant;
  /** It reads something that is different. */
  readonly differs: boolean;
  readonly before: boolean;
  readonly after: boolean;
}

function sidesOf(conjunct: Conjunct, change: ClusterChange, at: Instant): Sides {
  const known = change.sides.get(conjunct);
  if (known?.at === at) return known;
  const isOther = conjunct.reads.some((fact) => differs(fact, change));
  const after = conjunct.holds(change.now, at);
  const before = isOther ? conjunct.holds(change.before, at) : after;
  const sides = { at, differs: isOther, before, after };
  change.sides.set(conjunct, sides);
  return sides;
}

/** What a placement asks of clusters, and what it scores, spreads and groups them by. */
interface Watched {
  readonly conjuncts: readonly Conjunct[];
  /** By `factKey`. */
  readonly ranks: readonly string[];
}

function watchedBy(placement: IrPlacement, compat: Compat): Watched {
  const before = watched[compat].get(placement);
  if (before !== undefined) return before;
  const where: IrExpr = { op: 'const', type: 'bool', value: true };
  const found = {
    conjuncts: conjunctsOf(placement.where, compat),
    ranks: mentionsOf({ ...placement, where }).facts.map(factKey),
  };
  watched[compat].set(placement, found);
  return found;
}

const watched: Readonly<Record<Compat, WeakMap<IrPlacement, Watched>>> = {
  native: new WeakMap(),
  upstream: new WeakMap(),
};
