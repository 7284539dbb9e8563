import type { Json } from '../base/json.ts';
import type { AddCommand } from './command.ts';
import { outputOption } from './connection.ts';
import { type ExitCode, exit, type Io } from './io.ts';
import { type ModuleOptions, withModule } from './program/options.ts';
import { jsonText } from './terminal/escape.ts';

interface CompileOptions extends ModuleOptions {
  readonly output: 'yaml' | 'json' | 'ir' | 'map';
  readonly serviceAccount: string;
  readonly name?: string;
}

/** `ocm compile`: the upstream objects a module stands for, or its IR. */
export const addCompile: AddCommand = ({ program, io, ended }) => {
  withModule(program.command('compile'))
    .description('print the Kubernetes objects of a module, or its IR')
    .option('--service-account <name>', 'whose rights an emitted Program has', 'ocm-programs')
    .option('--name <name>', 'name of an emitted Program (default: the name of the folder)')
    .option(
      '--plain-templates',
      'leave the guards out of Go templates: shorter, and they mean less',
    )
    .addOption(outputOption(['yaml', 'json', 'ir', 'map'], 'yaml'))
    .addHelpText(
      'after',
      '\n-o map prints, for every object and its fields, the file, line and column they come from.',
    )
    .action(async (files: string[], options: CompileOptions) => {
      ended(await compileModule(files, options, io));
    });
};

async function compileModule(files: string[], options: CompileOptions, io: Io): Promise<ExitCode> {
  const [{ loadModule, reportDiagnostics }, { objectsOf }, { yamlText }] = await Promise.all([
    import('./program/load.ts'),
    import('./program/objects.ts'),
    import('./terminal/yaml.ts'),
  ]);
  const loaded = loadModule(files, options, io);
  const errors = reportDiagnostics(loaded, io.err, io);
  if (errors > 0 || loaded.program === null) return exit.no;
  if (options.output === 'ir') {
    io.out(jsonText(loaded.program));
    return exit.ok;
  }
  if (options.output === 'map') {
    const { sourceMapJson } = await import('./program/source-map.ts');
    io.out(jsonText(sourceMapJson(loaded.program, loaded.checked)));
    return exit.ok;
  }
  const { serviceAccount } = options;
  const name = options.name ?? loaded.name;
  const objects = objectsOf(loaded.program, {
    name,
    namespace: loaded.namespace,
    serviceAccount,
  }) as unknown as readonly Json[];
  if (options.output === 'yaml') io.out(yamlText(objects));
  else {
    const list = { apiVersion: 'v1', kind: 'List', items: objects };
    io.out(jsonText(list));
  }
  return exit.ok;
}
