import type { IrExpr, IrSource } from '../../ir/expr.ts';
import { operandsOf } from '../../ir/operands.ts';
import { compiledSelector, type Requirement } from '../../kube/selector.ts';
import { compileClusterCel } from '../cel/cluster-selector.ts';
import { visit } from '../cel/visit.ts';
import { evaluate } from '../predicate/evaluate.ts';
import type { Scope } from '../predicate/scope.ts';
import type { Bits } from './bits.ts';
import { addRow, addRows, allBits, intersect, noBits, unite, without } from './bits.ts';
import { type CelTruth, celTruth } from './cel-truth.ts';
import { columnOf, rowsMeeting } from './columns.ts';
import { exprKey, isDeep } from './expr-key.ts';
import type { ClusterSubset, Inventory, Table } from './inventory.ts';
import { made, madeOf, subset, tableOf } from './inventory.ts';
import { readsOf } from './source-key.ts';
import { renewTruth, type Truth, withNo } from './truth.ts';

type Moment = Pick<Scope, 'now' | 'compat'>;

/** The clusters a predicate holds for; unknown counts as false. The same as `holds`, cluster by cluster, but faster. */
export function select(inventory: Inventory, expr: IrExpr, moment: Moment): ClusterSubset {
  const table = tableOf(inventory);
  const { yes } = isDeep(expr) ? rowTruth(table, expr, moment) : truthOf(table, expr, moment);
  return subset(yes);
}

/** That CEL costs more than it may over all clusters; null where it does not. */
export function celOverrun(
  inventory: Inventory,
  cel: IrExpr & { readonly op: 'cel' },
  moment: Moment,
): string | null {
  const truth = truthOf(tableOf(inventory), cel, moment);
  return 'overrun' in truth ? (truth as CelTruth).overrun : null;
}

// Found by the expression itself, else by what it says: other placements say the same elsewhere.
function truthOf(table: Table, expr: IrExpr, moment: Moment): Truth {
  const compute = () => computeTruth(table, expr, moment);
  if (dependsOnTime(expr)) return compute();
  const { compat } = moment;
  return madeOf(table, compat, expr, () =>
    made(table, `truth ${compat} ${exprKey(expr)}`, compute, (before, changes) => {
      const isKnown = !('overrun' in before) || before.overrun === null;
      return isKnown ? renewTruth(before, changes, { table, expr, moment }) : compute();
    }),
  );
}

function computeTruth(table: Table, expr: IrExpr, moment: Moment): Truth {
  switch (expr.op) {
    case 'and':
    case 'or':
      return connect(expr.op, expr.args, (arg) => truthOf(table, arg, moment), table.size);
    case 'not': {
      const { yes, no } = truthOf(table, expr.arg, moment);
      return { yes: no, no: yes };
    }
    case 'selector':
      return selectorTruth(table, expr, moment);
    case 'cel':
      return celTruth(table, expr.source, moment);
    default: {
      const reads = readsOf(expr);
      if (reads === 'many') return rowTruth(table, expr, moment);
      if (reads === 'none') return constantTruth(table, expr, moment);
      return columnTruth(table, expr, reads.source, moment);
    }
  }
}

function connect(
  op: 'and' | 'or',
  args: readonly IrExpr[],
  of: (arg: IrExpr) => Truth,
  rows: number,
): Truth {
  const truths = args.map(of);
  const [only] = truths;
  if (only !== undefined && truths.length === 1) return only;
  const all = (sets: readonly Bits[]) => sets.reduce(intersect, allBits(rows));
  const any = (sets: readonly Bits[]) => sets.reduce(unite, noBits(rows));
  const yes = truths.map((truth) => truth.yes);
  const no = () => truths.map((truth) => truth.no);
  return op === 'and' ? withNo(all(yes), () => any(no())) : withNo(any(yes), () => all(no()));
}

function selectorTruth(
  table: Table,
  expr: IrExpr & { readonly op: 'selector' },
  { compat }: Moment,
): Truth {
  const values = expr.over === 'claim' && compat === 'native' ? 'any' : 'label';
  const compiled = compiledSelector(expr.selector, values);
  const rows = table.size;
  if (!compiled.ok) return { yes: noBits(rows), no: noBits(rows) };
  const [first, ...more] = compiled.requirements;
  const meeting = (requirement: Requirement) => rowsMeeting(table, expr.over, requirement);
  const yes =
    first === undefined ? allBits(rows) : more.map(meeting).reduce(intersect, meeting(first));
  return withNo(yes, () => without(allBits(rows), yes));
}

// An expression that reads one source has one answer per distinct value of it.
function columnTruth(table: Table, expr: IrExpr, source: IrSource, moment: Moment): Truth {
  const yes = noBits(table.size);
  const no = noBits(table.size);
  for (const { rows, example } of columnOf(table, source).values.values()) {
    const value = evaluate(expr, { ...moment, cluster: table.rows[example] ?? null });
    if (value === true) addRows(yes, rows);
    else if (value === false) addRows(no, rows);
  }
  return { yes, no };
}

function rowTruth(table: Table, expr: IrExpr, moment: Moment): Truth {
  const yes = noBits(table.size);
  const no = noBits(table.size);
  table.rows.forEach((cluster, row) => {
    const value = evaluate(expr, { ...moment, cluster });
    if (value === true) addRow(yes, row);
    else if (value === false) addRow(no, row);
  });
  return { yes, no };
}

function constantTruth(table: Table, expr: IrExpr, moment: Moment): Truth {
  const value = evaluate(expr, { ...moment, cluster: null });
  return {
    yes: value === true ? allBits(table.size) : noBits(table.size),
    no: value === false ? allBits(table.size) : noBits(table.size),
  };
}

const timed = new WeakMap<IrExpr, boolean>();

/** May the answer change with time alone? Scores end at some moment, so what reads them is computed anew each time. */
export function dependsOnTime(expr: IrExpr): boolean {
  const known = timed.get(expr);
  if (known !== undefined) return known;
  let depends: boolean;
  if (isDeep(expr)) depends = true;
  else if (expr.op === 'attribute') depends = expr.source.from === 'score';
  else if (expr.op === 'cel') depends = asksScores(expr.source);
  else if (expr.op === 'list' || expr.op === 'record') depends = true;
  else depends = operandsOf(expr).some(dependsOnTime);
  timed.set(expr, depends);
  return depends;
}

function asksScores(source: string): boolean {
  const compiled = compileClusterCel(source);
  let asks = false;
  if (!compiled.ok) return asks;
  visit(compiled.program.expr, (expr) => {
    asks ||= expr.kind === 'call' && expr.name === 'scores';
  });
  return asks;
}
