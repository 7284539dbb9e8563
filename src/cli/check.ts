import type { AddCommand } from './command.ts';
import { outputOption } from './connection.ts';
import type { CheckOptions } from './program/check.ts';
import { withModule } from './program/options.ts';

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
      const { checkFiles } = await import('./program/check.ts');
      ended(await checkFiles(files, options, io));
    });
};
