import type { Command } from 'commander';

/** The options of commands that read a module. */
export interface ModuleOptions {
  readonly param: readonly string[];
  readonly params?: string;
  readonly namespace?: string;
  /** Of `ocm compile` only. */
  readonly plainTemplates?: boolean;
}

/** Adds `--inventory`, which the command cannot do without; who has none is told how to come by one. */
export function withInventory(command: Command): Command {
  return command
    .requiredOption('--inventory <path>', 'file or folder of ManagedClusters as YAML')
    .configureOutput({
      outputError: (text, write) => {
        const lacks = text.includes("option '--inventory <path>' not specified");
        write(lacks ? `${text}${howToRecord}` : text);
      },
    });
}

const howToRecord =
  '`ocm inventory snapshot > inventory.yaml` records the clusters of a hub; then give `--inventory inventory.yaml`\n';

/** Adds the files of a module, `--param`, `--params` and `--namespace`. */
export function withModule(command: Command): Command {
  const collect = (value: string, before: readonly string[]) => [...before, value];
  return command
    .argument('[files...]', 'a folder, or .ocm files (default: the current folder)')
    .option('-p, --param <name=value>', 'value of a parameter; may be repeated', collect, [])
    .option('--params <file>', 'YAML file with values of parameters')
    .option('-n, --namespace <name>', 'namespace of files that name none');
}
