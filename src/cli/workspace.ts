import { globSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { CommandFailure, exit } from './io.ts';

/** Files of a module: those given by name, or all `*.ocm` directly in a folder (Rules 13 and 14). */
export interface ModuleFiles {
  /** The folder imports and `file()` are relative to. */
  readonly dir: string;
  /** The nearest parent with `ocm.json`, else with `.git`, else the folder itself: nothing outside is read. */
  readonly root: string;
  /** Absolute paths, in byte order of their names. */
  readonly paths: readonly string[];
}

/** Finds the module that a command line names; `-` is not a file here. */
export function moduleFiles(given: readonly string[], cwd: string): ModuleFiles {
  const paths = (given.length === 0 ? ['.'] : given).map((path) => resolve(cwd, path));
  const [first = cwd] = paths;
  const folders = paths.filter(isFolder);
  if (folders.length > 1 || (folders.length === 1 && paths.length > 1)) {
    throw new CommandFailure(exit.usage, 'give one folder, or files, but not both');
  }
  const dir = folders[0] ?? dirname(first);
  const files = folders.length === 1 ? ocmFiles(dir) : paths;
  if (files.length === 0) {
    throw new CommandFailure(exit.no, `no .ocm file in ${shown(dir, cwd)}`);
  }
  for (const path of files) mustBeOcm(path, cwd);
  return { dir, root: workspaceRoot(dir), paths: files };
}

/** The `*.ocm` files directly in a folder, in byte order. */
export function ocmFiles(dir: string): readonly string[] {
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ocm'))
    .map((entry) => join(dir, entry.name))
    .sort();
}

/** Refuses a file that another language is in, instead of a syntax error for each of its lines. */
export function mustBeOcm(path: string, cwd: string): void {
  if (path.endsWith('.ocm') || !isFile(path)) return;
  const name = shown(path, cwd);
  const next = /\.(ya?ml|json)$/.test(path) ? `; \`ocm import ${name}\` makes one of it` : '';
  throw new CommandFailure(exit.no, `${name} is no .ocm file${next}`);
}

/** A path as people would write it from where they are. */
export function shown(path: string, cwd: string): string {
  const short = relative(cwd, path);
  if (short === '') return '.';
  return short.startsWith(`..${sep}..`) ? path : short;
}

/** Reads a text file; says plainly why it cannot. */
export function readText(path: string, cwd: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new CommandFailure(exit.environment, `cannot read ${shown(path, cwd)}: ${why(error)}`);
  }
}

/** What a system call's error means, without its stack. */
export function why(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
      return 'it does not exist';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'EISDIR':
      return 'it is a folder';
    case 'ENOTDIR':
      return 'a part of the path is not a folder';
    case 'EADDRINUSE':
      return 'the port is in use';
    case 'ENOSPC':
      return 'the disk is full';
    default:
      return message;
  }
}

/** What the compiler may read: files under the workspace root, by paths relative to it. Links that lead out are not followed. */
export class WorkspaceReader {
  readonly #root: string;
  constructor(root: string) {
    this.#root = realpathSync(root);
  }

  /** null: there is no such file, or it is outside of the workspace. */
  read(path: string): string | null {
    const inside = this.#inside(path);
    if (inside === null) return null;
    try {
      return readFileSync(inside, 'utf8');
    } catch {
      return null;
    }
  }

  /** Files that match, relative to the root, with `/`, in byte order. */
  list(pattern: string): readonly string[] {
    if (isAbsolute(pattern) || pattern.split('/').includes('..')) return [];
    return globSync(pattern, { cwd: this.#root, exclude: ['**/node_modules', '**/.git'] })
      .filter((path) => this.#inside(path) !== null && isFile(join(this.#root, path)))
      .map((path) => path.split(sep).join('/'))
      .sort();
  }

  #inside(path: string): string | null {
    try {
      const real = realpathSync(resolve(this.#root, path));
      const away = relative(this.#root, real);
      return away.startsWith('..') || isAbsolute(away) ? null : real;
    } catch {
      return null;
    }
  }
}

function workspaceRoot(dir: string): string {
  for (const mark of ['ocm.json', '.git']) {
    for (let at = dir; ; at = dirname(at)) {
      if (statSync(join(at, mark), { throwIfNoEntry: false })) return at;
      if (dirname(at) === at) break;
    }
  }
  return dir;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
