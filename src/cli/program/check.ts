import { CommandFailure, type ExitCode, exit, type Io } from '../io.ts';
import { jsonText } from '../terminal/escape.ts';
import { diagnosticsJson } from './diagnostics.ts';
import { type LoadedModule, loadModule, reportDiagnostics } from './load.ts';
import type { ModuleOptions } from './options.ts';
import { reportCheck } from './report.ts';

export interface CheckOptions extends ModuleOptions {
  readonly output: 'text' | 'json';
  readonly deny: readonly string[];
  readonly inventory?: string;
}

/** Checks a module, or upstream YAML, and says what is wrong with it. */
export async function checkFiles(
  files: readonly string[],
  options: CheckOptions,
  io: Io,
): Promise<ExitCode> {
  const isYaml = (file: string) => /\.(ya?ml|json)$/.test(file);
  if (files.some(isYaml)) {
    if (options.inventory !== undefined) {
      throw new CommandFailure(exit.usage, '--inventory is for modules, not for upstream YAML');
    }
    const { checkYaml } = await import('./check-yaml.ts');
    return checkYaml(files, options, io);
  }
  const loaded = await withInventory(loadModule(files, options, io), options, io);
  const denied = loaded.diagnostics.filter(({ code }) => options.deny.includes(code)).length;
  if (options.output === 'json') io.out(jsonText(diagnosticsJson(loaded)));
  const errors =
    options.output === 'json' ? reportDiagnostics(loaded, () => {}, io) : reportCheck(loaded, io);
  return errors + denied > 0 ? exit.no : exit.ok;
}

/** The module with what recorded clusters say about it. */
async function withInventory(
  loaded: LoadedModule,
  { inventory }: CheckOptions,
  io: Io,
): Promise<LoadedModule> {
  if (inventory === undefined) return loaded;
  const [{ readInventory }, { inventoryDiagnostics }] = await Promise.all([
    import('../inventory.ts'),
    import('./check-inventory.ts'),
  ]);
  const found = inventoryDiagnostics(loaded, readInventory(inventory, io));
  return { ...loaded, diagnostics: [...loaded.diagnostics, ...found] };
}
