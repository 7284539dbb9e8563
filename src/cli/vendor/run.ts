import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { RemoteUse } from '../../lang/remote-sources.ts';
import {
  type Lock,
  type LockEntry,
  lockPath,
  type Rendered,
  readLock,
  remoteFolder,
  remoteText,
  renderKey,
  writeLock,
} from '../../lang/vendored.ts';
import { CommandFailure, type ExitCode, exit, type Io } from '../io.ts';
import { fetchChart } from './chart.ts';
import { hubHosts, readCredentials } from './credentials.ts';
import { fetchGit } from './git.ts';
import { renderChart } from './helm.ts';
import { getContent, shown } from './http.ts';
import { differences, placeText, placeTree } from './place.ts';
import type { Fetched, Network } from './source.ts';
import { digest, limits, refuse, sumsOf, treeOf } from './tree.ts';

/** What `ocm vendor` was asked for. */
export interface VendorInput {
  /** The folder that the workspace begins at. */
  readonly root: string;
  readonly uses: readonly RemoteUse[];
  /** Resolve anew: all sources, or those whose text holds this one. */
  readonly update: true | string | null;
  readonly check: boolean;
  readonly allowHosts: readonly string[];
}

/** Fetches what is missing, keeps what is locked (Rule 68). */
export async function vendor(input: VendorInput, io: Io): Promise<ExitCode> {
  const lock = lockOf(input.root);
  if (input.check) return check(input, lock, io);
  const chosen = input.uses.filter(({ source }) => isAsked(remoteText(source), input.update));
  if (typeof input.update === 'string' && chosen.length === 0) {
    throw new CommandFailure(exit.usage, `no source of this module is \`${input.update}\``);
  }
  const network: Network = {
    allowed: { hosts: new Set(input.allowHosts), hubs: hubHosts(io.env) },
    credentials: readCredentials(io.env),
    signal: io.signal,
  };
  const keep = (text: string, entry: LockEntry): void => {
    lock.set(text, entry);
    placeText(input.root, lockPath, writeLock(lock));
  };
  let unrendered = 0;
  for (const use of input.uses) {
    const text = remoteText(use.source);
    const before = lock.get(text);
    const isNew = before === undefined || isAsked(text, input.update);
    const kept = isNew ? null : before;
    const isThere =
      kept !== null && differences(input.root, { ...kept, rendered: {} }).length === 0;
    let entry: LockEntry;
    if (kept !== null && isThere) entry = kept;
    else {
      const fetched = await fetchSource(text, use, network, io);
      entry = place(text, use, fetched, kept, input);
      io.err(`${changeOf(text, before, entry)}\n`);
    }
    // What is on disk is what the lock says, also where rendering fails.
    if (kept === null || !isThere) keep(text, entry);
    const rendered = await renderAll(text, use, entry, input, io);
    if (rendered === null) unrendered += 1;
    keep(text, withRendered(entry, rendered));
  }
  const count = input.uses.length;
  io.err(`${count === 1 ? '1 source' : `${count} sources`} in vendor, as ${lockPath} says\n`);
  if (unrendered === 0) return exit.ok;
  io.err(
    'charts of apps `via: works` or `via: replicaset` are rendered by helm, which is not installed (or name it in OCM_HELM)\n',
  );
  return exit.environment;
}

function lockOf(root: string): Map<string, LockEntry> {
  const path = join(root, lockPath);
  if (!existsSync(path)) return new Map();
  const lock: Lock | null = readLock(readFileSync(path, 'utf8'));
  if (lock !== null) return new Map(lock);
  throw new CommandFailure(
    exit.no,
    `${lockPath} cannot be read: mend it, or delete it to fetch all anew`,
  );
}

function isAsked(text: string, update: VendorInput['update']): boolean {
  return update === true || (typeof update === 'string' && text.includes(update));
}

function changeOf(text: string, before: LockEntry | undefined, { resolved }: LockEntry): string {
  if (before === undefined) return `+ ${text} ${resolved}`;
  return before.resolved === resolved
    ? `= ${text} ${resolved}`
    : `~ ${text} ${before.resolved} -> ${resolved}`;
}

function fetchSource(
  text: string,
  { source }: RemoteUse,
  network: Network,
  io: Io,
): Promise<Fetched> {
  switch (source.from) {
    case 'helm':
      return fetchChart(text, source, network);
    case 'git':
      return fetchGit(text, source, network, io);
    case 'file':
      return fetchFile(text, source.url, network);
  }
}

async function fetchFile(text: string, url: string, network: Network): Promise<Fetched> {
  if (!URL.canParse(url)) refuse(text, 'it is no address');
  const { body, url: last } = await getContent(new URL(url), {
    ...network,
    limit: limits.download,
  });
  const name = basename(new URL(url).pathname).replace(/[^A-Za-z0-9._-]/g, '-');
  const tree = treeOf(text, [{ path: /^\.*$/.test(name) ? 'file' : name, bytes: body }]);
  return { resolved: shown(last), tree };
}

/** Puts a tree into its place; one that is locked has to be the one that was locked. */
function place(
  text: string,
  { source }: RemoteUse,
  { resolved, tree }: Fetched,
  kept: LockEntry | null,
  { root }: VendorInput,
): LockEntry {
  const sha256 = digest(sumsOf(tree));
  if (kept !== null && kept.sha256 !== sha256) {
    const now = kept.resolved === resolved ? '' : ` (${kept.resolved} then, ${resolved} now)`;
    refuse(
      text,
      `it is not what ${lockPath} says${now}: look at what changed, then \`ocm vendor --update\``,
    );
  }
  const path = kept?.path ?? remoteFolder(source);
  placeTree(root, path, tree);
  return {
    resolved,
    path,
    sha256,
    ...(kept?.rendered === undefined ? {} : { rendered: kept.rendered }),
  };
}

function withRendered(
  { resolved, path, sha256 }: LockEntry,
  rendered: Readonly<Record<string, Rendered>> | null,
): LockEntry {
  const isAny = rendered !== null && Object.keys(rendered).length > 0;
  return { resolved, path, sha256, ...(isAny ? { rendered } : {}) };
}

/** What a chart renders to for each use; null where there is no helm and something is to be rendered. */
async function renderAll(
  text: string,
  { renders }: RemoteUse,
  entry: LockEntry,
  { root }: VendorInput,
  io: Io,
): Promise<Readonly<Record<string, Rendered>> | null> {
  const all = new Map(Object.entries(entry.rendered ?? {}));
  for (const input of renders) {
    const key = renderKey(input);
    const before = all.get(key);
    if (before !== undefined && isAsWritten(root, before)) continue;
    const made = await renderChart(text, join(root, entry.path), input, io);
    if (made === null) return null;
    if (before !== undefined && digest(made) !== before.sha256) {
      refuse(
        text,
        `it renders to something else than ${lockPath} says, with the helm of this machine: \`ocm vendor --update\``,
      );
    }
    const path = `${entry.path}.${key}.yaml`;
    all.set(key, { path, sha256: placeText(root, path, made) });
  }
  return Object.fromEntries(all);
}

function isAsWritten(root: string, { path, sha256 }: Rendered): boolean {
  const file = join(root, path);
  return existsSync(file) && digest(readFileSync(file)) === sha256;
}

/** Compares what is there with the lock, without fetching: for CI. */
function check({ root, uses }: VendorInput, lock: Lock, io: Io): ExitCode {
  const found = uses.flatMap(({ source, renders }) => {
    const text = remoteText(source);
    const entry = lock.get(text);
    if (entry === undefined) return [`${text} is not in ${lockPath}`];
    const missing = renders.filter((input) => entry.rendered?.[renderKey(input)] === undefined);
    return [
      ...differences(root, entry),
      ...missing.map(
        ({ name }) => `${text} was not rendered for the release ${name} with these values`,
      ),
    ];
  });
  for (const line of found) io.out(`${line}\n`);
  if (found.length > 0) io.err('run `ocm vendor`\n');
  return found.length > 0 ? exit.no : exit.ok;
}
