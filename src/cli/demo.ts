import type { AddCommand } from './command.ts';

/** `ocm demo`: what the product does, live, in under two minutes; leaves nothing running. */
export const addDemo: AddCommand = ({ program, io, ended }) => {
  program
    .command('demo')
    .description(
      'show it all on this machine in under two minutes: a hub, three clusters, rollouts',
    )
    .option('--keep <dir>', 'keep data and logs in this folder')
    .action(async (options: { readonly keep?: string }) => {
      const { runDemo } = await import('./demo/run.ts');
      ended(await runDemo(options.keep, io));
    });
};
