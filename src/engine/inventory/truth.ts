import type { IrExpr } from '../../ir/expr.ts';
import { evaluate } from '../predicate/evaluate.ts';
import type { Scope } from '../predicate/scope.ts';
import { type Bits, withRow } from './bits.ts';
import type { RowChange, Table } from './inventory.ts';

/** Which rows a predicate is true of and which it is false of; of the others it is unknown. */
export interface Truth {
  readonly yes: Bits;
  /** Few ask for it, so it is made then. */
  readonly no: Bits;
  /** It costs more than it may over so many clusters, and why; then nothing is known of any row. */
  readonly overrun: string | null;
}

/** A truth whose `no` is made when somebody asks for it. */
export function truth(yes: Bits, no: () => Bits, overrun: string | null = null): Truth {
  let madeNo: Bits | undefined;
  return {
    yes,
    overrun,
    get no() {
      madeNo ??= no();
      return madeNo;
    },
  };
}

/** What is true after some rows have changed: those rows are evaluated, the others stay. */
export function renewTruth(
  before: Truth,
  changes: readonly RowChange[],
  of: {
    readonly table: Table;
    readonly expr: IrExpr;
    readonly moment: Pick<Scope, 'now' | 'compat'>;
  },
): Truth {
  const values = changes.map(({ row }) => {
    const cluster = of.table.rows[row] ?? null;
    return { row, value: evaluate(of.expr, { ...of.moment, cluster }) };
  });
  const where = (bits: Bits, is: boolean) =>
    values.reduce((all, { row, value }) => withRow(all, row, value === is), bits);
  // Both at once: one that waited for the one before would hold on to all there ever were.
  const [yes, no] = [where(before.yes, true), where(before.no, false)];
  return truth(yes, () => no);
}
