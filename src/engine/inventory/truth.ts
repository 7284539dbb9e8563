import type { IrExpr } from '../../ir/expr.ts';
import { evaluate } from '../predicate/evaluate.ts';
import type { Scope } from '../predicate/scope.ts';
import { type Bits, withRow } from './bits.ts';
import type { RowChange, Table } from './inventory.ts';

/** Which rows a predicate is true of and which it is false of; of the others it is unknown. */
export interface Truth {
  readonly yes: Bits;
  /** Few ask for it, so it may be made then. */
  readonly no: Bits;
}

/** A truth whose `no` is made when somebody asks for it. */
export function withNo(yes: Bits, no: () => Bits): Truth {
  let made: Bits | undefined;
  return {
    yes,
    get no() {
      made ??= no();
      return made;
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
  return withNo(where(before.yes, true), () => where(before.no, false));
}
