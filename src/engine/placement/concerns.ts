import type { IrExpr } from '../../ir/expr.ts';
import type { IrPlacement } from '../../ir/program.ts';
import { factKey, factOf, factText } from '../inventory/fact.ts';
import { type ClusterFacts, isTerminating } from '../inventory/facts.ts';
import type { Scope } from '../predicate/scope.ts';
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
  /** Is a fact, by its `factKey`, another than before? */
  readonly differs: (fact: string) => boolean;
}

/** What is different between two states of one cluster, for all placements: each fact is compared once. */
export function changeOf(before: ClusterFacts, now: ClusterFacts): ClusterChange {
  const known = new Map<string, boolean>();
  const differs = (key: string): boolean => {
    const compared = known.get(key);
    if (compared !== undefined) return compared;
    const fact = factOf(key);
    const differs = factText(fact, before) !== factText(fact, now);
    known.set(key, differs);
    return differs;
  };
  const goes = isTerminating(before) !== isTerminating(now);
  const members = goes || differs(factKey({ from: 'sets' }));
  return { before, now, members, taints: differs(factKey({ from: 'taints' })), differs };
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
  const { placement, boundSets, decided = [], compat } = input;
  const conjuncts = conjunctsOf(placement.where, compat);
  const ranks = change.taints || ranksBy(placement).some(change.differs);
  if (!ranks && !conjuncts.some(({ reads }) => reads.some(change.differs))) return false;
  // Upstream looks when tolerations end on whatever is decided, also where it is chosen no more.
  if (compat === 'upstream' && decided.includes(change.now.name)) return true;
  const { clusterSets } = placement;
  const isEligible = change.now.sets.some(
    (set) => boundSets.includes(set) && (clusterSets.length === 0 || clusterSets.includes(set)),
  );
  return isEligible && mayMove(conjuncts, change, { now: input.now, ranks });
}

/** Is the cluster among those a placement can choose from on one side of a change only, or on both in another place? */
function mayMove(
  conjuncts: readonly Conjunct[],
  { before, now: after, differs }: ClusterChange,
  { now, ranks }: { readonly now: Scope['now']; readonly ranks: boolean },
): boolean {
  let [could, can] = [true, true];
  for (const { reads, holds } of conjuncts) {
    if (!reads.some(differs)) continue;
    could &&= holds(before, now);
    can &&= holds(after, now);
  }
  if (could === can && !(can && ranks)) return false;
  // What else it asks for is the same on both sides.
  return conjuncts.every(({ reads, holds }) => reads.some(differs) || holds(after, now));
}

const known = new WeakMap<IrPlacement, readonly string[]>();

/** What a placement scores, spreads and groups clusters by. */
function ranksBy(placement: IrPlacement): readonly string[] {
  const before = known.get(placement);
  if (before !== undefined) return before;
  const where: IrExpr = { op: 'const', type: 'bool', value: true };
  const facts = mentionsOf({ ...placement, where }).facts.map(factKey);
  known.set(placement, facts);
  return facts;
}
