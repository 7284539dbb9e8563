import { Command, CommanderError, Help, type Option } from 'commander';
import type { AddCommand } from './command.ts';
import { type ExitCode, exit, failed, type Io } from './io.ts';
import { version } from './version.ts';

/** Runs one command line over some commands and gives its exit code. Never throws: a failure is told on `err`. */
export async function runCommands(
  commands: readonly AddCommand[],
  argv: readonly string[],
  io: Io,
): Promise<ExitCode> {
  let code: ExitCode = exit.ok;
  const program = commandTree(commands, io, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.ok : exit.usage;
    return failed(error, io);
  }
}

/** The tree of some commands below `ocm`. */
export function commandTree(
  commands: readonly AddCommand[],
  io: Io,
  ended: (code: ExitCode) => void,
): Command {
  const program = new Command('ocm')
    .description('Which clusters, what must hold there, how change spreads: as a language.')
    .version(version, '-V, --version', 'print the version')
    .helpCommand('help [command]', 'print help for a command')
    .showHelpAfterError('(`--help` lists what is possible)')
    .showSuggestionAfterError()
    .configureHelp({ optionDescription })
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .addHelpText('after', exitCodes);
  for (const add of commands) add({ program, io, ended });
  const silence = (command: Command) => {
    command.exitOverride();
    command.configureOutput({ writeOut: io.out, writeErr: io.err });
    command.commands.forEach(silence);
  };
  silence(program);
  return program;
}

/** An option in help; `(default: false)` and `(default: [])` are left out, for they say nothing. */
function optionDescription(option: Option): string {
  const { defaultValue } = option;
  const isEmpty = defaultValue === false || (Array.isArray(defaultValue) && !defaultValue.length);
  return isEmpty ? option.description : new Help().optionDescription(option);
}

const exitCodes = `
Exit codes: 0 done; 1 the input has errors or the answer is no; 2 wrong command line;
            3 something outside is missing or refuses; 130 interrupted.`;
