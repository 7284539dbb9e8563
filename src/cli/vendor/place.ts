import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type LockEntry, readSums } from '../../lang/vendored.ts';
import { digest, sumsOf, type Tree } from './tree.ts';

/** Writes a tree beside its place and moves it there, with the list of its files; gives the digest of the list. */
export function placeTree(root: string, path: string, tree: Tree): string {
  const folder = join(root, path);
  const fresh = `${folder}.new`;
  rmSync(fresh, { recursive: true, force: true });
  for (const [name, bytes] of tree) {
    const file = join(fresh, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
  const sums = sumsOf(tree);
  writeFileSync(`${folder}.sum`, sums);
  return digest(sums);
}

/** Writes a text beside its place and moves it there; gives its digest. */
export function placeText(root: string, path: string, text: string): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
  return digest(text);
}

/** What on disk is not as the lock says, in words; nothing where all is. */
export function differences(root: string, entry: LockEntry): readonly string[] {
  const sums = read(join(root, `${entry.path}.sum`));
  if (sums === null) return [`${entry.path} is not there`];
  if (digest(sums) !== entry.sha256) return [`${entry.path}.sum is not what was fetched`];
  const wanted = readSums(sums.toString('utf8'));
  const folder = join(root, entry.path);
  const there = new Set(filesIn(folder));
  const found: string[] = [];
  for (const [path, sha256] of wanted) {
    const content = there.has(path) ? read(join(folder, path)) : null;
    if (content === null) found.push(`${entry.path}/${path} is not there`);
    else if (digest(content) !== sha256)
      found.push(`${entry.path}/${path} is not what was fetched`);
  }
  for (const path of there) {
    if (!wanted.has(path)) found.push(`${entry.path}/${path} was not fetched`);
  }
  for (const { path, sha256 } of Object.values(entry.rendered ?? {})) {
    const content = read(join(root, path));
    if (content === null) found.push(`${path} is not there`);
    else if (digest(content) !== sha256) found.push(`${path} is not what was rendered`);
  }
  return found;
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
  } catch {
    return [];
  }
}

function read(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}
