import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { CommandFailure, exit, type Io } from '../io.ts';

/** A module as it was: the same paths, in a folder of its own. */
export interface ModuleThen {
  readonly cwd: string;
  readonly files: readonly string[];
}

/** Unpacks the repository at a revision, hands over the module as it was then, and takes the folder away again. */
export function moduleAt<T>(
  revision: string,
  files: readonly string[],
  io: Io,
  use: (then: ModuleThen) => T,
): T {
  const cwd = realpathSync(io.cwd);
  const top = git(['rev-parse', '--show-toplevel'], cwd, `${cwd} is in no git repository`);
  const commit = git(
    ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`],
    cwd,
    `git knows no revision ${revision} here`,
  );
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'ocm-plan-'));
  try {
    const archive = join(folder, 'then.tar');
    const tree = join(folder, 'tree');
    mkdirSync(tree);
    git(['archive', '--format=tar', '-o', archive, commit], top, `cannot read ${revision}`);
    run('tar', ['-xf', archive, '-C', tree], folder, `cannot unpack ${revision}`);
    const then = (path: string): string => {
      const inside = relative(top, path);
      if (inside.startsWith('..') || isAbsolute(inside)) {
        throw new CommandFailure(exit.no, `${path} is outside the repository ${top}`);
      }
      return join(tree, inside);
    };
    const named = (files.length === 0 ? ['.'] : files).map((file) => then(resolve(cwd, file)));
    return use({ cwd: tree, files: named });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function git(args: readonly string[], cwd: string, failure: string): string {
  return run('git', args, cwd, failure);
}

function run(command: string, args: readonly string[], cwd: string, failure: string): string {
  const done = spawnSync(command, [...args], { cwd, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (done.error !== undefined) {
    throw new CommandFailure(exit.environment, `${command} cannot be run: ${done.error.message}`);
  }
  if (done.status === 0) return done.stdout.trim();
  const why = done.stderr.trim();
  throw new CommandFailure(exit.environment, why === '' ? failure : `${failure}: ${why}`);
}
