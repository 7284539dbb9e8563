import type { AddCommand } from './command.ts';

/** `ocm lsp`: the language server, which editors start. */
export const addLsp: AddCommand = ({ program }) => {
  program
    .command('lsp')
    .description(
      'serve the language to an editor: the Language Server Protocol over stdin and stdout',
    )
    .option('--stdio', 'the only way there is; editors like to say it')
    .action(async () => {
      const { serveEditor } = await import('./program/editor.ts');
      await serveEditor();
    });
};
