import type { AddCommand } from './command.ts';
import { exit } from './io.ts';

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
      io.out(inferFleet(readInventory(path, io)));
      ended(exit.ok);
    });
};
