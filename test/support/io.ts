import type { Io } from '../../src/cli/io.ts';

/** An Io that keeps what is written, for tests of commands in this process. */
export interface TestIo extends Io {
  readonly stdout: () => string;
  readonly stderr: () => string;
}

export function testIo(
  options: {
    cwd?: string;
    stdin?: string;
    env?: Record<string, string>;
    signal?: AbortSignal;
  } = {},
): TestIo {
  const written = { out: '', err: '' };
  return {
    out: (text) => {
      written.out += text;
    },
    err: (text) => {
      written.err += text;
    },
    read: async () => options.stdin ?? '',
    env: options.env ?? {},
    cwd: options.cwd ?? process.cwd(),
    color: { out: false, err: false },
    signal: options.signal ?? new AbortController().signal,
    stdout: () => written.out,
    stderr: () => written.err,
  };
}
