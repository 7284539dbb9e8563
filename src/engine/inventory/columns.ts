import type { IrSource } from '../../ir/expr.ts';
import type { Requirement } from '../../kube/selector.ts';
import { labelOf, meets } from '../../kube/selector.ts';
import type { Bits } from './bits.ts';
import { addRow, dropAll, keepAny, keepRows, noBits, withRow } from './bits.ts';
import { factReader, factText } from './fact.ts';
import type { ClusterFacts } from './facts.ts';
import type { RowChange, Table } from './inventory.ts';
import { made } from './inventory.ts';
import { sourceKey } from './source-key.ts';

/** What every row has in one source, by number: equal values have equal numbers. */
export interface Column {
  /** The number of each row's value. Changed in place while the column is renewed. */
  readonly codes: Uint32Array;
  /** By the text of the value; undefined where there is none. Somebody has each of them. */
  readonly values: Map<string | undefined, ColumnValue>;
  /** Above all numbers given so far. */
  next: number;
}
export interface ColumnValue {
  readonly code: number;
  /** One row that has the value. */
  readonly example: number;
  /** Of all but the first values they are made when somebody asks: there may be as many values as clusters. */
  rows: Bits | null;
}

/** Of so many values the rows are known with the column. */
const firstValues = 64;

/** So many numbers of values that nobody has any more, besides as many as there are values, are carried along. */
const mostForgotten = 1000;

/** The column of a source, made when it is first asked for. */
export function columnOf(table: Table, source: IrSource): Column {
  const build = () => buildColumn(table, source);
  const renew = (column: Column, changes: readonly RowChange[]) => {
    if (column.next > 2 * column.values.size + mostForgotten) return build();
    for (const change of changes) move(column, change, table, source);
    return column;
  };
  return 'key' in source
    ? made(table, source, build, renew)
    : made(table, `column ${sourceKey(source)}`, build, renew);
}

/** The rows that have a value. */
export function rowsHaving({ codes }: Column, value: ColumnValue): Bits {
  if (value.rows !== null) return value.rows;
  const { code } = value;
  const rows = noBits(codes.length);
  for (let row = 0; row < codes.length; row += 1) if (codes[row] === code) addRow(rows, row);
  value.rows = rows;
  return rows;
}

/** The rows whose values pass a test. */
export function rowsLike(
  { codes, values, next }: Column,
  passes: (value: ColumnValue, text: string | undefined) => boolean,
): Bits {
  const passed = new Uint8Array(next);
  for (const [text, value] of values) passed[value.code] = passes(value, text) ? 1 : 0;
  const rows = noBits(codes.length);
  for (let row = 0; row < codes.length; row += 1)
    if (passed[codes[row] ?? 0] === 1) addRow(rows, row);
  return rows;
}

/** The rows whose clusters pass a test that looks at one source only: one cluster is asked for all alike. */
export function rowsPassing(
  table: Table,
  source: IrSource,
  test: (facts: ClusterFacts) => boolean,
): Bits {
  return rowsLike(columnOf(table, source), ({ example }) => {
    const facts = table.rows[example];
    return facts !== undefined && test(facts);
  });
}

/** Of so many values each is looked up; of more, the rows are kept. */
const mostLookedUp = 8;

/** Takes the rows that do not meet all requirements of a selector off a set that is still being made. */
export function keepMeeting(
  of: Bits,
  table: Table,
  from: 'label' | 'claim',
  requirements: readonly Requirement[],
): void {
  const dropped: Bits[] = [];
  for (const requirement of requirements) {
    const { key, operator, values } = requirement;
    if (values.length > mostLookedUp) keepRows(of, rowsMeeting(table, from, requirement));
    else {
      const column = columnOf(table, { from, key });
      if (operator === 'In') keepAny(of, setsOf(column, values));
      else if (operator === 'DoesNotExist') keepAny(of, setsOf(column, absent));
      else dropped.push(...setsOf(column, operator === 'NotIn' ? values : absent));
    }
  }
  dropAll(of, dropped);
}

const absent = [undefined];

function setsOf(column: Column, texts: readonly (string | undefined)[]): Bits[] {
  const sets: Bits[] = [];
  for (const text of texts) {
    const value = column.values.get(text);
    if (value !== undefined) sets.push(rowsHaving(column, value));
  }
  return sets;
}

/** The rows that meet a requirement of many values. */
function rowsMeeting(table: Table, from: 'label' | 'claim', requirement: Requirement): Bits {
  const { key, operator, values } = requirement;
  const build = () =>
    rowsLike(columnOf(table, { from, key }), (_, text) => meets(requirement, text));
  const name = `meets ${from} ${JSON.stringify([key, operator, values])}`;
  return made(table, name, build, (before, changes) =>
    changes.reduce((rows, { row }) => {
      const facts = table.rows[row];
      const value = facts === undefined ? undefined : factText({ from, key }, facts);
      return withRow(rows, row, meets(requirement, value));
    }, before),
  );
}

/** Renews a column after one row has got another value; rows that were asked for before stay as they were. */
function move(column: Column, { row, before }: RowChange, table: Table, source: IrSource): void {
  const { codes, values } = column;
  const facts = table.rows[row];
  const [old, now] = [factText(source, before), facts && factText(source, facts)];
  if (old === now) return;
  const left = values.get(old);
  const joined = values.get(now) ?? { code: column.next, example: row, rows: null };
  column.next = Math.max(column.next, joined.code + 1);
  codes[row] = joined.code;
  values.set(now, { ...joined, rows: joined.rows && withRow(joined.rows, row, true) });
  if (left === undefined) return;
  const example = left.example === row ? codes.indexOf(left.code) : left.example;
  if (example < 0) values.delete(old);
  else values.set(old, { ...left, example, rows: left.rows && withRow(left.rows, row, false) });
}

function buildColumn(table: Table, source: IrSource): Column {
  const { rows } = table;
  const codes = new Uint32Array(rows.length);
  const values = new Map<string | undefined, ColumnValue>();
  const read = textReader(table, source);
  for (let row = 0; row < rows.length; row += 1) {
    const text = read(row);
    let value = values.get(text);
    if (value === undefined) {
      const code = values.size;
      value = { code, example: row, rows: code < firstValues ? noBits(rows.length) : null };
      values.set(text, value);
    }
    codes[row] = value.code;
    if (value.rows !== null) addRow(value.rows, row);
  }
  return { codes, values, next: values.size };
}

function textReader(table: Table, source: IrSource): (row: number) => string | undefined {
  if (source.from === 'label') {
    const labels = labelsOf(table);
    const { key } = source;
    return (row) => labelOf(labels[row], key);
  }
  const { rows } = table;
  const read = factReader(source);
  return (row) => {
    const facts = rows[row];
    return facts && read(facts);
  };
}

type Labels = Readonly<Record<string, string>> | undefined;

/** The labels of each row, changed in place: columns of them are many, and they lie deep in the objects. */
function labelsOf(table: Table): readonly Labels[] {
  const read = (facts: ClusterFacts | undefined): Labels => facts?.cluster.metadata.labels;
  const build = () => table.rows.map(read);
  return made(table, 'labels', build, (labels, changes) => {
    for (const { row } of changes) labels[row] = read(table.rows[row]);
    return labels;
  });
}
