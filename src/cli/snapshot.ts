import type { AddCommand } from './command.ts';
import { type ConnectionOptions, connected, withConnection } from './connection.ts';
import { CommandFailure, exit } from './io.ts';

interface SnapshotOptions extends ConnectionOptions {
  readonly redact: boolean;
}

/** `ocm inventory snapshot`: what a hub knows of its clusters, as YAML that the other commands read. */
export const addSnapshot: AddCommand = ({ program, io, ended }) => {
  const inventory = program.command('inventory').description('recorded clusters');
  withConnection(inventory.command('snapshot'))
    .description(
      'print the clusters of a hub, their sets, add-ons, scores and decisions, as an inventory',
    )
    .option(
      '--redact',
      'without names, addresses and messages: what placements ask for stays',
      false,
    )
    .addHelpText(
      'after',
      `
  ocm inventory snapshot > inventory.yaml
  ocm eval . --inventory inventory.yaml

--redact gives clusters numbers in the order of their names, and leaves out all that placements cannot ask for,
annotations, messages, and labels and claims that name the cluster, an address or a person. All others stay, so that
placements decide as before, unless they ask for those: look through them before you hand the file on.`,
    )
    .action(async (_: unknown, command: { optsWithGlobals: () => SnapshotOptions }) => {
      const options = command.optsWithGlobals();
      const hub = await connected(options, io);
      const { takeSnapshot } = await import('./snapshot/take.ts');
      const { yamlText } = await import('./terminal/yaml.ts');
      const taken = await takeSnapshot(hub, { redact: options.redact });
      hub.close();
      if (!taken.ok) throw new CommandFailure(exit.environment, taken.message);
      io.out(yamlText(taken.objects as never));
      const { count } = await import('./terminal/count.ts');
      const others = count(
        taken.others,
        'set, binding, add-on, score or decision',
        'sets, bindings, add-ons, scores and decisions',
      );
      io.err(`${count(taken.clusters, 'cluster')}, ${others}\n`);
      ended(exit.ok);
    });
};
