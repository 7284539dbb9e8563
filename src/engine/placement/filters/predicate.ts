import type { IrExpr } from '../../../ir/expr.ts';
import { compileSelector } from '../../../kube/selector.ts';
import { compileClusterCel } from '../../cel/cluster-selector.ts';
import type { ClusterFacts } from '../../inventory/facts.ts';
import { holds } from '../../predicate/evaluate.ts';
import type { Compat } from '../../predicate/scope.ts';
import type { Filter } from '../pipeline.ts';
import { misconfigured } from '../status.ts';

const plugin = 'Predicate';

/** Keeps the clusters for which `where` holds (ocm `pkg/placement/plugins/predicate`). */
export const predicateFilter: Filter = {
  name: plugin,
  filter: (among, { placement, now, compat }) => {
    const { where } = placement;
    if (among.length === 0 || isTrue(where)) return { kept: among };
    const problem = problemOf(where, compat);
    if (problem !== null) return { kept: [], status: misconfigured(plugin, problem) };
    return { kept: among.filter((cluster) => holds(where, { cluster, now, compat })) };
  },
  why: (cluster, { placement, now, compat }) =>
    holds(placement.where, { cluster, now, compat })
      ? null
      : firstFailing(placement.where, cluster, { now, compat }),
};

function isTrue(where: IrExpr): boolean {
  return where.op === 'const' && where.value === true;
}

/** The first selector or CEL expression that is not valid, in the order they are written; upstream builds all first. */
export function problemOf(where: IrExpr, compat: Compat): string | null {
  switch (where.op) {
    case 'and':
    case 'or':
      for (const arg of where.args) {
        const problem = problemOf(arg, compat);
        if (problem !== null) return problem;
      }
      return null;
    case 'not':
      return problemOf(where.arg, compat);
    case 'selector': {
      const values = where.over === 'claim' && compat === 'native' ? 'any' : 'label';
      const compiled = compileSelector(where.selector, values);
      return compiled.ok ? null : compiled.message;
    }
    case 'cel': {
      const compiled = compileClusterCel(where.source);
      return compiled.ok ? null : compiled.message;
    }
    default:
      return null;
  }
}

/** The smallest part of a conjunction that does not hold, as people would write it. */
function firstFailing(
  where: IrExpr,
  cluster: ClusterFacts,
  scope: { now: Parameters<typeof holds>[1]['now']; compat: Compat },
): string {
  if (where.op === 'and') {
    const failing = where.args.find((arg) => !holds(arg, { cluster, ...scope }));
    if (failing !== undefined) return firstFailing(failing, cluster, scope);
  }
  if (where.op === 'or' && where.args.length === 1 && where.args[0] !== undefined) {
    return firstFailing(where.args[0], cluster, scope);
  }
  return describe(where);
}

/** A predicate as text, short enough for a reason. */
export function describe(expr: IrExpr): string {
  const text = words(expr, 0);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

function words(expr: IrExpr, depth: number): string {
  if (depth > 6) return '…';
  const of = (inner: IrExpr) => words(inner, depth + 1);
  switch (expr.op) {
    case 'const':
      return typeof expr.value === 'string' ? expr.value : JSON.stringify(expr.value);
    case 'attribute':
      return `cluster.${expr.name}`;
    case 'and':
      return expr.args.map(of).join(' && ');
    case 'or':
      return `(${expr.args.map(of).join(' || ')})`;
    case 'not':
      return `!${of(expr.arg)}`;
    case 'compare':
      return `${of(expr.left)} ${expr.by} ${of(expr.right)}`;
    case 'in':
      return `${of(expr.left)} in ${of(expr.right)}`;
    case 'has':
      return `has(${of(expr.arg)})`;
    case 'coalesce':
      return `${of(expr.left)} ?? ${of(expr.right)}`;
    case 'member':
      return `${of(expr.of)}.${expr.name}`;
    case 'index':
      return `${of(expr.of)}[${of(expr.at)}]`;
    case 'call': {
      const [receiver, ...args] = expr.args;
      return `${receiver ? of(receiver) : ''}.${expr.function}(${args.map(of).join(', ')})`;
    }
    case 'lambda':
      return `${expr.variable} => ${of(expr.body)}`;
    case 'variable':
      return expr.name;
    case 'cel':
      return `cel ${expr.source}`;
    case 'selector':
      return `${expr.over} selector ${JSON.stringify(expr.selector)}`;
    default:
      return expr.op;
  }
}
