import type { IrExpr } from '../../../ir/expr.ts';
import { exprKey } from '../../inventory/expr-key.ts';
import type { ClusterFacts } from '../../inventory/facts.ts';
import { factsAt, numbersNamed } from '../../inventory/ranking.ts';
import { dependsOnTime } from '../../inventory/select.ts';
import { evaluate } from '../../predicate/evaluate.ts';
import type { Scope } from '../../predicate/scope.ts';
import type { PipelineInput } from '../input.ts';
import type { Prioritizer } from './prioritizer.ts';
import { addScores, scoresOf } from './prioritizer.ts';

/** Numbers beyond count as this, so that no term drowns the others altogether and every sum is exact. */
const most = 1_000_000;

/**
 * What an author computes of a cluster: a number as it is, 100 where a condition holds; 0 where it does not, and where
 * there is no value. Upstream has no such prioritizer.
 */
export function expression(expr: IrExpr): Prioritizer {
  return {
    score: (among, input) => ({
      scores: scoresOf(among, (cluster) => scoreOf(expr, cluster, input)),
    }),
    add: (to, weight, input) => {
      const { inventory } = input;
      if (dependsOnTime(expr)) {
        addScores(to, weight, (row) => scoreOf(expr, factsAt(inventory, row) ?? null, input));
        return null;
      }
      const values = numbersNamed(inventory, `${input.compat} ${exprKey(expr)}`, (cluster) =>
        scoreOf(expr, cluster, input),
      );
      addScores(to, weight, (row) => values[row] ?? 0);
      return null;
    },
  };
}

function scoreOf(
  expr: IrExpr,
  cluster: ClusterFacts | null,
  { now, compat }: Pick<PipelineInput, 'now' | 'compat'>,
): number {
  const scope: Scope = { cluster, now, compat };
  const value = evaluate(expr, scope);
  if (typeof value === 'boolean') return value ? 100 : 0;
  if (typeof value !== 'bigint' && typeof value !== 'number') return 0;
  const number = Number(value);
  return Number.isNaN(number) ? 0 : Math.min(most, Math.max(-most, number)) + 0;
}
