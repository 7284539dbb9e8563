import { instant } from '../../base/instant.ts';
import type { Json } from '../../base/json.ts';
import type { KindInfo } from '../../kube/kinds.ts';
import { apiVersionOf, type KubeObject } from '../../kube/object.ts';
import { tableOf } from '../../kube/table/table.ts';
import type { Io } from '../io.ts';
import { jsonText, printable } from './escape.ts';
import { table } from './table.ts';
import { yamlText } from './yaml.ts';

export interface PrintInput {
  readonly info: KindInfo;
  readonly objects: readonly KubeObject[];
  readonly output: 'table' | 'json' | 'yaml' | 'name';
  /** One object was asked for by name: JSON and YAML print it, not a list. */
  readonly single: boolean;
  readonly io: Io;
}

/** Prints API objects as kubectl does: a table with the kind's columns, JSON, YAML or names. */
export function printObjects({ info, objects, output, single, io }: PrintInput): void {
  switch (output) {
    case 'json':
      io.out(jsonText(single ? objects[0] : listOf(info, objects)));
      return;
    case 'yaml':
      io.out(yamlText(objects as unknown as readonly Json[]));
      return;
    case 'name':
      for (const { metadata } of objects) io.out(printable(`${info.plural}/${metadata.name}\n`));
      return;
    default:
      printTable(info, objects, io);
  }
}

function printTable(info: KindInfo, objects: readonly KubeObject[], io: Io): void {
  if (objects.length === 0) {
    io.err(`no ${info.plural} found\n`);
    return;
  }
  const { columnDefinitions, rows } = tableOf(info, objects, instant(Date.now()));
  const shown = columnDefinitions
    .map((column, index) => ({ ...column, index }))
    .filter(({ priority }) => !priority);
  const heads = shown.map(({ name }) => name.toUpperCase());
  const cells = rows.map((row) => shown.map(({ index }) => String(row.cells[index] ?? '')));
  if (!info.namespaced) {
    io.out(table(heads, cells));
    return;
  }
  const namespaces = objects.map(({ metadata }) => metadata.namespace ?? '');
  io.out(
    table(
      ['NAMESPACE', ...heads],
      cells.map((row, index) => [namespaces[index] ?? '', ...row]),
    ),
  );
}

function listOf(info: KindInfo, items: readonly KubeObject[]) {
  return { apiVersion: apiVersionOf(info), kind: `${info.kind}List`, metadata: {}, items };
}
