import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { exit } from '../../../src/cli/io.ts';
import { run } from '../../../src/cli/run.ts';
import { isRefused } from '../../../src/cli/vendor/addresses.ts';
import { testIo } from '../../support/io.ts';
import { type Folder, type Ran, temporaryFolder } from '../folder.ts';
import {
  chartFiles,
  chartServer,
  type GitServer,
  gitServer,
  registry,
  serve,
  type TarEntry,
  type TestServer,
  tgz,
} from './servers.ts';

const open: { stop: () => Promise<void> | void }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.stop();
});
function keep<T extends TestServer>(server: T): T {
  open.push(server);
  return server;
}

/** Stands for helm: says what it was asked, so that a test sees it in what was rendered. */
const fakeHelm = `#!/bin/sh
values=$(cat)
cat <<END
apiVersion: v1
kind: ConfigMap
metadata: { name: $2 }
data: { args: "$*", values: '$values', chart: "$(cat "$3/values.yaml" 2>/dev/null)" }
END
`;

/** A workspace with one app that has these sources, and a way to run commands in it. */
function workspace(
  sources: string,
  more = '',
): Folder & {
  readonly ocm: (...argv: readonly string[]) => Promise<Ran>;
  readonly lock: () => {
    readonly sources: Record<string, { readonly resolved: string; readonly path: string }>;
  };
} {
  const folder = temporaryFolder();
  open.push({ stop: folder.remove });
  folder.write(
    'main.ocm',
    `namespace shop
clusterset all { }
namespace shop { bind: [all] }
placement p { }
app web { on: [p], resources: [${sources}] ${more} }
`,
  );
  const helm = folder.write('helm', fakeHelm);
  chmodSync(helm, 0o755);
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder.path, OCM_HELM: helm };
  return {
    ...folder,
    ocm: async (...argv) => {
      const io = testIo({ cwd: folder.path, env });
      const code = await run(argv, io);
      return { code, out: io.stdout(), err: io.stderr() };
    },
    lock: () => JSON.parse(readFileSync(join(folder.path, 'ocm.lock'), 'utf8')),
  };
}
const allow = ['--allow-host', '127.0.0.1'] as const;

describe('a chart of a chart server', () => {
  test('is fetched, rendered and locked, and compiled from what was fetched without the network', async () => {
    const archives = new Map([
      ['1.2.3', tgz(chartFiles('1.2.3'))],
      ['1.10.0', tgz(chartFiles('1.10.0'))],
      ['2.0.0-rc.1', tgz(chartFiles('2.0.0-rc.1'))],
    ]);
    const server = keep(await chartServer(archives));
    const of = workspace(
      `helm("${server.origin}/charts/redis", values: { text: "x" }, namespace: "cache")`,
    );
    expect(await of.ocm('vendor', ...allow)).toMatchObject({ code: exit.ok });
    const [[text, entry] = ['', null]] = Object.entries(of.lock().sources);
    expect(text).toBe(`helm("${server.origin}/charts/redis")`);
    // The newest that is no pre-release, by number.
    expect(entry?.resolved).toBe('1.10.0');
    await server.stop();
    const compiled = await of.ocm('compile', '-o', 'ir');
    expect(compiled.code).toBe(exit.ok);
    const app = JSON.parse(compiled.out).decls.find(
      (decl: { kind: string }) => decl.kind === 'app',
    );
    expect(app.manifests[0].object.value).toMatchObject({
      kind: 'ConfigMap',
      metadata: { name: 'redis', namespace: 'cache' },
      data: { values: '{"text":"x"}', chart: 'text: kept' },
    });
    expect(app.manifests[0].object.value.data.args).toMatch(
      /^template redis \S+ --namespace cache --include-crds --skip-tests --values -$/,
    );
    expect(await of.ocm('vendor', '--check')).toEqual({ code: exit.ok, out: '', err: '' });
  });

  test('stays what is locked, and is resolved anew with --update, which says what changed', async () => {
    const archives = new Map([['1.0.0', tgz(chartFiles('1.0.0'))]]);
    const server = keep(await chartServer(archives));
    const of = workspace(`helm("${server.origin}/charts/redis")`);
    await of.ocm('vendor', ...allow);
    const before = readFileSync(join(of.path, 'ocm.lock'), 'utf8');
    archives.set('1.1.0', tgz(chartFiles('1.1.0')));
    server.asked.length = 0;
    expect(await of.ocm('vendor', ...allow)).toMatchObject({ code: exit.ok });
    expect(readFileSync(join(of.path, 'ocm.lock'), 'utf8')).toBe(before);
    expect(server.asked).toEqual([]);
    const { code, err } = await of.ocm('vendor', '--update', 'redis', ...allow);
    expect({ code, err }).toMatchObject({
      code: exit.ok,
      err: expect.stringContaining('1.0.0 -> 1.1.0'),
    });
    expect(await of.ocm('vendor', '--update', 'nginx', ...allow)).toMatchObject({
      code: exit.usage,
    });
  });

  test('that is asked for by a version the server lacks: the versions there are', async () => {
    const server = keep(await chartServer(new Map([['1.0.0', tgz(chartFiles('1.0.0'))]])));
    const of = workspace(`helm("${server.origin}/charts/redis", version: "3.0.0")`);
    const { code, err } = await of.ocm('vendor', ...allow);
    expect({ code, err }).toMatchObject({
      code: exit.no,
      err: expect.stringContaining('there is 1.0.0'),
    });
  });

  test('whose digest is not the one of the index is refused', async () => {
    const digests = new Map([['1.0.0', 'a'.repeat(64)]]);
    const server = keep(await chartServer(new Map([['1.0.0', tgz(chartFiles('1.0.0'))]]), digests));
    const of = workspace(`helm("${server.origin}/charts/redis")`);
    const { code, err } = await of.ocm('vendor', ...allow);
    expect({ code, err }).toMatchObject({
      code: exit.no,
      err: expect.stringContaining('refused: its digest is'),
    });
    expect(existsSync(join(of.path, 'ocm.lock'))).toBe(false);
  });

  test('that is another one than the locked one under the same version is refused', async () => {
    const archives = new Map([['1.0.0', tgz(chartFiles('1.0.0'))]]);
    const server = keep(await chartServer(archives));
    const of = workspace(`helm("${server.origin}/charts/redis")`);
    await of.ocm('vendor', ...allow);
    const [entry] = Object.values(of.lock().sources);
    writeFileSync(join(of.path, entry?.path ?? '', 'values.yaml'), 'text: edited\n');
    const checked = await of.ocm('vendor', '--check');
    expect(checked).toMatchObject({
      code: exit.no,
      out: `${entry?.path}/values.yaml is not what was fetched\n`,
    });
    archives.set('1.0.0', tgz(chartFiles('1.0.0', 'changed')));
    const { code, err } = await of.ocm('vendor', ...allow);
    expect({ code, err }).toMatchObject({
      code: exit.no,
      err: expect.stringContaining('it is not what ocm.lock says'),
    });
  });

  test('is fetched without being rendered where there is no helm, which is said', async () => {
    const server = keep(await chartServer(new Map([['1.0.0', tgz(chartFiles('1.0.0'))]])));
    const of = workspace(`helm("${server.origin}/charts/redis")`);
    const io = testIo({ cwd: of.path, env: { PATH: '', HOME: of.path } });
    expect(await run(['vendor', ...allow], io)).toBe(exit.environment);
    expect(io.stderr()).toContain('helm, which is not installed');
    const { code, err } = await of.ocm('check');
    expect({ code, err }).toMatchObject({ code: exit.no });
    expect((await of.ocm('check')).out).toContain('fetched without being rendered');
  });

  test('that renders differently each time is refused', async () => {
    const server = keep(await chartServer(new Map([['1.0.0', tgz(chartFiles('1.0.0'))]])));
    const of = workspace(`helm("${server.origin}/charts/redis")`);
    of.write('helm', '#!/bin/sh\necho "kind: $$"\n');
    const { code, err } = await of.ocm('vendor', ...allow);
    expect({ code, err }).toMatchObject({
      code: exit.no,
      err: expect.stringContaining('renders differently each time'),
    });
  });

  test('is passed on by name to Argo CD, and not fetched', async () => {
    const of = workspace(
      'helm("https://charts.example.com/redis", version: "1.0.0")',
      ', via: argocd',
    );
    expect(await of.ocm('vendor')).toMatchObject({ code: exit.ok });
    expect(existsSync(join(of.path, 'ocm.lock'))).toBe(false);
    const { out } = await of.ocm('compile', '-o', 'json');
    const objects = JSON.parse(out).items as {
      kind: string;
      spec: { template: { spec: unknown } };
    }[];
    expect(objects.find(({ kind }) => kind === 'ApplicationSet')?.spec.template.spec).toMatchObject(
      {
        source: { repoURL: 'https://charts.example.com', chart: 'redis', targetRevision: '1.0.0' },
      },
    );
  });
});

describe('an archive', () => {
  test.each<[string, readonly TarEntry[], string]>([
    ['with `..`', [['redis/../../evil', 'x']], 'leaves the tree'],
    ['with an absolute path', [['/etc/evil', 'x']], 'leaves the tree'],
    [
      'with a link that leaves it',
      [...chartFiles('1.0.0'), ['redis/evil', { link: '../../etc/passwd' }]],
      'leaves the tree',
    ],
    [
      'with an absolute link',
      [...chartFiles('1.0.0'), ['redis/evil', { link: '/etc/passwd' }]],
      'leaves the tree',
    ],
    [
      'with a hard link',
      [...chartFiles('1.0.0'), ['redis/evil', { link: 'redis/values.yaml', type: '1' }]],
      'neither a file nor a folder',
    ],
    ['with a device', [['redis/evil', { link: '', type: '3' }]], 'neither a file nor a folder'],
    ['with a path of two lines', [['redis/a\nb', 'x']], 'leaves the tree'],
    ['of nothing', [], 'it is empty'],
  ])('%s is refused', async (_, entries, why) => {
    const server = keep(await chartServer(new Map([['1.0.0', tgz(entries)]])));
    const of = workspace(`helm("${server.origin}/charts/redis")`);
    const { code, err } = await of.ocm('vendor', ...allow);
    expect({ code, err }).toMatchObject({ code: exit.no, err: expect.stringContaining(why) });
    expect(existsSync(join(of.path, 'vendor'))).toBe(false);
  });

  test('that is none, or that unpacks to more than the limit, is refused', async () => {
    const bomb = tgz([['redis/zeros', '\0'.repeat(80 * 1024 * 1024)]]);
    for (const [archive, why] of [
      [Buffer.from('x'), 'it is no archive'],
      [bomb, 'more than 64 MiB unpacked'],
    ] as const) {
      const server = keep(await chartServer(new Map([['1.0.0', archive]])));
      const { err } = await workspace(`helm("${server.origin}/charts/redis")`).ocm(
        'vendor',
        ...allow,
      );
      expect(err).toContain(why);
    }
  });

  test('a link to a file of its own becomes that file', async () => {
    const archive = tgz([
      ...chartFiles('1.0.0'),
      ['redis/templates/same.yaml', { link: '../values.yaml' }],
    ]);
    const server = keep(await chartServer(new Map([['1.0.0', archive]])));
    const of = workspace(`helm("${server.origin}/charts/redis")`);
    expect(await of.ocm('vendor', ...allow)).toMatchObject({ code: exit.ok });
    const [entry] = Object.values(of.lock().sources);
    expect(readFileSync(join(of.path, entry?.path ?? '', 'templates/same.yaml'), 'utf8')).toBe(
      'text: kept\n',
    );
  });
});

test('a chart of an OCI registry is fetched with the credentials of this user, which are written nowhere', async () => {
  const password = 'very-secret-word';
  const server = keep(await registry(tgz(chartFiles('1.2.3')), '1.2.3', password));
  const address = server.origin.replace('http://', '');
  const of = workspace(`helm("oci://${address}/charts/redis")`);
  const denied = await of.ocm('vendor', ...allow);
  expect(denied.code).toBe(exit.environment);
  const auth = Buffer.from(`user:${password}`).toString('base64');
  of.write('.docker/config.json', JSON.stringify({ auths: { [address]: { auth } } }));
  expect(await of.ocm('vendor', ...allow)).toMatchObject({ code: exit.ok });
  const [entry] = Object.values(of.lock().sources);
  expect(entry?.resolved).toBe('1.2.3');
  for (const name of readdirSync(of.path, { recursive: true, encoding: 'utf8' })) {
    if (name.startsWith('.docker') || !/\.(lock|ya?ml|sum)$/.test(name)) continue;
    expect(readFileSync(join(of.path, name), 'utf8')).not.toMatch(
      new RegExp(`${password}|${auth}`),
    );
  }
});

describe('a git tree', () => {
  const map = (name: string): string =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n`;
  async function repository(): Promise<GitServer> {
    const server = keep(await gitServer());
    server.commit(
      {
        'deploy/a.yaml': map('a'),
        'deploy/b.json': '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b"}}',
        'deploy/readme.md': '#',
        'deploy/c.yaml': { link: '../shared/c.yaml' },
        'shared/c.yaml': map('c'),
      },
      'v1',
    );
    return server;
  }

  test('is fetched at its ref over HTTP, and its files are compiled', async () => {
    const server = await repository();
    const of = workspace(`git("${server.origin}/work", ref: "v1", path: "deploy")`);
    expect(await of.ocm('vendor', ...allow)).toMatchObject({ code: exit.ok });
    const commit = server.commit({ 'deploy/a.yaml': map('later') }, 'v2');
    const [entry] = Object.values(of.lock().sources);
    expect(entry?.resolved).toMatch(/^[0-9a-f]{40}$/);
    expect(entry?.resolved).not.toBe(commit);
    const compiled = await of.ocm('compile', '-o', 'ir');
    const app = JSON.parse(compiled.out).decls.find(
      (decl: { kind: string }) => decl.kind === 'app',
    );
    const names = app.manifests.map(
      (each: { object: { value: { metadata: { name: string } } } }) =>
        each.object.value.metadata.name,
    );
    expect(names).toEqual(['a', 'b', 'c']);
  });

  test('of a host by name is fetched from the address that was checked', async () => {
    const server = await repository();
    const address = server.origin.replace('127.0.0.1', 'localhost');
    const of = workspace(`git("${address}/work", ref: "v1")`);
    expect(await of.ocm('vendor', '--allow-host', 'localhost')).toMatchObject({ code: exit.ok });
  });

  test('with a link that leaves it is refused', async () => {
    const server = await repository();
    server.commit({ evil: { link: '../../etc/passwd' } }, 'v1');
    const { code, err } = await workspace(`git("${server.origin}/work", ref: "v1")`).ocm(
      'vendor',
      ...allow,
    );
    expect({ code, err }).toMatchObject({
      code: exit.no,
      err: expect.stringContaining('leaves the tree'),
    });
  });

  test('that moved under its tag is refused, until it is updated', async () => {
    const server = await repository();
    const of = workspace(`git("${server.origin}/work", ref: "v1", path: "deploy")`);
    await of.ocm('vendor', ...allow);
    const [entry] = Object.values(of.lock().sources);
    server.commit({ 'deploy/a.yaml': map('moved') }, 'v1');
    writeFileSync(join(of.path, `${entry?.path}.sum`), '');
    expect((await of.ocm('check')).out).toContain('is not what was fetched');
    expect((await of.ocm('vendor', ...allow)).err).toContain('it is not what ocm.lock says');
    expect(await of.ocm('vendor', '--update', ...allow)).toMatchObject({ code: exit.ok });
    expect((await of.ocm('check')).code).toBe(exit.ok);
  });

  test('whose ref is an option, or whose path leaves it, is refused', async () => {
    const server = await repository();
    const option = await workspace(`git("${server.origin}/work", ref: "--upload-pack=id")`).ocm(
      'vendor',
      ...allow,
    );
    expect(option.err).toContain('a ref does not begin with');
    const of = workspace(`git("${server.origin}/work", path: "../..")`);
    await of.ocm('vendor', ...allow);
    expect((await of.ocm('check')).out).toContain('OCM2015');
  });
});

describe('a remote file', () => {
  test('is fetched, checked and read', async () => {
    const server = keep(
      await serve((_, response) =>
        response.end('apiVersion: v1\nkind: Namespace\nmetadata: { name: a }\n'),
      ),
    );
    const of = workspace(`file("${server.origin}/a.yaml?token=secret")`);
    expect((await of.ocm('check')).out).toContain('OCM2020');
    expect(await of.ocm('vendor', ...allow)).toMatchObject({ code: exit.ok });
    expect((await of.ocm('check')).code).toBe(exit.ok);
    const [entry] = Object.values(of.lock().sources);
    // What is asked for is the author's; what it resolved to is ours, and has no query.
    expect(entry?.resolved).toBe(`${server.origin}/a.yaml`);
    writeFileSync(join(of.path, entry?.path ?? '', 'a.yaml'), 'kind: X\n');
    expect((await of.ocm('check')).out).toContain('is not what was fetched');
  });

  test('that is too large is not read to its end', async () => {
    const piece = Buffer.alloc(1024 * 1024);
    const server = keep(
      await serve((_, response) => {
        const more = (): void => {
          while (!response.destroyed && response.write(piece));
          if (!response.destroyed) response.once('drain', more);
        };
        more();
      }),
    );
    const { code, err } = await workspace(`file("${server.origin}/a.yaml")`).ocm(
      'vendor',
      ...allow,
    );
    expect({ code, err }).toMatchObject({
      code: exit.no,
      err: expect.stringContaining('larger than'),
    });
  });
});

describe('an address', () => {
  test.each([
    '127.0.0.1',
    '127.1.2.3',
    '0.0.0.0',
    '::1',
    '::',
    '169.254.169.254',
    'fe80::1',
    '::ffff:127.0.0.1',
  ])('%s is refused', (address) => expect(isRefused(address)).toBe(true));
  test.each(['10.0.0.1', '192.168.1.1', '1.1.1.1', '2606:4700::1111', '::ffff:1.1.1.1'])(
    '%s is not',
    (address) => expect(isRefused(address)).toBe(false),
  );

  test.each([
    ['a file', (origin: string) => `file("${origin}/a.yaml")`],
    [
      'a file by name',
      (origin: string) => `file("${origin.replace('127.0.0.1', 'localhost')}/a.yaml")`,
    ],
    ['a chart', (origin: string) => `helm("${origin}/charts/redis")`],
    ['a registry', (origin: string) => `helm("oci://${origin.slice('http://'.length)}/redis")`],
    ['git', (origin: string) => `git("${origin}/work")`],
  ])('of this machine is refused for %s, and not connected to', async (_, source) => {
    const server = keep(await serve((_request, response) => response.end()));
    const { code, err } = await workspace(source(server.origin)).ocm('vendor');
    expect({ code, err }).toMatchObject({
      code: exit.no,
      err: expect.stringContaining('an address of this machine'),
    });
    expect(err).toContain('--allow-host');
    expect(server.asked).toEqual([]);
  });

  test('is refused where a server redirects to it', async () => {
    const inner = keep(await serve((_, response) => response.end('secret')));
    const port = inner.origin.split(':').at(-1);
    const outer = keep(
      await serve((_, response) =>
        response.writeHead(302, { location: `http://localhost:${port}/` }).end(),
      ),
    );
    const { code } = await workspace(`file("${outer.origin}/a.yaml")`).ocm('vendor', ...allow);
    expect(code).toBe(exit.no);
    expect(inner.asked).toEqual([]);
  });

  test('of the hub is refused', async () => {
    const server = keep(await serve((_, response) => response.end()));
    const of = workspace('file("https://hub.example.invalid/a.yaml")');
    of.write(
      '.kube/config',
      `clusters: [{ name: a, cluster: { server: "${server.origin}" } }, { name: b, cluster: { server: "https://hub.example.invalid:6443" } }]`,
    );
    const { code } = await of.ocm('vendor');
    expect(code).not.toBe(exit.ok);
  });
});

test('a lock somebody edited reads and deletes nothing outside of vendor', async () => {
  const of = workspace('file("https://example.invalid/a.yaml")');
  const entry = { resolved: 'x', path: '../../etc', sha256: 'a'.repeat(64) };
  of.write(
    'ocm.lock',
    JSON.stringify({
      lockVersion: 1,
      sources: { 'file("https://example.invalid/a.yaml")': entry },
    }),
  );
  expect((await of.ocm('check')).out).toContain('`ocm.lock` cannot be read');
  expect(await of.ocm('vendor')).toMatchObject({ code: exit.no });
});
