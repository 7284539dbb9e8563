import type { IrExpr } from '../../ir/expr.ts';
import { compiledSelector, meets, type Requirement } from '../../kube/selector.ts';
import { exprKey, isDeep } from '../inventory/expr-key.ts';
import { factKey } from '../inventory/fact.ts';
import { type ClusterFacts, claimOf, labelOfCluster } from '../inventory/facts.ts';
import { holds } from '../predicate/evaluate.ts';
import type { Compat, Scope } from '../predicate/scope.ts';
import { factsIn } from './mentions.ts';

/** One of the conditions all of which a cluster has to meet. The same condition of several placements is one. */
export interface Conjunct {
  /** What it reads of a cluster, by `factKey`. */
  readonly reads: readonly string[];
  readonly holds: (cluster: ClusterFacts, now: Scope['now']) => boolean;
}

/** A predicate as conditions that are smaller: where all of them hold, and only there, it holds. */
export function conjunctsOf(where: IrExpr, compat: Compat): readonly Conjunct[] {
  return isDeep(where) ? [whole(where, compat)] : [...new Set(split(where, compat))];
}

function split(where: IrExpr, compat: Compat): readonly Conjunct[] {
  if (where.op === 'and' || (where.op === 'or' && where.args.length === 1)) {
    return where.args.flatMap((arg) => split(arg, compat));
  }
  if (where.op !== 'selector') {
    return [shared(`${compat} ${exprKey(where)}`, () => whole(where, compat))];
  }
  const { over, selector } = where;
  const values = over === 'claim' && compat === 'native' ? 'any' : 'label';
  const compiled = compiledSelector(selector, values);
  if (!compiled.ok) return [never];
  return compiled.requirements.map((one) => {
    const { key, operator, values } = one;
    return shared(`${over} ${JSON.stringify([key, operator, values])}`, () => meeting(over, one));
  });
}

const never: Conjunct = { reads: [], holds: () => false };

function whole(where: IrExpr, compat: Compat): Conjunct {
  return {
    reads: [...new Set(factsIn(where).map(factKey))],
    holds: (cluster, now) => holds(where, { cluster, now, compat }),
  };
}

function meeting(over: 'label' | 'claim', requirement: Requirement): Conjunct {
  const { key } = requirement;
  const read = over === 'label' ? labelOfCluster : claimOf;
  return {
    reads: [factKey({ from: over, key })],
    holds: (cluster) => meets(requirement, read(cluster, key)),
  };
}

const known = new Map<string, Conjunct>();
const mostKnown = 20_000;

function shared(name: string, make: () => Conjunct): Conjunct {
  const before = known.get(name);
  if (before !== undefined) return before;
  if (known.size >= mostKnown) known.clear();
  const conjunct = make();
  known.set(name, conjunct);
  return conjunct;
}
