import type { AddCommand } from './command.ts';
import { exit } from './io.ts';
import { printable } from './terminal/escape.ts';

/** `ocm fleet infer`: the first draft of a `fleet` block, from recorded clusters. */
export const addFleet: AddCommand = ({ program, io, ended }) => {
  program
    .command('fleet')
    .description('what clusters look like')
    .command('infer')
    .description('print a fleet block for the clusters of an inventory')
    .argument('<inventory>', 'file or folder of ManagedClusters as YAML')
    .action(async (path: string) => {
      const [{ readInventory }, { inferFleet }] = await Promise.all([
        import('./inventory.ts'),
        import('./fleet/infer.ts'),
      ]);
      const text = inferFleet(readInventory(path, io));
      io.out(io.isTerminal ? printable(text) : text);
      ended(exit.ok);
    });
};
