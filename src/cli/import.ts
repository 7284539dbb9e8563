import type { AddCommand } from './command.ts';

export interface ImportOptions {
  readonly output?: string;
  readonly force?: true;
  readonly raise?: true;
}

/** `ocm import`: upstream YAML as `.ocm`. */
export const addImport: AddCommand = ({ program, io, ended }) => {
  program
    .command('import')
    .description('print upstream YAML as .ocm; what comes out compiles to the same objects')
    .argument('<paths...>', 'YAML or JSON files, folders with all below them, or `-` for stdin')
    .option(
      '-o, --output <path>',
      'write a file, or into a folder one file for each that was read (default and `-`: stdout)',
    )
    .option(
      '--raise',
      'make typed expressions of templates where they mean the same; the others stay templates',
    )
    .option('--force', 'write over files that are there')
    .action(async (paths: string[], options: ImportOptions) => {
      const { importPaths } = await import('./import/paths.ts');
      ended(await importPaths(paths, options, io));
    });
};
