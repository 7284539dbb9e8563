import type { AddCommand } from './command.ts';

export interface FmtOptions {
  readonly check?: true;
  readonly diff?: true;
}

/** `ocm fmt`: writes files in the one layout there is. */
export const addFmt: AddCommand = ({ program, io, ended }) => {
  program
    .command('fmt')
    .description('format .ocm files, and say which changed')
    .argument(
      '[paths...]',
      'files, folders with all below them, or `-` for stdin to stdout (default: the current folder)',
    )
    .option(
      '--check',
      'change nothing; name what is not formatted, and end with 1 where there is any',
    )
    .option('--diff', 'change nothing; print what would change, and end with 1 where there is any')
    .action(async (paths: string[], options: FmtOptions) => {
      const { formatPaths } = await import('./fmt/paths.ts');
      ended(await formatPaths(paths, options, io));
    });
};
