import { type Instant, parseInstant } from '../../base/instant.ts';
import type { PrinterColumn } from '../core.ts';
import { findJsonPath, parseJsonPath } from '../json-path.ts';
import { humanDuration } from './age.ts';
import {
  ageOfObject,
  type Cell,
  type ColumnOf,
  type KindTable,
  nameColumn,
  tableFrom,
} from './kind-table.ts';

/**
 * The table of a kind by the printer columns of its definition: the name first, then each column; without any the age
 * (apiextensions `registry/customresource/tableconvertor`). Of several values of a path the first one counts.
 */
export function customTable(columns: readonly PrinterColumn[] | undefined): KindTable {
  if (columns === undefined || columns.length === 0) {
    return tableFrom([nameColumn, { ...ageOfObject, type: 'date' }]);
  }
  const table = tableFrom([nameColumn, ...columns.map(columnOf)]);
  return {
    ...table,
    columns: table.columns.map((column, index) => {
      const of = columns[index - 1];
      return of === undefined
        ? column
        : {
            ...column,
            format: of.format ?? '',
            description: of.description ?? '',
            priority: of.priority ?? 0,
          };
    }),
  };
}

function columnOf(column: PrinterColumn): ColumnOf {
  const path = parseJsonPath(column.jsonPath);
  return {
    name: column.name,
    type: column.type,
    cell: (object, now) => {
      const found = path.ok ? findJsonPath(path, object) : [];
      return found.length === 0 ? null : cellOf(column.type, found, now);
    },
  };
}

function cellOf(type: string, found: readonly unknown[], now: Instant): Cell {
  const value = found[0];
  switch (type) {
    case 'string':
      return printed(value);
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date': {
      if (typeof value !== 'string') return null;
      const instant = parseInstant(value);
      return instant === null ? '<invalid>' : humanDuration(now - instant);
    }
    default:
      return null;
  }
}

function printed(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
