import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join, posix } from 'node:path';
import { root } from '../support/capabilities.ts';

/** Every file of the project that git tracks or would, in byte order, relative to the root. */
export const projectFiles: readonly string[] = listed().filter((file) => existsSync(root + file));

function listed(): string[] {
  try {
    // in CI the checkout may belong to another user, which git refuses to read unless told
    const git = ['-c', 'safe.directory=*', 'ls-files', '-z'];
    const out = execFileSync('git', [...git, '--cached', '--others', '--exclude-standard'], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return [...new Set(out.split('\0').filter((name) => name !== ''))].sort();
  } catch {
    const left = new Set(['.git', 'node_modules', 'dist', 'coverage']);
    const walk = (dir: string): string[] =>
      readdirSync(root + dir, { withFileTypes: true }).flatMap((entry) => {
        if (left.has(entry.name)) return [];
        const path = posix.join(dir, entry.name);
        return entry.isDirectory() ? walk(path) : entry.isFile() ? [path] : [];
      });
    return walk('').sort();
  }
}

/** The text of a file of the project. */
export function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** The files of the project a TypeScript file names in an import, a dynamic import, `new URL` or a mock. */
export function imports(file: string, text = read(file)): readonly string[] {
  const named = /(?:\bfrom|\bimport|\bimport\(|\bURL\()\s*'(\.{1,2}\/[^']+)'/g;
  return [...text.matchAll(named)]
    .map((match) => posix.normalize(posix.join(dirname(file), match[1] ?? '')))
    .filter((path) => extname(path) !== '' && existsSync(root + path));
}

/** Everything reached from some files by following imports, the files included. */
export function reached(from: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = [...from];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    if (file.endsWith('.ts')) open.push(...imports(file));
  }
  return seen;
}
