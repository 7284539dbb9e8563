import type { IrSource } from '../../ir/expr.ts';
import type { Requirement } from '../../kube/selector.ts';
import { meets } from '../../kube/selector.ts';
import type { Bits } from './bits.ts';
import { addRow, addRows, dropRows, keepAny, keepRows, noBits, someRow, withRow } from './bits.ts';
import { factText } from './fact.ts';
import type { RowChange, Table } from './inventory.ts';
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
  const build = () => buildColumn(table, source);
  const renew = (before: Column, changes: readonly RowChange[]) =>
    changes.reduce((column, of) => moved(column, of, table, source), before);
  return 'key' in source
    ? made(table, source, build, renew)
    : made(table, `column ${sourceKey(source)}`, build, renew);
}

/** Of so many values each is looked up; of more, the rows are kept. */
const mostLookedUp = 8;

/** Takes the rows that do not meet one requirement of a selector off a set that is still being made. */
export function keepMeeting(
  of: Bits,
  table: Table,
  from: 'label' | 'claim',
  requirement: Requirement,
): void {
  const { key, operator, values } = requirement;
  if (values.length > mostLookedUp) {
    keepRows(of, rowsMeeting(table, from, requirement));
    return;
  }
  const column = columnOf(table, { from, key }).values;
  const asked = operator === 'In' || operator === 'NotIn' ? values : [undefined];
  const sets: Bits[] = [];
  for (const value of asked) {
    const rows = column.get(value)?.rows;
    if (rows !== undefined) sets.push(rows);
  }
  if (operator === 'In' || operator === 'DoesNotExist') keepAny(of, sets);
  else for (const rows of sets) dropRows(of, rows);
}

/** The rows that meet a requirement of many values. */
function rowsMeeting(table: Table, from: 'label' | 'claim', requirement: Requirement): Bits {
  const { key, operator, values } = requirement;
  const build = (): Bits => {
    const rows = noBits(table.size);
    for (const [value, { rows: those }] of columnOf(table, { from, key }).values) {
      if (meets(requirement, value)) addRows(rows, those);
    }
    return rows;
  };
  const name = `meets ${from} ${JSON.stringify([key, operator, values])}`;
  return made(table, name, build, (before, changes) =>
    changes.reduce((rows, { row }) => {
      const facts = table.rows[row];
      const value = facts === undefined ? undefined : factText({ from, key }, facts);
      return withRow(rows, row, meets(requirement, value));
    }, before),
  );
}

/** A column after one row has got another value. */
function moved(column: Column, change: RowChange, table: Table, source: IrSource): Column {
  const { row, before } = change;
  const facts = table.rows[row];
  const [old, now] = [factText(source, before), facts && factText(source, facts)];
  if (old === now) return column;
  const values = new Map(column.values);
  const left = withRow(values.get(old)?.rows ?? noBits(table.size), row, false);
  let example = -1;
  someRow(left, (one) => {
    example = one;
    return true;
  });
  if (example < 0) values.delete(old);
  else values.set(old, { rows: left, example });
  const joined = withRow(values.get(now)?.rows ?? noBits(table.size), row, true);
  values.set(now, { rows: joined, example: row });
  return { values };
}

function buildColumn(table: Table, source: IrSource): Column {
  const values = new Map<string | undefined, ColumnValue>();
  const { rows } = table;
  for (let row = 0; row < rows.length; row += 1) {
    const facts = rows[row];
    const text = facts && factText(source, facts);
    let value = values.get(text);
    if (value === undefined) {
      value = { rows: noBits(table.size), example: row };
      values.set(text, value);
    }
    addRow(value.rows, row);
  }
  return { values };
}
