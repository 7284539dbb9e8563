import type { AddOnPlacementScore } from '../../kube/ocm/cluster.ts';
import type { CelProgram } from '../cel/cel.ts';
import { compileClusterCel, runClusterCel, unwrapped } from '../cel/cluster-selector.ts';
import { readsOfCel } from '../cel/reads.ts';
import type { Scope } from '../predicate/scope.ts';
import { addRow, type Bits, noBits } from './bits.ts';
import { answers, type CelRuns, follow, keepRuns, runsOf } from './cel-runs.ts';
import { type ClusterFacts, validity } from './facts.ts';
import type { Table } from './inventory.ts';
import { type Truth, truth } from './truth.ts';

type Moment = Pick<Scope, 'now' | 'compat'>;

/** Units one expression may cost over all clusters: a second or so for ten thousand of them, never more than some. */
function budgetFor(clusters: number): number {
  return Math.min(2_000_000 + 500 * clusters, 20_000_000);
}

/**
 * CEL on every row. What costs too much over all of them is given up, so that one placement does not hold up the others;
 * upstream goes on, a million units a cluster. Clusters that are as they were are not run again.
 */
export function celTruth(table: Table, source: string, moment: Moment): Truth {
  const nowhere = (overrun: string | null = null) =>
    truth(noBits(table.size), () => noBits(table.size), overrun);
  const compiled = compileClusterCel(source);
  if (!compiled.ok) return nowhere();
  const budget = moment.compat === 'native' ? budgetFor(table.size) : Number.POSITIVE_INFINITY;
  const { runs, isOver } = run(table, compiled.program, { ...moment, budget });
  keepRuns(source, moment.compat, runs);
  if (isOver) {
    return nowhere(
      `the expression costs more than ${budget} over ${table.size} clusters: ${source}`,
    );
  }
  const [yes, no] = [rowsWith(answers.yes, runs), rowsWith(answers.no, runs)];
  return truth(yes, () => no);
}

/** Runs a program row by row until the budget is spent. */
function run(
  { rows, size }: Table,
  program: CelProgram,
  { budget, ...moment }: Moment & { readonly budget: number },
): { readonly runs: CelRuns; readonly isOver: boolean } {
  const { now, compat } = moment;
  const runs = { now, rows, answers: new Uint8Array(size), costs: new Uint32Array(size) };
  const before = runsOf(program.source, compat);
  const rowBefore =
    before === undefined ? () => -1 : follow(before, sameFor(program, before, moment));
  let spent = 0;
  for (const [row, cluster] of rows.entries()) {
    const known = rowBefore(cluster);
    const [answer = answers.neither, cost = 0] =
      known < 0 ? runOne(program, cluster, moment) : [before?.answers[known], before?.costs[known]];
    runs.answers[row] = answer;
    runs.costs[row] = cost;
    spent += cost;
    if (spent > budget) return { runs, isOver: true };
  }
  return { runs, isOver: false };
}

/** Tells whether all that a program looks at is as it was when it was run: scores also end. */
function sameFor(
  program: CelProgram,
  { now: then }: CelRuns,
  { now, compat }: Moment,
): (before: ClusterFacts, cluster: ClusterFacts) => boolean {
  if (readsOfCel(program.expr).scores.length === 0) return (a, b) => a.cluster === b.cluster;
  const hasEnded = ({ status }: AddOnPlacementScore): boolean => {
    const end = compat === 'native' ? validity(status?.validUntil) : null;
    return end !== null && then > end !== now > end;
  };
  return (a, b) =>
    a.cluster === b.cluster && a.scores === b.scores && b.scores?.some(hasEnded) !== true;
}

function runOne(
  program: CelProgram,
  cluster: ClusterFacts,
  moment: Moment,
): readonly [answer: number, cost: number] {
  const { value, cost } = runClusterCel(program, cluster, moment);
  const holds = unwrapped(value);
  const given = holds === true ? answers.yes : holds === false ? answers.no : answers.neither;
  // One run may cost a little more than the limit of a run, which is far below what is kept.
  return [given, Math.min(cost, 0xffffffff)];
}

function rowsWith(answer: number, { answers: given, rows }: CelRuns): Bits {
  const bits = noBits(rows.length);
  given.forEach((one, row) => {
    if (one === answer) addRow(bits, row);
  });
  return bits;
}
