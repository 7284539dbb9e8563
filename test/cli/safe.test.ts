import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { exit } from '../../src/cli/io.ts';
import { until } from '../../src/cli/local/wait.ts';
import { run } from '../../src/cli/run.ts';
import { connect as connectHub } from '../../src/runtime/client/kube.ts';
import { loadKubeconfig } from '../../src/runtime/client/kubeconfig.ts';
import { type TestIo, testIo } from '../support/io.ts';
import { ocm, temporaryFolder } from './folder.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

interface Running {
  readonly io: TestIo;
  readonly port: number;
  readonly kubeconfig: string;
  readonly stop: () => Promise<number>;
}

const stops: (() => Promise<number>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

/** `ocm server` in this process, until it is stopped. */
async function server(data: string): Promise<Running> {
  const ended = new AbortController();
  const io = testIo({ cwd: folder.path, signal: ended.signal });
  const kubeconfig = join(folder.path, `${data}-out`, 'admin.kubeconfig');
  const code = run(['server', '--data', data, '--kubeconfig-out', kubeconfig], io);
  const stop = () => {
    ended.abort();
    return code;
  };
  stops.push(stop);
  const probe = async () => /https:\/\/[^:]+:(\d+) is ready/.exec(io.stderr())?.[1];
  const port = await until(probe, { signal: ended.signal, timeoutMillis: 20_000, everyMillis: 20 });
  if (port === undefined) throw new Error(io.stderr());
  return { io, port: Number(port), kubeconfig, stop };
}

/** Whether something listens there. */
function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2_000 });
    const end = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}

/** Everything below a folder, itself too, with its permissions as `0600`. */
function permissions(path: string): ReadonlyMap<string, string> {
  const names = ['', ...readdirSync(path, { recursive: true, encoding: 'utf8' })];
  const of = (name: string) => (statSync(join(path, name)).mode & 0o777).toString(8);
  return new Map(names.map((name) => [name, of(name).padStart(4, '0')]));
}

const outside = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
const noOutside = outside === undefined ? ' (skipped: only loopback here)' : '';
const tables = ['/proc/net/tcp', '/proc/net/tcp6'].filter((file) => existsSync(file));
const noTables = tables.length === 0 ? ' (skipped: no /proc/net/tcp)' : '';

describe('ocm server', () => {
  test.skipIf(tables.length === 0)(`listens on loopback only${noTables}`, async () => {
    const { port } = await server('bound');
    const hex = port.toString(16).toUpperCase().padStart(4, '0');
    const listening = tables
      .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local = '', , state]) => local.endsWith(`:${hex}`) && state === '0A')
      .map(([, local = '']) => local.slice(0, -5));
    expect(listening).toEqual(['0100007F']);
  });

  test.skipIf(outside === undefined)(
    `does not answer at another address of the machine${noOutside}`,
    async () => {
      const { port } = await server('address');
      expect(await answers('127.0.0.1', port)).toBe(true);
      expect(await answers(outside ?? '', port)).toBe(false);
    },
  );

  test('keeps keys, data and kubeconfigs for their owner only, whatever the umask', async () => {
    const before = process.umask(0);
    try {
      const { kubeconfig, stop } = await server('kept');
      for (const path of [join(folder.path, 'kept'), join(kubeconfig, '..')]) {
        const found = permissions(path);
        expect(found.size).toBeGreaterThan(1);
        for (const [name, mode] of found) {
          const isFolder = statSync(join(path, name)).isDirectory();
          expect(`${name} ${mode}`).toBe(`${name} ${isFolder ? '0700' : '0600'}`);
        }
      }
      expect(await stop()).toBe(exit.ok);
    } finally {
      process.umask(before);
    }
  });

  test('lets nobody else read what is in a folder that was there and is open to all', async () => {
    mkdirSync(join(folder.path, 'open'));
    chmodSync(join(folder.path, 'open'), 0o755);
    await server('open');
    const found = permissions(join(folder.path, 'open'));
    expect([...found.keys()]).toContain('store.db');
    for (const [name, mode] of found) {
      if (name !== '') expect(`${name} ${mode}`).toMatch(/ 0[67]00$/);
    }
  });

  test('without a certificate nobody reads anything', async () => {
    const { kubeconfig } = await server('closed');
    const loaded = await loadKubeconfig({ path: kubeconfig });
    if (!loaded.ok) throw new Error(loaded.why);
    const listing = async (config: typeof loaded.kubeconfig) => {
      const cluster = connectHub(config, { userAgent: 'ocm-test' });
      const secrets = { group: '', version: 'v1', kind: 'Secret' };
      const answer = await cluster.list(secrets, {});
      cluster.close();
      return answer.ok ? 200 : answer.status;
    };
    expect(await listing(loaded.kubeconfig)).toBe(200);
    const { server: url, caPem } = loaded.kubeconfig;
    const anonymous = await loadKubeconfig({
      text: readFileSync(kubeconfig, 'utf8')
        .split('\n')
        .filter((line) => !line.includes('client-'))
        .join('\n'),
    });
    if (!anonymous.ok) throw new Error(anonymous.why);
    expect(anonymous.kubeconfig).toMatchObject({ server: url, caPem });
    expect([401, 403]).toContain(await listing(anonymous.kubeconfig));
  });
});

describe('what stands in the way is said plainly, without a stack', () => {
  const refused = async (...argv: readonly string[]) => {
    const { code, out, err } = await ocm(folder.path, ...argv);
    expect(code).not.toBe(exit.ok);
    expect(out).toBe('');
    expect(err).not.toMatch(/internal error|\n\s+at |node:/);
    return err;
  };

  test('a port in use', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const err = await refused('server', '--data', 'busy', '--port', String(port));
    other.close();
    expect(err).toBe(`error: cannot listen on 127.0.0.1:${port}: the port is in use\n`);
  });

  test('a file where the data folder should be', async () => {
    folder.write('file', 'text\n');
    const err = await refused('server', '--data', 'file/below');
    expect(err).toMatch(
      /^error: cannot keep keys in .*file\/below: a part of the path is not a folder\n$/,
    );
  });

  test('a data folder that is a file', async () => {
    folder.write('plain', 'text\n');
    const err = await refused('server', '--data', 'plain');
    expect(err).toMatch(/^error: cannot keep keys in .*plain: /);
  });

  test('a kubeconfig that cannot be written', async () => {
    folder.write('taken', 'text\n');
    const err = await refused('server', '--data', 'ok', '--kubeconfig-out', 'taken/admin');
    expect(err).toBe('error: cannot write taken/admin: a part of the path is not a folder\n');
  });

  test('a store that is no database', async () => {
    folder.write('odd/store.db', 'this is not SQLite, and long enough to have a header '.repeat(9));
    const err = await refused('server', '--data', 'odd');
    expect(err).toMatch(/^error: .*store\.db/);
  });

  const isRoot = process.getuid?.() === 0;
  test.skipIf(isRoot)(
    `no right to write${isRoot ? ' (skipped: root may write everywhere)' : ''}`,
    async () => {
      mkdirSync(join(folder.path, 'locked'), { mode: 0o500 });
      const err = await refused('server', '--data', 'locked/data');
      expect(err).toMatch(/^error: cannot keep keys in .*: permission denied\n$/);
    },
  );

  test('a kubeconfig that is missing, or no kubeconfig', async () => {
    folder.write('module/main.ocm', 'namespace s\nplacement p {}\n');
    const apply = ['apply', 'module', '--service-account', 'a', '--kubeconfig'];
    expect(await refused(...apply, 'gone')).toMatch(/^error: there is no kubeconfig \S*gone\n$/);
    folder.write('text', ': : :\n- {\n');
    expect(await refused(...apply, 'text')).toMatch(/^error: .*text/);
  });

  test('a hub that does not answer', async () => {
    const { kubeconfig, stop } = await server('stopped');
    await stop();
    folder.write('away/main.ocm', 'namespace s\nplacement p {}\n');
    const apply = ['apply', 'away', '--service-account', 'a', '--kubeconfig', kubeconfig];
    expect(await refused(...apply)).toMatch(/^error: https:\/\/127\.0\.0\.1:\d+: /);
  });
});
