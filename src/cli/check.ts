import type { AddCommand } from './command.ts';
import { outputOption } from './connection.ts';
import { CommandFailure, type ExitCode, exit, type Io } from './io.ts';
import type { LoadedModule } from './program/load.ts';
import { type ModuleOptions, withModule } from './program/options.ts';
import { jsonText } from './terminal/escape.ts';

interface CheckOptions extends ModuleOptions {
  readonly output: 'text' | 'json';
  readonly deny: readonly string[];
  readonly inventory?: string;
}

/** `ocm check`: everything the compiler has to say about a module; changes nothing. */
export const addCheck: AddCommand = ({ program, io, ended }) => {
  const collect = (value: string, before: readonly string[]) => [...before, value];
  withModule(program.command('check'))
    .description('say what is wrong with a module, or with upstream YAML')
    .option('--deny <code>', 'let a warning fail the check; may be repeated', collect, [])
    .option(
      '--inventory <path>',
      'also compare with recorded ManagedClusters: a file or folder of YAML',
    )
    .addOption(outputOption(['text', 'json'], 'text'))
    .action(async (files: string[], options: CheckOptions) => {
      ended(await check(files, options, io));
    });
};

async function check(files: string[], options: CheckOptions, io: Io): Promise<ExitCode> {
  const isYaml = (file: string) => /\.(ya?ml|json)$/.test(file);
  if (files.some(isYaml)) {
    if (options.inventory !== undefined) {
      throw new CommandFailure(exit.usage, '--inventory is for modules, not for upstream YAML');
    }
    const { checkYaml } = await import('./program/check-yaml.ts');
    return checkYaml(files, options, io);
  }
  const [{ loadModule, reportDiagnostics }, { diagnosticsJson, summary }] = await Promise.all([
    import('./program/load.ts'),
    import('./program/diagnostics.ts'),
  ]);
  const loaded = await withInventory(loadModule(files, options, io), options, io);
  const denied = loaded.diagnostics.filter(({ code }) => options.deny.includes(code)).length;
  let errors: number;
  if (options.output === 'json') {
    io.out(jsonText(diagnosticsJson(loaded)));
    errors = reportDiagnostics(loaded, () => {}, io);
  } else {
    errors = reportDiagnostics(loaded, io.out, io);
    io.err(`${summary(loaded)}\n`);
  }
  return errors + denied > 0 ? exit.no : exit.ok;
}

/** The module with what recorded clusters say about it. */
async function withInventory(
  loaded: LoadedModule,
  { inventory }: CheckOptions,
  io: Io,
): Promise<LoadedModule> {
  if (inventory === undefined) return loaded;
  const [{ readInventory }, { inventoryDiagnostics }] = await Promise.all([
    import('./inventory.ts'),
    import('./program/check-inventory.ts'),
  ]);
  const found = inventoryDiagnostics(loaded, readInventory(inventory, io));
  return { ...loaded, diagnostics: [...loaded.diagnostics, ...found] };
}
