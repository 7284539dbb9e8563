import { type InventoryOptions, inventoryGiven, readObjects } from '../inventory.ts';
import { CommandFailure, exit, type Io } from '../io.ts';
import { type Question, questionOf, questionOfObjects } from './decide.ts';
import { loadModule, reportDiagnostics } from './load.ts';
import type { ModuleOptions } from './options.ts';

export interface QuestionOptions extends ModuleOptions, InventoryOptions {
  readonly compat?: string;
}

/** What `eval` and `explain` decide: a module or upstream YAML over an inventory; null where the module has errors. */
export async function loadQuestion(
  files: readonly string[],
  options: QuestionOptions,
  io: Io,
): Promise<Question | null> {
  if (options.compat !== undefined && options.compat !== 'upstream') {
    throw new CommandFailure(exit.usage, '--compat takes `upstream` only');
  }
  const compat = options.compat === 'upstream' ? 'upstream' : 'native';
  const recorded = await inventoryGiven(options, io);
  if (files.length > 0 && files.every((file) => /\.(ya?ml|json)$/.test(file))) {
    const objects = files.flatMap((file) => readObjects(file, io));
    return questionOfObjects(objects, recorded, compat);
  }
  const loaded = loadModule(files, options, io);
  const errors = reportDiagnostics(loaded, io.err, io);
  if (errors > 0 || loaded.program === null) return null;
  return questionOf(loaded.program, recorded, compat);
}
