import type { AddCommand } from './command.ts';
import { outputOption } from './connection.ts';
import type { InventoryOptions } from './inventory.ts';
import { type ModuleOptions, withInventory, withModule } from './program/options.ts';

/** The options of `ocm plan`. */
export interface PlanOptions extends ModuleOptions, InventoryOptions {
  /** Name of the Program on the hub; that of the module's folder where absent. */
  readonly name?: string;
  readonly base?: string;
  readonly baseRef?: string;
  readonly without: readonly string[];
  readonly set: readonly string[];
  readonly upgrade: readonly string[];
  readonly deny: readonly string[];
  readonly output: 'text' | 'json' | 'markdown';
}

/** `ocm plan`: what a change of a module, or of a fleet, does on which clusters; offline. */
export const addPlan: AddCommand = ({ program, io, ended }) => {
  const collect = (value: string, before: readonly string[]) => [...before, value];
  withInventory(withModule(program.command('plan')))
    .description('say what a change of a module, or of the fleet, does on which clusters')
    .option('--name <name>', 'name of the Program on the hub (default: the name of the folder)')
    .option('--base <path>', 'compare with this module: what is there now')
    .option('--base-ref <revision>', 'compare with the same module at a revision of git')
    .option('--without <attribute=value>', 'what if these clusters were gone', collect, [])
    .option('--set <cluster.attribute=value>', 'what if a cluster were otherwise', collect, [])
    .option('--upgrade <attribute=value>', 'what if all clusters had at least this', collect, [])
    .option('--deny <what>', 'exit with 1 on: change, leave, delete', collect, [])
    .addOption(outputOption(['text', 'json', 'markdown'], 'text'))
    .addHelpText(
      'after',
      `
With --live it compares with the Program that is on the hub, unless told otherwise. Without --live, --base, --base-ref
and what-ifs everything is new: what the module does on an empty hub.
An attribute is one of the fleet block, or label:KEY, claim:KEY, annotation:KEY, condition:TYPE, addon:NAME,
score:RESOURCE/NAME, field:PATH; for --without also name.

  ocm plan --live
  ocm plan --inventory fleet.yaml --base-ref origin/main -o markdown --deny leave
  ocm plan --inventory fleet.yaml --without region=eu-1 --upgrade k8s=v1.36`,
    )
    .action(async (files: string[], options: PlanOptions) => {
      const { planModule } = await import('./plan/run.ts');
      ended(await planModule(files, options, io));
    });
};
