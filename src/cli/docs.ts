import type { AddCommand } from './command.ts';

/** `ocm docs`: the reference of a module as Markdown, from its declarations and their doc comments. */
export const addDocs: AddCommand = ({ program, io, ended }) => {
  program
    .command('docs')
    .description('print a Markdown reference of a module')
    .argument('[files...]', 'a folder, or .ocm files (default: the current folder)')
    .action(async (files: string[]) => {
      const { documentModule } = await import('./docs/module.ts');
      ended(documentModule(files, io));
    });
};
