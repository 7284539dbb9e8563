import { fstatSync, writeSync } from 'node:fs';
import { type ExitCode, exit, failed, type Io, isColored } from './io.ts';
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
  process.exitCode = plainCheck(process.argv.slice(3), plainIo());
}

// The streams of `process` would be a tenth of the time. Nothing waits here, so a signal may end the process as it does.
function plainIo(): Io {
  const { env } = process;
  const [out, err] = [isTerminal(1), isTerminal(2)];
  return {
    out: (text) => write(1, text),
    err: (text) => write(2, text),
    read: async () => '',
    env,
    cwd: process.cwd(),
    color: { out: isColored(out, env), err: isColored(err, env) },
    isTerminal: out,
    // what nobody asks for takes two milliseconds to make
    get signal() {
      return new AbortController().signal;
    },
  };
}

function isTerminal(descriptor: number): boolean {
  return fstatSync(descriptor).isCharacterDevice();
}

function write(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(descriptor, bytes, done);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // a closed pipe (`ocm check … | head`) is the reader's choice; a full one is read in a moment
      if (code === 'EPIPE') process.exit(exit.ok);
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
