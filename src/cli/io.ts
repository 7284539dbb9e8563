import { printable } from './terminal/escape.ts';

/**
 * What a command ends with, the same for all of them and listed by `ocm help exit-codes`:
 * 0 done; 1 the input has errors or the answer is no; 2 the command line is wrong; 3 something outside is
 * missing or refuses (a server, a port, a file, a right); 130 interrupted.
 */
export const exit = { ok: 0, no: 1, usage: 2, environment: 3, interrupted: 130 } as const;
export type ExitCode = (typeof exit)[keyof typeof exit];

/** All that a command may touch of the process it runs in; tests give their own. */
export interface Io {
  /** Results: what a script would read. */
  readonly out: (text: string) => void;
  /** Progress, warnings, errors: what a person would read. */
  readonly err: (text: string) => void;
  readonly read: () => Promise<string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Whether `out` and `err` are terminals that show colours. */
  readonly color: { readonly out: boolean; readonly err: boolean };
  /** Whether `out` is a terminal, where text is not taken as it is but acted upon. */
  readonly isTerminal?: boolean;
  /** Aborted on SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

/** The Io of this process. The first SIGINT or SIGTERM asks commands to end, the second ends the process. */
export function processIo(): Io {
  const { env, stdout, stderr } = process;
  const controller = new AbortController();
  const end = () => {
    if (controller.signal.aborted) process.exit(exit.interrupted);
    controller.abort();
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
  // a closed pipe (`ocm get … | head`) is the reader's choice, not an error
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exit.ok);
    throw error;
  });
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    read: async () => {
      const { stdin } = process;
      stdin.setEncoding('utf8');
      let text = '';
      for await (const chunk of stdin) text += String(chunk);
      return text;
    },
    env,
    cwd: process.cwd(),
    color: {
      out: isColored(stdout.isTTY === true, env),
      err: isColored(stderr.isTTY === true, env),
    },
    isTerminal: stdout.isTTY === true,
    signal: controller.signal,
  };
}

/** Whether to use colours on a terminal, or on what is none. */
export function isColored(isTerminal: boolean, env: Io['env']): boolean {
  return !env['NO_COLOR'] && (isTerminal || Boolean(env['FORCE_COLOR']));
}

/** A failure that ends a command: the text says what is wrong and what to do next. Not for bugs. */
export class CommandFailure extends Error {
  readonly code: ExitCode;
  constructor(code: ExitCode, message: string) {
    super(message);
    this.name = 'CommandFailure';
    this.code = code;
  }
}

/** Says what ended a command that threw, and gives its exit code. */
export function failed(error: unknown, io: Io): ExitCode {
  if (io.signal.aborted) return exit.interrupted;
  if (error instanceof CommandFailure) {
    io.err(`error: ${printable(error.message)}\n`);
    return error.code;
  }
  io.err(`internal error, please report it: ${error instanceof Error ? error.stack : error}\n`);
  return exit.environment;
}
