import type { Command } from 'commander';
import { commandTree, runCommands } from './command-line.ts';
import { commands } from './commands.ts';
import type { ExitCode, Io } from './io.ts';

/** Runs one command line and gives its exit code. Never throws: a failure is told on `err`. */
export function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  return runCommands(commands, argv, io);
}

/** The whole command tree; `completion` and the documentation are made from it. */
export function ocm(io: Io, ended: (code: ExitCode) => void): Command {
  return commandTree(commands, io, ended);
}
