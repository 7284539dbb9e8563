import type { Command } from 'commander';
import { withConnection } from '../connection.ts';

/** The options of commands that read a module. */
export interface ModuleOptions {
  readonly param: readonly string[];
  readonly params?: string;
  readonly namespace?: string;
  /** Of `ocm compile` only. */
  readonly plainTemplates?: boolean;
}

/** Adds `--inventory` and `--live`; the command cannot do without one of them (`inventoryGiven`). */
export function withInventory(command: Command): Command {
  return withConnection(
    command
      .option('--inventory <path>', 'file or folder of ManagedClusters as YAML')
      .option('--live', 'the clusters of a hub as they are now, and what it has decided'),
  );
}

/** Adds the files of a module, `--param`, `--params` and `--namespace`. */
export function withModule(command: Command): Command {
  const collect = (value: string, before: readonly string[]) => [...before, value];
  return command
    .argument('[files...]', 'a folder, or .ocm files (default: the current folder)')
    .option('-p, --param <name=value>', 'value of a parameter; may be repeated', collect, [])
    .option('--params <file>', 'YAML file with values of parameters')
    .option('-n, --namespace <name>', 'namespace of files that name none');
}
