import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from '../../src/cli/run.ts';
import { testIo } from '../support/io.ts';

/** A folder for the files of one test file, a workspace of its own. */
export interface Folder {
  readonly path: string;
  /** Writes a file below it and gives its full path. */
  readonly write: (name: string, text: string) => string;
  readonly remove: () => void;
}

/** Makes an empty one. */
export function temporaryFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'ocm-cli-'));
  writeFileSync(join(path, 'ocm.json'), '{}\n');
  return {
    path,
    write: (name, text) => {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** What a command printed and ended with. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs one command line in this process. */
export async function ocm(cwd: string, ...argv: readonly string[]): Promise<Ran> {
  const io = testIo({ cwd });
  const code = await run(argv, io);
  return { code, out: io.stdout(), err: io.stderr() };
}
