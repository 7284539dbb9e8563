import type { Instant } from '../../base/instant.ts';
import type { PrinterColumn } from '../core.ts';
import type { KubeObject } from '../object.ts';
import { customKindOf } from '../schema/definitions.ts';
import { own } from '../schema/own.ts';
import { accessTables } from './access.ts';
import { coreTables } from './core.ts';
import { customTable } from './custom-columns.ts';
import { type Cell, type KindTable, plainTable, type TableColumn } from './kind-table.ts';
import { ocmTables } from './ocm.ts';
import { podTables } from './pods.ts';
import { workloadTables } from './workloads.ts';

/** What `kubectl get` asks for: `application/json;as=Table;v=v1;g=meta.k8s.io`. */
export interface Table {
  readonly apiVersion: 'meta.k8s.io/v1';
  readonly kind: 'Table';
  readonly columnDefinitions: readonly TableColumn[];
  readonly rows: readonly TableRow[];
}
export interface TableRow {
  readonly cells: readonly Cell[];
  readonly object?: KubeObject;
}

export interface TableOptions {
  /** Columns of a kind that is defined by a CustomResourceDefinition of others; ours are known. */
  readonly columns?: readonly PrinterColumn[];
  /** What comes with each row: `includeObject` of the request, `Metadata` unless told. */
  readonly include?: 'None' | 'Metadata' | 'Object';
}

const tables: Readonly<Record<string, KindTable>> = {
  ...coreTables,
  ...podTables,
  ...workloadTables,
  ...accessTables,
  ...ocmTables,
};

/** Objects of one kind as a table; `now` is what ages are counted to. */
export function tableOf(
  kind: { readonly group: string; readonly kind: string },
  objects: readonly KubeObject[],
  now: Instant,
  options: TableOptions = {},
): Table {
  const table = options.columns ? customTable(options.columns) : kindTableOf(kind);
  return {
    apiVersion: 'meta.k8s.io/v1',
    kind: 'Table',
    columnDefinitions: table.columns,
    rows: objects.map((object) => ({
      cells: table.cells(object, now),
      ...rowObject(object, options.include ?? 'Metadata'),
    })),
  };
}

function kindTableOf(kind: { readonly group: string; readonly kind: string }): KindTable {
  const known = own(tables, `${kind.group}/${kind.kind}`);
  if (known) return known;
  const custom = customKindOf(kind);
  return custom ? customTable(custom.columns) : plainTable;
}

function rowObject(
  object: KubeObject,
  include: 'None' | 'Metadata' | 'Object',
): { readonly object?: KubeObject } {
  if (include === 'None') return {};
  if (include === 'Object') return { object };
  const { metadata } = object;
  return { object: { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata', metadata } };
}
