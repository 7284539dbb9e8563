import { gunzipSync } from 'node:zlib';
import { type Entry, limits, refuse, type Tree, treeOf } from './tree.ts';

const block = 512;

/** The tree of a gzipped tar archive; the folder all its files lie in is left out, as charts have it. */
export function untar(source: string, archive: Buffer): Tree {
  let bytes: Buffer;
  try {
    bytes = gunzipSync(archive, { maxOutputLength: limits.bytes + limits.files * 2 * block });
  } catch (error) {
    const isLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    refuse(source, isLarge ? `more than ${limits.bytes >> 20} MiB unpacked` : 'it is no archive');
  }
  return treeOf(source, entriesOf(source, bytes).map(withoutFirst));
}

function withoutFirst(entry: Entry): Entry {
  const slash = entry.path.indexOf('/');
  // What lies in no folder is said as it is: `..` must not get away by being cut.
  const path =
    slash <= 0 || entry.path.startsWith('../') ? entry.path : entry.path.slice(slash + 1);
  return { ...entry, path };
}

function entriesOf(source: string, bytes: Buffer): readonly Entry[] {
  const entries: Entry[] = [];
  let longPath: string | null = null;
  let longTarget: string | null = null;
  for (let at = 0; at + block <= bytes.length; ) {
    const header = bytes.subarray(at, at + block);
    if (header.every((byte) => byte === 0)) break;
    const size = sizeOf(header);
    const start = at + block;
    if (size === null || start + size > bytes.length) refuse(source, 'the archive is damaged');
    const content = bytes.subarray(start, start + size);
    at = start + Math.ceil(size / block) * block;
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === 'x') {
      longPath = paxOf(content, 'path') ?? longPath;
      longTarget = paxOf(content, 'linkpath') ?? longTarget;
      continue;
    }
    if (type === 'L') {
      longPath = textOf(content);
      continue;
    }
    if (type === 'K') {
      longTarget = textOf(content);
      continue;
    }
    const path: string = (longPath ?? pathOf(header)).replace(/^\.\//, '');
    const target: string = longTarget ?? textOf(header.subarray(157, 257));
    longPath = null;
    longTarget = null;
    if (entries.length > limits.files) refuse(source, `more than ${limits.files} files`);
    if (type === '0' || type === '\0' || type === '7') entries.push({ path, bytes: content });
    else if (type === '2') entries.push({ path, target });
    else if (type !== '5' && type !== 'g') {
      refuse(source, `${JSON.stringify(path)} is neither a file nor a folder`);
    }
  }
  return entries;
}

function pathOf(header: Buffer): string {
  const name = textOf(header.subarray(0, 100));
  const isUstar = header.subarray(257, 262).toString('latin1') === 'ustar';
  const prefix = isUstar ? textOf(header.subarray(345, 500)) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

function sizeOf(header: Buffer): number | null {
  const text = textOf(header.subarray(124, 136)).trim();
  return /^[0-7]{1,11}$/.test(text) ? Number.parseInt(text, 8) : null;
}

function textOf(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.subarray(0, end < 0 ? bytes.length : end).toString('utf8');
}

/** A record of a pax header: `length key=value\n`. */
function paxOf(content: Buffer, key: string): string | null {
  for (const line of content.toString('utf8').split('\n')) {
    const [, name, value] = /^\d+ ([^=]+)=(.*)$/.exec(line) ?? [];
    if (name === key && value !== undefined) return value;
  }
  return null;
}
