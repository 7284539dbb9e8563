import type { IrExpr } from '../../../ir/expr.ts';
import { operandsOf } from '../../../ir/operands.ts';
import type { Origin } from '../../../ir/program.ts';
import { compiledSelector } from '../../../kube/selector.ts';
import { compileClusterCel } from '../../cel/cluster-selector.ts';
import { isBrief, isDeep } from '../../inventory/expr-key.ts';
import type { ClusterFacts } from '../../inventory/facts.ts';
import type { ClusterSubset } from '../../inventory/inventory.ts';
import { celOverrun, dropUnless, select } from '../../inventory/select.ts';
import { both, firstOutside } from '../../inventory/subset.ts';
import { describe } from '../../predicate/describe.ts';
import { evaluate, holds } from '../../predicate/evaluate.ts';
import type { Compat, Scope } from '../../predicate/scope.ts';
import { isMissing, type MissingReason } from '../../predicate/value.ts';
import type { PipelineInput } from '../input.ts';
import { mostReasons, type ReasonText } from '../reason.ts';
import { misconfigured } from '../status.ts';
import type { Filter } from './filter.ts';

const plugin = 'Predicate';

/** Keeps the clusters for which `where` holds (ocm `pkg/placement/plugins/predicate`). */
export const predicateFilter: Filter = {
  name: plugin,
  problem: (input, nothing) => {
    const { where } = input.placement;
    const { compat } = input;
    // Upstream looks at selectors only where there are clusters to select from.
    if (isTrue(where) || (nothing && compat === 'upstream')) return null;
    const problem = problemOf(where, compat) ?? overrunOf(where, input);
    return problem === null ? null : misconfigured(plugin, problem);
  },
  test: ({ placement: { where }, now, compat }) => {
    if (isTrue(where)) return () => true;
    return (cluster) => holds(where, { cluster, now, compat });
  },
  narrow: (candidates, input) => {
    const { where } = input.placement;
    if (!isTrue(where)) dropUnless(where, candidates, input.inventory, input);
  },
  whyDropped,
  why: (cluster, { placement, now, compat }) =>
    holds(placement.where, { cluster, now, compat })
      ? null
      : whyNot(firstFailing(placement.where, { cluster, now, compat }), { cluster, now, compat }),
  origin: (cluster, { placement, now, compat }) =>
    originIn(firstFailing(placement.where, { cluster, now, compat })),
};

// What fails on one cluster only is not seen in the expression.
function whyNot(failing: IrExpr, scope: Scope): string {
  const value = evaluate(failing, scope);
  const failed = isMissing(value) && !value.quotes && failures.has(value.missing);
  return failed ? `${describe(failing)}: ${value.what}` : describe(failing);
}

const failures: ReadonlySet<MissingReason> = new Set(['CelFailed', 'CostExceeded']);

function originIn(expr: IrExpr): Origin | null {
  if ('origin' in expr && expr.origin !== undefined) return expr.origin;
  const [first] = operandsOf(expr);
  return first === undefined ? null : originIn(first);
}

function isTrue(where: IrExpr): boolean {
  return where.op === 'const' && where.value === true;
}

// The parts of a conjunction one after the other, so that each can say how many clusters it cost.
function whyDropped(
  among: ClusterSubset,
  _: ClusterSubset,
  input: PipelineInput,
): readonly ReasonText[] {
  const { placement, inventory } = input;
  const why: ReasonText[] = [];
  let kept = among;
  for (const part of conjuncts(placement.where)) {
    const before = kept;
    kept = both(before, select(inventory, part, input));
    const clusters = before.size - kept.size;
    if (clusters === 0) continue;
    const example = firstOutside(inventory, before, kept) ?? '';
    why.push({ text: describe(part), clusters, example });
  }
  return why.sort((a, b) => b.clusters - a.clusters).slice(0, mostReasons);
}

function conjuncts(where: IrExpr): readonly IrExpr[] {
  const [only, ...more] = where.op === 'or' ? where.args : [];
  if (only !== undefined && more.length === 0) return conjuncts(only);
  return where.op === 'and' ? where.args.flatMap(conjuncts) : [where];
}

/** The first CEL expression that costs too much over all clusters. */
function overrunOf(where: IrExpr, input: PipelineInput): string | null {
  if (input.compat === 'upstream') return null;
  for (const cel of findingsOf(where).cels) {
    const overrun = celOverrun(input.inventory, cel, input);
    if (overrun !== null) return overrun;
  }
  return null;
}

type Cel = IrExpr & { readonly op: 'cel' };

/** What is found out about a predicate once, whatever the clusters. */
interface Findings {
  readonly cels: readonly Cel[];
  /** undefined until it is asked for. */
  readonly problem: Record<Compat, string | null | undefined>;
}

const findings = new WeakMap<IrExpr, Findings>();

function findingsOf(where: IrExpr): Findings {
  const known = findings.get(where);
  if (known !== undefined) return known;
  const cels = isDeep(where) ? [] : celIn(where);
  const found: Findings = { cels, problem: { native: undefined, upstream: undefined } };
  if (!isBrief(where)) findings.set(where, found);
  return found;
}

function celIn(where: IrExpr, found: Cel[] = []): readonly Cel[] {
  if (where.op === 'cel') found.push(where);
  else if (where.op !== 'selector') for (const part of operandsOf(where)) celIn(part, found);
  return found;
}

/** The first selector or CEL expression that is not valid, in the order they are written; upstream builds all first. */
export function problemOf(where: IrExpr, compat: Compat): string | null {
  const { problem } = findingsOf(where);
  const known = problem[compat];
  if (known !== undefined) return known;
  const found = isDeep(where) ? 'the predicate is nested too deeply' : findProblem(where, compat);
  problem[compat] = found;
  return found;
}

function findProblem(where: IrExpr, compat: Compat): string | null {
  switch (where.op) {
    case 'and':
    case 'or':
      for (const arg of where.args) {
        const problem = findProblem(arg, compat);
        if (problem !== null) return problem;
      }
      return null;
    case 'not':
      return findProblem(where.arg, compat);
    case 'selector': {
      const values = where.over === 'claim' && compat === 'native' ? 'any' : 'label';
      const compiled = compiledSelector(where.selector, values);
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

// The smallest part of a conjunction that does not hold.
function firstFailing(where: IrExpr, scope: Scope & { readonly cluster: ClusterFacts }): IrExpr {
  return conjuncts(where).find((part) => !holds(part, scope)) ?? where;
}
