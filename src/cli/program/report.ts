import type { Io } from '../io.ts';
import { summary } from './diagnostics.ts';
import { type LoadedModule, reportDiagnostics } from './load.ts';

/** Prints what is wrong with a module, and how much that is; gives back the number of errors. */
export function reportCheck(loaded: LoadedModule, io: Io): number {
  const errors = reportDiagnostics(loaded, io.out, io);
  io.err(`${summary(loaded)}\n`);
  return errors;
}
