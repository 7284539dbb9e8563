import type { Instant } from '../../base/instant.ts';
import type { Json } from '../../base/json.ts';
import { ageOf } from './age.ts';
import { at } from './fields.ts';

/** A column of a `meta.k8s.io/v1` Table. */
export interface TableColumn {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  /** Above 0: with `-o wide` only. */
  readonly priority: number;
}
export type Cell = Json;

/** How the objects of a kind are shown. */
export interface KindTable {
  readonly columns: readonly TableColumn[];
  readonly cells: (object: unknown, now: Instant) => readonly Cell[];
}

/** A column, and the cell of an object in it. */
export interface ColumnOf {
  readonly name: string;
  readonly type?: string;
  readonly format?: string;
  readonly wide?: true;
  readonly cell: (object: unknown, now: Instant) => Cell;
}

/** The table of a kind from its columns. */
export function tableFrom(columns: readonly ColumnOf[]): KindTable {
  return {
    columns: columns.map(({ name, type = 'string', format = '', wide }) => ({
      name,
      type,
      format,
      description: '',
      priority: wide ? 1 : 0,
    })),
    cells: (object, now) => columns.map((column) => column.cell(object, now)),
  };
}

export const nameColumn: ColumnOf = {
  name: 'Name',
  format: 'name',
  cell: (object) => (at(object, 'metadata', 'name') as Cell | undefined) ?? '',
};

export const ageOfObject: ColumnOf = {
  name: 'Age',
  cell: (object, now) => ageOf(at(object, 'metadata', 'creationTimestamp'), now),
};

/** Kinds nobody has columns for: name and time of creation, as every API server shows them. */
export const plainTable: KindTable = tableFrom([
  nameColumn,
  {
    name: 'Created At',
    type: 'date',
    cell: (object) => (at(object, 'metadata', 'creationTimestamp') as Cell | undefined) ?? null,
  },
]);
