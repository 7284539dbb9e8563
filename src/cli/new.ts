import type { AddCommand } from './command.ts';

/** `ocm new`: a project to start from, and what to do next. */
export const addNew: AddCommand = ({ program, io, ended }) => {
  program
    .command('new')
    .description('start a project: a module, an inventory to try it on, and tests')
    .argument('<dir>', 'where; nothing that is there is overwritten')
    .action(async (dir: string) => {
      const { startProject } = await import('./new/start.ts');
      ended(startProject(dir, io));
    });
};
