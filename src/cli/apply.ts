import type { AddCommand } from './command.ts';
import { type ConnectionOptions, connected, withConnection } from './connection.ts';
import { CommandFailure, type ExitCode, exit, type Io } from './io.ts';
import { type ModuleOptions, withModule } from './program/options.ts';
import { remember, remembered } from './program/remembered.ts';

interface ApplyOptions extends ConnectionOptions, ModuleOptions {
  readonly serviceAccount?: string;
  readonly name?: string;
  readonly prune: boolean;
  readonly maxDelete: string;
  readonly adopt: boolean;
  readonly dryRun: boolean;
  readonly wait: string;
}

/** `ocm apply`: sends a module to a hub; says first what would be deleted and asks for rights that are missing. */
export const addApply: AddCommand = ({ program, io, ended }) => {
  withModule(withConnection(program.command('apply')))
    .description('send a module to a hub')
    .option('--service-account <name>', 'whose rights the program has; remembered per workspace')
    .option('--name <name>', 'name of the Program (default: the name of the folder)')
    .option('--prune', 'delete what is no longer declared', false)
    .option('--max-delete <n>', 'how many clusters may lose a workload', '0')
    .option('--adopt', 'take over objects that are there and belong to no program', false)
    .option('--dry-run', 'ask the hub, change nothing', false)
    .option('--wait <seconds>', 'how long to wait until the hub has taken it in', '30')
    .action(async (files: string[], options: ApplyOptions) => {
      ended(await apply(files, options, io));
    });
};

async function apply(files: string[], options: ApplyOptions, io: Io): Promise<ExitCode> {
  const { loadModule, reportDiagnostics } = await import('./program/load.ts');
  const loaded = loadModule(files, options, io);
  const errors = reportDiagnostics(loaded, io.err, io);
  const { program, namespace } = loaded;
  if (errors > 0 || program === null) return exit.no;
  if (namespace === '') {
    throw new CommandFailure(
      exit.no,
      'the files agree on no namespace: write `namespace NAME` into them, or give --namespace',
    );
  }
  const serviceAccount = account(options, loaded.root);
  const maxDelete = count('--max-delete', options.maxDelete);
  const wait = count('--wait', options.wait);
  const hub = await connected(options, io);
  const { applyProgram } = await import('./program/apply.ts');
  const code = await applyProgram(
    {
      hub,
      program,
      name: options.name ?? loaded.name,
      namespace,
      serviceAccount,
      prune: options.prune,
      maxDelete,
      dryRun: options.dryRun,
      adopt: options.adopt,
      waitMillis: wait * 1000,
    },
    io,
  );
  hub.close();
  if (code === exit.ok && !options.dryRun) remember(loaded.root, serviceAccount);
  return code;
}

function count(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new CommandFailure(exit.usage, `${option} takes a number from 0`);
}

function account(options: ApplyOptions, root: string): string {
  const name = options.serviceAccount ?? remembered(root);
  if (name !== undefined) return name;
  throw new CommandFailure(
    exit.usage,
    'say whose rights the program has: --service-account NAME (`ocm up` and `ocm hub init` made `ocm-programs`)',
  );
}
