import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { writeSums } from '../../lang/vendored.ts';
import { CommandFailure, exit } from '../io.ts';

/** Files of a fetched tree, by path: with `/`, relative, nothing that leaves it. */
export type Tree = ReadonlyMap<string, Buffer>;

/** What a source may be at most: it lies in the author's repository and in the hub's memory. */
export const limits = {
  files: 10_000,
  /** Of all files together, in bytes. */
  bytes: 64 * 1024 * 1024,
  /** Of an archive or a file as it is sent, in bytes. */
  download: 32 * 1024 * 1024,
} as const;

/** What an archive or a repository says is in it. */
export type Entry =
  | { readonly path: string; readonly bytes: Buffer }
  /** A symbolic link; `target` is relative to the folder it lies in. */
  | { readonly path: string; readonly target: string };

/** Makes a tree of entries; a link becomes the file it means. Refuses what leaves the tree, and what is too much. */
export function treeOf(source: string, entries: readonly Entry[]): Tree {
  const files = new Map<string, Buffer>();
  const links: { readonly path: string; readonly target: string }[] = [];
  let bytes = 0;
  for (const entry of entries) {
    if (!isInside(entry.path)) refuse(source, `${JSON.stringify(entry.path)} leaves the tree`);
    if ('target' in entry) links.push(entry);
    else {
      bytes += entry.bytes.length;
      files.set(entry.path, entry.bytes);
    }
    if (files.size + links.length > limits.files) refuse(source, `more than ${limits.files} files`);
    if (bytes > limits.bytes) refuse(source, `more than ${limits.bytes >> 20} MiB unpacked`);
  }
  for (const { path, target } of links) {
    const meant = posix.join(posix.dirname(path), target);
    if (target.startsWith('/') || !isInside(meant)) {
      refuse(source, `the link ${JSON.stringify(path)} leaves the tree`);
    }
    const file = files.get(meant);
    // A link to a folder or to another link: there is no file to read by that name.
    if (file !== undefined) files.set(path, file);
  }
  if (files.size === 0) refuse(source, 'it is empty');
  return files;
}

// A line of the list of files is `sha256  path`: a path is one line of printable text.
function isInside(path: string): boolean {
  const parts = path.split('/');
  return !/[\p{Cc}\\]/u.test(path) && !parts.some((part) => /^\.{0,2}$/.test(part));
}

/** Ends the command: something about a source is not as it has to be. */
export function refuse(source: string, why: string): never {
  throw new CommandFailure(exit.no, `${source}: refused: ${why}`);
}

/** Digests of the files of a tree, as `<path>.sum` has them. */
export function sumsOf(tree: Tree): string {
  return writeSums(new Map([...tree].map(([path, bytes]) => [path, digest(bytes)])));
}

/** SHA-256, in hexadecimal digits. */
export function digest(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}
