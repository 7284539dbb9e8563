import type { AddCommand } from './command.ts';
import { outputOption } from './connection.ts';
import type { InventoryOptions } from './inventory.ts';
import { CommandFailure, type ExitCode, exit, type Io } from './io.ts';
import { type ModuleOptions, withInventory, withModule } from './program/options.ts';
import { jsonText } from './terminal/escape.ts';

interface ExplainOptions extends ModuleOptions, InventoryOptions {
  readonly cluster?: string;
  readonly compat?: string;
  readonly output: 'text' | 'json';
}

/** `ocm explain placement NAME`: every filter and score, of all clusters or of one. */
export const addExplain: AddCommand = ({ program, io, ended }) => {
  const explain = program.command('explain').description('say why, step by step');
  const command = explain
    .command('placement')
    .argument('<name>', 'the placement, or namespace/name');
  withInventory(withModule(command))
    .description('say which clusters a placement selects, and why not the others')
    .option('--cluster <name>', 'only what concerns this cluster')
    .option('--compat <mode>', '`upstream` decides as upstream does where ours does better')
    .addOption(outputOption(['text', 'json'], 'text'))
    .action(async (name: string, files: string[], options: ExplainOptions) => {
      ended(await explainPlacement(name, files, options, io));
    });
};

async function explainPlacement(
  name: string,
  files: string[],
  options: ExplainOptions,
  io: Io,
): Promise<ExitCode> {
  const [{ loadQuestion }, { didYouMeanOneOf }] = await Promise.all([
    import('./program/question.ts'),
    import('./terminal/suggest.ts'),
  ]);
  const question = await loadQuestion(files, options, io);
  if (question === null) return exit.no;
  const placement = question.placements.find(
    (one) => one.name === name || `${one.namespace}/${one.name}` === name,
  );
  if (placement === undefined) {
    const names = question.placements.map((one) => one.name);
    throw new CommandFailure(exit.no, `no placement ${name}${didYouMeanOneOf(name, names)}`);
  }
  const [
    { decideWithReasons },
    { explanationJson, explanationText },
    { clusterFacts, clusterNames },
  ] = await Promise.all([
    import('./program/decide.ts'),
    import('./program/explanation.ts'),
    import('../engine/inventory/inventory.ts'),
  ]);
  const { cluster } = options;
  if (cluster !== undefined && clusterFacts(question.inventory, cluster) === undefined) {
    const meant = didYouMeanOneOf(cluster, clusterNames(question.inventory));
    throw new CommandFailure(
      exit.no,
      `no cluster ${cluster} in ${options.inventory ?? 'the hub'}${meant}`,
    );
  }
  const explanation = decideWithReasons(question, placement, cluster);
  io.out(
    options.output === 'json'
      ? jsonText(explanationJson(explanation, question.files))
      : explanationText(explanation, question.files, cluster),
  );
  return explanation.outcome.error === null ? exit.ok : exit.no;
}
