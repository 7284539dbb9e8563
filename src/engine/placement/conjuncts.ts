import type { IrExpr } from '../../ir/expr.ts';
import { compiledSelector, meets } from '../../kube/selector.ts';
import { isDeep } from '../inventory/expr-key.ts';
import { factKey } from '../inventory/fact.ts';
import { type ClusterFacts, claimOf, labelOfCluster } from '../inventory/facts.ts';
import { holds } from '../predicate/evaluate.ts';
import type { Compat, Scope } from '../predicate/scope.ts';
import { factsIn } from './mentions.ts';

/** One of the conditions all of which a cluster has to meet. */
export interface Conjunct {
  /** What it reads of a cluster, by `factKey`. */
  readonly reads: readonly string[];
  readonly holds: (cluster: ClusterFacts, now: Scope['now']) => boolean;
}

/** A predicate as conditions that are smaller: where all of them hold, and only there, it holds. */
export function conjunctsOf(where: IrExpr, compat: Compat): readonly Conjunct[] {
  const known = made[compat].get(where);
  if (known !== undefined) return known;
  const conjuncts = isDeep(where) ? [whole(where, compat)] : split(where, compat);
  made[compat].set(where, conjuncts);
  return conjuncts;
}

const made: Readonly<Record<Compat, WeakMap<IrExpr, readonly Conjunct[]>>> = {
  native: new WeakMap(),
  upstream: new WeakMap(),
};

function split(where: IrExpr, compat: Compat): readonly Conjunct[] {
  if (where.op === 'and' || (where.op === 'or' && where.args.length === 1)) {
    return where.args.flatMap((arg) => split(arg, compat));
  }
  if (where.op !== 'selector') return [whole(where, compat)];
  const { over, selector } = where;
  const values = over === 'claim' && compat === 'native' ? 'any' : 'label';
  const compiled = compiledSelector(selector, values);
  if (!compiled.ok) return [{ reads: [], holds: () => false }];
  const read = over === 'label' ? labelOfCluster : claimOf;
  return compiled.requirements.map((one) => ({
    reads: [factKey({ from: over, key: one.key })],
    holds: (cluster) => meets(one, read(cluster, one.key)),
  }));
}

function whole(where: IrExpr, compat: Compat): Conjunct {
  return {
    reads: [...new Set(factsIn(where).map(factKey))],
    holds: (cluster, now) => holds(where, { cluster, now, compat }),
  };
}
