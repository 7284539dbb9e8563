import type { IrSource } from '../../ir/expr.ts';
import type { Requirement } from '../../kube/selector.ts';
import { meets } from '../../kube/selector.ts';
import type { Bits } from './bits.ts';
import { addRow, addRows, noBits } from './bits.ts';
import { factText } from './fact.ts';
import type { Table } from './inventory.ts';
import { made } from './inventory.ts';
import { sourceKey } from './source-key.ts';

/** The distinct values of one source, and which rows have each. */
export interface Column {
  /** By the text of the value; undefined where there is none. */
  readonly values: ReadonlyMap<string | undefined, ColumnValue>;
}
export interface ColumnValue {
  readonly rows: Bits;
  /** One row that has the value. */
  readonly example: number;
}

/** The column of a source, made when it is first asked for. */
export function columnOf(table: Table, source: IrSource): Column {
  return made(table, `column ${sourceKey(source)}`, () => buildColumn(table, source));
}

/** The rows that meet one requirement of a selector. */
export function rowsMeeting(table: Table, from: 'label' | 'claim', requirement: Requirement): Bits {
  const { key, operator, values } = requirement;
  const column = columnOf(table, { from, key });
  if (operator === 'In' && values.length === 1) {
    return column.values.get(values[0])?.rows ?? noBits(table.size);
  }
  // Many placements ask the same.
  return made(table, `meets ${from} ${JSON.stringify([key, operator, values])}`, () => {
    const rows = noBits(table.size);
    for (const [value, { rows: those }] of column.values) {
      if (meets(requirement, value)) addRows(rows, those);
    }
    return rows;
  });
}

function buildColumn(table: Table, source: IrSource): Column {
  const values = new Map<string | undefined, ColumnValue>();
  table.rows.forEach((facts, row) => {
    const text = factText(source, facts);
    let value = values.get(text);
    if (value === undefined) {
      value = { rows: noBits(table.size), example: row };
      values.set(text, value);
    }
    addRow(value.rows, row);
  });
  return { values };
}
