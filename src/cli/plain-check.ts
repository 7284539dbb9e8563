import { type ExitCode, exit, failed, type Io, processIo } from './io.ts';
import { loadModule } from './program/load.ts';
import { reportCheck } from './program/report.ts';

/**
 * `ocm check [file …]`, a command line of files alone, without what reads command lines: it starts from a file that
 * holds nothing else, in less than half the time.
 */
export function plainCheck(files: readonly string[], io: Io): ExitCode {
  try {
    return reportCheck(loadModule(files, { param: [] }, io), io) > 0 ? exit.no : exit.ok;
  } catch (error) {
    return failed(error, io);
  }
}

/** Runs the command line of this process, which is such a one. */
export async function start(): Promise<void> {
  process.exitCode = plainCheck(process.argv.slice(3), processIo());
}
