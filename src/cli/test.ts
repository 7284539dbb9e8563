import type { AddCommand } from './command.ts';
import { outputOption } from './connection.ts';
import { type ModuleOptions, withModule } from './program/options.ts';

/** The options of `ocm test`. */
export interface TestOptions extends ModuleOptions {
  readonly filter?: string;
  readonly coverage: boolean;
  readonly runs?: string;
  readonly seed?: string;
  readonly at?: string;
  readonly output: 'text' | 'json' | 'junit';
}

/** `ocm test`: the tests a module says of itself, on the real engine; offline. */
export const addTest: AddCommand = ({ program, io, ended }) => {
  withModule(program.command('test'))
    .description('run the tests of modules: placements, policies and rollouts over fixtures')
    .option('--filter <text>', 'only tests whose name contains this')
    .option('--coverage', 'say which conditions of placements no test goes both ways', false)
    .option('--runs <n>', 'runs of each fuzzed test, instead of what it says')
    .option('--seed <n>', 'seed of fuzzed tests, to repeat a failure')
    .option('--at <time>', 'when tests begin (default: 2026-01-01T00:00:00Z)')
    .addOption(outputOption(['text', 'json', 'junit'], 'text'))
    .action(async (files: string[], options: TestOptions) => {
      const { testModules } = await import('./test/run.ts');
      ended(testModules(files, options, io));
    });
};
