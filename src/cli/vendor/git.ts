import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandFailure, exit, type Io } from '../io.ts';
import { checkedAddresses } from './addresses.ts';
import type { Fetched, Network } from './source.ts';
import { type Entry, limits, refuse, treeOf } from './tree.ts';

/** A repository as a source names it. */
export interface GitSource {
  readonly url: string;
  readonly ref: string | null;
}

/**
 * Fetches the tree of one commit with the git of this machine, and so with its credentials. Nothing is checked out: no
 * hook, filter or submodule of the repository runs.
 */
export async function fetchGit(
  text: string,
  { url, ref }: GitSource,
  network: Network,
  io: Pick<Io, 'env'>,
): Promise<Fetched> {
  if (ref?.startsWith('-') === true) refuse(text, 'a ref does not begin with `-`');
  const route = await routeTo(text, url, network);
  const folder = mkdtempSync(join(tmpdir(), 'ocm-vendor-'));
  try {
    const git: Git = (args, input = '') => {
      const env = { ...io.env, ...route.env };
      return run(text, ['-C', folder, ...route.config, ...args], { env, input, network });
    };
    await git(['init', '--quiet', '--bare']);
    await git(['fetch', '--quiet', '--depth=1', '--no-tags', '--', url, ref ?? 'HEAD']);
    const commit = (await git(['rev-parse', 'FETCH_HEAD^{commit}'])).toString('utf8').trim();
    const list = await git(['ls-tree', '-r', '-z', '--full-tree', commit]);
    const entries = await entriesOf(text, list.toString('utf8'), git);
    return { resolved: commit, tree: treeOf(text, entries) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How git reaches a host: at the address that was checked, without redirections to another. */
async function routeTo(text: string, url: string, { allowed }: Network) {
  const config = [
    ...['-c', 'protocol.allow=never'],
    ...['https', 'http', 'ssh'].flatMap((name) => ['-c', `protocol.${name}.allow=always`]),
    ...['-c', 'http.followRedirects=false', '-c', 'core.hooksPath=/dev/null'],
  ];
  const env = {
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: 'https:http:ssh',
    GIT_CONFIG_COUNT: undefined,
    GIT_DIR: undefined,
  };
  const scp = /^(?:[\w.-]+@)?([\w.-]+):(?!\/\/)/.exec(url);
  if (scp === null && !URL.canParse(url)) refuse(text, 'it is no address');
  const parsed = scp === null ? new URL(url) : null;
  const protocol = parsed?.protocol ?? 'ssh:';
  if (!['https:', 'http:', 'ssh:'].includes(protocol)) {
    refuse(text, `git is read over https and ssh, not ${protocol}//`);
  }
  const host = parsed?.hostname ?? scp?.[1] ?? '';
  const usual = protocol === 'https:' ? '443' : protocol === 'http:' ? '80' : '22';
  const port = parsed?.port || usual;
  const addresses = await checkedAddresses(host, port, allowed);
  if (protocol === 'ssh:') {
    const ssh = `ssh -o HostName=${addresses[0]?.address ?? ''} -o HostKeyAlias=${host} -o BatchMode=yes`;
    return { config, env: { ...env, GIT_SSH_COMMAND: ssh } };
  }
  const bare = host.replace(/^\[|\]$/g, '');
  if (isIP(bare) !== 0) return { config, env };
  const at = addresses
    .map(({ address, family }) => (family === 6 ? `[${address}]` : address))
    .join(',');
  return { config: [...config, '-c', `http.curloptResolve=${bare}:${port}:${at}`], env };
}

type Git = (args: readonly string[], input?: string) => Promise<Buffer>;

/** The files and links of a listing; a submodule is another repository, and no part of this tree. */
async function entriesOf(text: string, list: string, git: Git): Promise<readonly Entry[]> {
  const blobs = list.split('\0').flatMap((line) => {
    const match = /^(\d+) blob ([0-9a-f]+)\t([\s\S]*)$/.exec(line);
    const [, mode = '', oid = '', path = ''] = match ?? [];
    return match === null ? [] : [{ isLink: mode === '120000', oid, path }];
  });
  if (blobs.length > limits.files) refuse(text, `more than ${limits.files} files`);
  const bytes = await git(['cat-file', '--batch'], blobs.map(({ oid }) => `${oid}\n`).join(''));
  let at = 0;
  return blobs.map(({ isLink, path }): Entry => {
    // Each is `oid type size`, a line end, the content, and a line end.
    const end = bytes.indexOf(10, at);
    const size = Number(bytes.subarray(at, end).toString('latin1').split(' ')[2]);
    const content = bytes.subarray(end + 1, end + 1 + size);
    at = end + 1 + size + 1;
    return isLink ? { path, target: content.toString('utf8') } : { path, bytes: content };
  });
}

/** Longer than this no step of git takes, in milliseconds. */
const patience = 300_000;

function run(
  text: string,
  args: readonly string[],
  {
    env,
    input,
    network: { signal },
  }: {
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly input: string;
    readonly network: Network;
  },
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void =>
      reject(new CommandFailure(exit.environment, `${text}: git: ${why}`));
    const child = spawn('git', args, {
      env,
      signal,
      timeout: patience,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const chunks: Buffer[] = [];
    let size = 0;
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limits.bytes) child.kill();
      else chunks.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      errors = `${errors}${chunk.toString('utf8')}`.slice(-2000);
    });
    child.on('error', (error: NodeJS.ErrnoException) =>
      fail(error.code === 'ENOENT' ? 'it is not installed' : error.message),
    );
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(chunks));
      else if (size > limits.bytes) fail(`more than ${limits.bytes >> 20} MiB`);
      else fail(withoutSecrets(errors).trim() || `it ended with ${String(code)}`);
    });
    // Who ends early does not read to the end.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

/** What a person may read: addresses without what stands before an `@`. */
function withoutSecrets(text: string): string {
  return text.replace(/\/\/[^/@\s]*@/g, '//');
}
