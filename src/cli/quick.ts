import { addCheck } from './check.ts';
import { runCommands } from './command-line.ts';
import { addCompile } from './compile.ts';
import { processIo } from './io.ts';
import { addLsp } from './lsp.ts';

/** Runs the command line of this process, which names one of the commands that need the language only. */
export async function start(): Promise<void> {
  const commands = [addCheck, addCompile, addLsp];
  process.exitCode = await runCommands(commands, process.argv.slice(2), processIo());
}
