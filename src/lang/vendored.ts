import { sha256Hex } from '../base/hash.ts';
import { isJsonObject, type Json, type JsonObject } from '../base/json.ts';

/** The file beside `ocm.json` that says what `ocm vendor` fetched (Rule 68). */
export const lockPath = 'ocm.lock';
/** The folder it puts that into. */
export const vendorFolder = 'vendor';
/** The version of the form of the lock file. */
export const lockVersion = 1;

/** A source that is not in the workspace itself. */
export type RemoteSource =
  | { readonly from: 'file'; readonly url: string }
  | { readonly from: 'git'; readonly url: string; readonly ref: string | null }
  | { readonly from: 'helm'; readonly chart: string; readonly version: string | null };

/** What was fetched for one source. */
export interface LockEntry {
  /** What it resolved to: the version of a chart, the commit of a repository, the final address of a file. */
  readonly resolved: string;
  /** The folder with the tree; `<path>.sum` lists its files with their digests. */
  readonly path: string;
  /** Of that list, and so of the tree. */
  readonly sha256: string;
  /** Of a chart: what it renders to, by `renderKey`. */
  readonly rendered?: Readonly<Record<string, Rendered>>;
}
/** A chart rendered with some values. */
export interface Rendered {
  readonly path: string;
  readonly sha256: string;
}
/** By the text of the source. */
export type Lock = ReadonlyMap<string, LockEntry>;

/** The text of a source, under which it stands in the lock. */
export function remoteText(source: RemoteSource): string {
  const first = JSON.stringify(source.from === 'helm' ? source.chart : source.url);
  const key = source.from === 'helm' ? 'version' : 'ref';
  const value = source.from === 'helm' ? source.version : source.from === 'git' ? source.ref : null;
  return `${source.from}(${first}${value === null ? '' : `, ${key}: ${JSON.stringify(value)}`})`;
}

const kinds = { file: 'files', git: 'git', helm: 'charts' } as const;

/** The folder of a source: told apart by its text, with a name people recognise. */
export function remoteFolder(source: RemoteSource): string {
  const address = source.from === 'helm' ? source.chart : source.url;
  const last =
    address
      .replace(/[?#].*$/, '')
      .replace(/\/+$/, '')
      .split(/[/:]/)
      .at(-1) ?? '';
  const name = last
    .replace(/\.git$/, '')
    .replace(/[^A-Za-z0-9._-]/g, '-')
    .slice(0, 40);
  const hash = sha256Hex(remoteText(source)).slice(0, 10);
  return `${vendorFolder}/${kinds[source.from]}/${name.replace(/^[.-]+/, '') || 'x'}-${hash}`;
}

/** What a chart is rendered with. */
export interface RenderInput {
  /** Of the release. */
  readonly name: string;
  readonly namespace: string;
  readonly values: JsonObject;
}

/** Tells renderings of one chart apart. */
export function renderKey({ name, namespace, values }: RenderInput): string {
  return sha256Hex(JSON.stringify([name, namespace, sorted(values)])).slice(0, 16);
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key] ?? null)]));
}

/** Reads a lock file; null where it is none, or of a version this code does not know. */
export function readLock(text: string): Lock | null {
  const json = parseJson(text);
  if (!isJsonObject(json) || json['lockVersion'] !== lockVersion) return null;
  const sources = json['sources'];
  if (!isJsonObject(sources)) return null;
  const lock = new Map<string, LockEntry>();
  for (const [name, of] of Object.entries(sources)) {
    const entry = isJsonObject(of) ? entryOf(of) : null;
    if (entry === null) return null;
    lock.set(name, entry);
  }
  return lock;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function entryOf({ resolved, path, sha256, rendered }: JsonObject): LockEntry | null {
  if (typeof resolved !== 'string' || typeof path !== 'string' || typeof sha256 !== 'string') {
    return null;
  }
  if (!isInside(path)) return null;
  if (rendered === undefined) return { resolved, path, sha256 };
  if (!isJsonObject(rendered)) return null;
  const all: [string, Rendered][] = [];
  for (const [key, of] of Object.entries(rendered)) {
    if (!isJsonObject(of)) return null;
    const { path: at, sha256: hash } = of;
    if (typeof at !== 'string' || typeof hash !== 'string' || !isInside(at)) return null;
    all.push([key, { path: at, sha256: hash }]);
  }
  return { resolved, path, sha256, rendered: Object.fromEntries(all) };
}

// A lock somebody wrote must not make us read, or delete, anything else.
function isInside(path: string): boolean {
  const parts = path.split('/');
  return parts[0] === vendorFolder && parts.length > 2 && !parts.some((p) => /^\.{0,2}$/.test(p));
}

/** A lock as its file: sorted, one change a line. */
export function writeLock(lock: Lock): string {
  const sources = Object.fromEntries([...lock].sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ lockVersion, sources }, sortedKeys, 2)}\n`;
}

function sortedKeys(_: string, value: unknown): unknown {
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Files of a tree with their digests, as `<path>.sum` has them: `sha256  path`, sorted by path. */
export function writeSums(files: ReadonlyMap<string, string>): string {
  const lines = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  return lines.map(([path, sha256]) => `${sha256}  ${path}\n`).join('');
}

/** Reads such a list: digests by path. */
export function readSums(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n').filter((line) => line.length > 66);
  return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
}
