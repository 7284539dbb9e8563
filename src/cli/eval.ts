import type { AddCommand } from './command.ts';
import { outputOption } from './connection.ts';
import type { InventoryOptions } from './inventory.ts';
import { CommandFailure, type ExitCode, exit, type Io } from './io.ts';
import { type ModuleOptions, withInventory, withModule } from './program/options.ts';
import { jsonText } from './terminal/escape.ts';

export interface EvalOptions extends ModuleOptions, InventoryOptions {
  readonly compat?: string;
}
interface Options extends EvalOptions {
  readonly output: 'table' | 'json' | 'yaml';
}

/** `ocm eval`: which clusters each placement selects, and why not the others; offline. */
export const addEval: AddCommand = ({ program, io, ended }) => {
  withInventory(withModule(program.command('eval')))
    .description('decide the placements of a module, or of upstream YAML, over recorded clusters')
    .option('--compat <mode>', '`upstream` decides as upstream does where ours does better')
    .addOption(outputOption(['table', 'json', 'yaml'], 'table'))
    .action(async (files: string[], options: Options) => {
      ended(await evaluate(files, options, io));
    });
};

async function evaluate(files: string[], options: Options, io: Io): Promise<ExitCode> {
  const { loadQuestion } = await import('./program/question.ts');
  const question = await loadQuestion(files, options, io);
  if (question === null) return exit.no;
  const [{ decide, whyDecided }, { decisionsJson, decisionsText }] = await Promise.all([
    import('./program/decide.ts'),
    import('./program/decisions.ts'),
  ]);
  if (question.placements.length === 0) {
    throw new CommandFailure(exit.no, 'there is no placement to decide');
  }
  const decided = question.placements.map((placement) => ({
    placement,
    outcome: decide(question, placement),
    reasons: whyDecided(question, placement),
  }));
  if (options.output === 'table') io.out(decisionsText(decided, question.inventory.size));
  else {
    const { yamlText } = await import('./terminal/yaml.ts');
    const json = decisionsJson(decided);
    io.out(options.output === 'json' ? jsonText(json) : yamlText(json as never));
  }
  const wrong = decided.some(
    ({ outcome }) => outcome.error !== null || outcome.status.code === 'Misconfigured',
  );
  return wrong ? exit.no : exit.ok;
}
