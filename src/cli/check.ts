import type { AddCommand } from './command.ts';
import { outputOption } from './connection.ts';
import { type ExitCode, exit, type Io } from './io.ts';
import { type ModuleOptions, withModule } from './program/options.ts';

interface CheckOptions extends ModuleOptions {
  readonly output: 'text' | 'json';
  readonly deny: readonly string[];
}

/** `ocm check`: everything the compiler has to say about a module; changes nothing. */
export const addCheck: AddCommand = ({ program, io, ended }) => {
  const collect = (value: string, before: readonly string[]) => [...before, value];
  withModule(program.command('check'))
    .description('say what is wrong with a module, or with upstream YAML')
    .option('--deny <code>', 'let a warning fail the check; may be repeated', collect, [])
    .addOption(outputOption(['text', 'json'], 'text'))
    .action(async (files: string[], options: CheckOptions) => {
      ended(await check(files, options, io));
    });
};

async function check(files: string[], options: CheckOptions, io: Io): Promise<ExitCode> {
  const isYaml = (file: string) => /\.(ya?ml|json)$/.test(file);
  if (files.some(isYaml)) {
    const { checkYaml } = await import('./program/check-yaml.ts');
    return checkYaml(files, options, io);
  }
  const [{ loadModule, reportDiagnostics }, { diagnosticsJson, summary }] = await Promise.all([
    import('./program/load.ts'),
    import('./program/diagnostics.ts'),
  ]);
  const loaded = loadModule(files, options, io);
  const denied = loaded.diagnostics.filter(({ code }) => options.deny.includes(code)).length;
  let errors: number;
  if (options.output === 'json') {
    io.out(`${JSON.stringify(diagnosticsJson(loaded), null, 2)}\n`);
    errors = reportDiagnostics(loaded, () => {}, io);
  } else {
    errors = reportDiagnostics(loaded, io.out, io);
    io.err(`${summary(loaded)}\n`);
  }
  return errors + denied > 0 ? exit.no : exit.ok;
}
