import type { IrExpr, IrSource } from '../../ir/expr.ts';
import { operandsOf } from '../../ir/operands.ts';
import { type CompiledSelector, compiledSelector } from '../../kube/selector.ts';
import { compileClusterCel } from '../cel/cluster-selector.ts';
import { visit } from '../cel/visit.ts';
import { evaluate } from '../predicate/evaluate.ts';
import type { Scope } from '../predicate/scope.ts';
import type { Bits } from './bits.ts';
import { addRow, allBits, intersect, keepRows, noBits, unite, without } from './bits.ts';
import type { Candidates } from './candidates.ts';
import { celTruth } from './cel-truth.ts';
import { columnOf, keepMeeting, rowsLike } from './columns.ts';
import { exprKey, isDeep } from './expr-key.ts';
import type { ClusterSubset, Inventory, Table } from './inventory.ts';
import { made, madeOf, subset, tableOf } from './inventory.ts';
import { readsOf } from './source-key.ts';
import { renewTruth, type Truth, truth } from './truth.ts';

type Moment = Pick<Scope, 'now' | 'compat'>;

/** The clusters a predicate holds for; unknown counts as false. The same as `holds`, cluster by cluster, but faster. */
export function select(inventory: Inventory, expr: IrExpr, moment: Moment): ClusterSubset {
  const table = tableOf(inventory);
  return subset((isDeep(expr) ? rowTruth : truthOf)(table, expr, moment).yes);
}

/** Takes the clusters off for which a predicate does not hold; the others are those `select` gives. */
export function dropUnless(
  expr: IrExpr,
  from: Candidates,
  inventory: Inventory,
  moment: Moment,
): void {
  const table = tableOf(inventory);
  if (isDeep(expr)) keepRows(from.bits, rowTruth(table, expr, moment).yes);
  else keepWhere(from.bits, expr, table, moment);
}

/** That CEL costs more than it may over all clusters; null where it does not. */
export function celOverrun(
  inventory: Inventory,
  cel: IrExpr & { readonly op: 'cel' },
  moment: Moment,
): string | null {
  return truthOf(tableOf(inventory), cel, moment).overrun;
}

function truthOf(table: Table, expr: IrExpr, moment: Moment): Truth {
  if (dependsOnTime(expr)) return computeTruth(table, expr, moment);
  return madeOf(table, moment.compat, expr, () => computeTruth(table, expr, moment));
}

// What connects others is made of them anew: that costs less than evaluating every row that has changed.
function computeTruth(table: Table, expr: IrExpr, moment: Moment): Truth {
  const rows = table.size;
  switch (expr.op) {
    case 'and': {
      const yes = allBits(rows);
      keepWhere(yes, expr, table, moment);
      const no = () => expr.args.map((arg) => truthOf(table, arg, moment).no);
      return truth(yes, () => no().reduce(unite, noBits(rows)));
    }
    case 'or': {
      const [only] = expr.args;
      if (only !== undefined && expr.args.length === 1) return truthOf(table, only, moment);
      const truths = expr.args.map((arg) => truthOf(table, arg, moment));
      const yes = truths.reduce((any, one) => unite(any, one.yes), noBits(rows));
      return truth(yes, () => truths.reduce((all, one) => intersect(all, one.no), allBits(rows)));
    }
    case 'not': {
      const of = truthOf(table, expr.arg, moment);
      return truth(of.no, () => of.yes);
    }
    case 'selector': {
      const yes = allBits(rows);
      keepWhere(yes, expr, table, moment);
      const isValid = compiledOf(expr, moment).ok;
      return truth(yes, () => (isValid ? without(allBits(rows), yes) : noBits(rows)));
    }
    default:
      return dependsOnTime(expr)
        ? evaluatedTruth(table, expr, moment)
        : keptTruth(table, expr, moment);
  }
}

/** Takes the rows for which a predicate does not hold off a set that is being made. */
function keepWhere(of: Bits, expr: IrExpr, table: Table, moment: Moment): void {
  if (expr.op === 'and' || (expr.op === 'or' && expr.args.length === 1)) {
    for (const arg of expr.args) keepWhere(of, arg, table, moment);
  } else if (expr.op === 'selector') {
    const compiled = compiledOf(expr, moment);
    if (!compiled.ok) of.fill(0);
    else keepMeeting(of, table, expr.over, compiled.requirements);
  } else keepRows(of, truthOf(table, expr, moment).yes);
}

type Selector = IrExpr & { readonly op: 'selector' };

function compiledOf({ over, selector }: Selector, { compat }: Moment): CompiledSelector {
  return compiledSelector(selector, over === 'claim' && compat === 'native' ? 'any' : 'label');
}

// Found by what it says: other placements say the same elsewhere.
function keptTruth(table: Table, expr: IrExpr, moment: Moment): Truth {
  const evaluated = () => evaluatedTruth(table, expr, moment);
  return made(table, `truth ${moment.compat} ${exprKey(expr)}`, evaluated, (before, changes) =>
    before.overrun === null ? renewTruth(before, changes, { table, expr, moment }) : evaluated(),
  );
}

function evaluatedTruth(table: Table, expr: IrExpr, moment: Moment): Truth {
  if (expr.op === 'cel') return celTruth(table, expr.source, moment);
  const reads = readsOf(expr);
  if (reads === 'many') return rowTruth(table, expr, moment);
  if (reads === 'none') return constantTruth(table, expr, moment);
  return columnTruth(table, expr, reads.source, moment);
}

// An expression that reads one source has one answer per distinct value of it.
function columnTruth(table: Table, expr: IrExpr, source: IrSource, moment: Moment): Truth {
  const column = columnOf(table, source);
  const answers = new Map<number, unknown>();
  for (const { code, example } of column.values.values()) {
    answers.set(code, evaluate(expr, { ...moment, cluster: table.rows[example] ?? null }));
  }
  const where = (is: boolean) => rowsLike(column, ({ code }) => answers.get(code) === is);
  const [yes, no] = [where(true), where(false)];
  return truth(yes, () => no);
}

function rowTruth(table: Table, expr: IrExpr, moment: Moment): Truth {
  const yes = noBits(table.size);
  const no = noBits(table.size);
  table.rows.forEach((cluster, row) => {
    const value = evaluate(expr, { ...moment, cluster });
    if (value === true) addRow(yes, row);
    else if (value === false) addRow(no, row);
  });
  return truth(yes, () => no);
}

function constantTruth(table: Table, expr: IrExpr, moment: Moment): Truth {
  const value = evaluate(expr, { ...moment, cluster: null });
  const where = (is: boolean) => (value === is ? allBits(table.size) : noBits(table.size));
  return truth(where(true), () => where(false));
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
