import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../support/capabilities.ts';

const folder = mkdtempSync(join(tmpdir(), 'ocm-pack-'));
const prefix = join(folder, 'prefix');
const home = join(folder, 'home');
const installed = join(prefix, 'lib/node_modules/ocm');

/** A user who has this Node and nothing else: no npm settings, no cache, no checkout in reach. */
const env: Record<string, string> = {
  HOME: home,
  PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
  npm_config_cache: join(folder, 'cache'),
  npm_config_update_notifier: 'false',
  NO_COLOR: '1',
};

interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}
function run(
  command: string,
  args: readonly string[],
  more: { cwd: string; env?: typeof env },
): Ran {
  const ran = spawnSync(command, args, { encoding: 'utf8', env, ...more });
  return { status: ran.status, out: ran.stdout, err: `${ran.error ?? ''}${ran.stderr}` };
}
const ocm = (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
  run(join(prefix, 'bin/ocm'), args, { cwd: home, env: { ...env, ...more } });

describe('the package', () => {
  let packed: { filename: string; files: { path: string }[]; unpackedSize: number };

  beforeAll(() => {
    mkdirSync(home, { recursive: true });
    const pack = run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root });
    expect(pack.status, pack.err).toBe(0);
    const answer = JSON.parse(pack.out) as (typeof packed)[] | Record<string, typeof packed>;
    const [first] = Object.values(answer);
    if (first === undefined) throw new Error('npm pack said nothing');
    packed = first;
    const tarball = join(folder, packed.filename);
    const args = [
      'install',
      '--offline',
      '--no-audit',
      '--no-fund',
      '--global',
      '--prefix',
      prefix,
    ];
    const install = run('npm', [...args, tarball], { cwd: home });
    expect(install.status, install.err).toBe(0);
    cpSync(join(root, 'examples'), join(home, 'examples'), { recursive: true });
  }, 180_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('installs from its tarball alone: it has no dependencies', () => {
    const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as object;
    for (const kind of ['dependencies', 'optionalDependencies', 'peerDependencies']) {
      expect(manifest).not.toHaveProperty(kind);
    }
    expect(globSync('**/node_modules', { cwd: installed })).toEqual([]);
  });

  test('holds the command, its bundle, the licences and nothing of the workshop', () => {
    const paths = packed.files.map((file) => file.path);
    expect(paths).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'README.md',
        'bin/ocm',
        'dist/main.js',
        'dist/THIRD-PARTY-NOTICES.txt',
        'package.json',
      ]),
    );
    const workshop = /^(src|test|scripts|bench|docs|node_modules)\/|\.blob$/;
    expect(paths.filter((path) => workshop.test(path))).toEqual([]);
  });

  test('is small enough to be fetched on the way to work', () => {
    expect(packed.unpackedSize).toBeLessThan(10_000_000);
  });

  test('every worker of the sources is a file of the bundle', () => {
    const workers = globSync('src/**/*-worker.ts', { cwd: root });
    const paths = packed.files.map((file) => file.path);
    const bundles = workers.map(
      (path) => `dist/${path.replace(/^.*\//, '').replace('.ts', '.js')}`,
    );
    expect(new Set(bundles).size).toBe(workers.length);
    expect(paths).toEqual(expect.arrayContaining(bundles));
  });

  test('says its version', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(ocm(['--version'])).toEqual({ status: 0, out: `${version}\n`, err: '' });
  });

  test('checks an example without a complaint, and finds a mistake where there is one', () => {
    const good = ocm(['check', 'examples/large-fleet']);
    expect(good, good.err).toMatchObject({ status: 0 });
    const file = join(home, 'examples/large-fleet/main.ocm');
    writeFileSync(file, readFileSync(file, 'utf8').replace('from: [core]', 'from: [cores]'));
    const bad = ocm(['check', 'examples/large-fleet']);
    expect(bad.status).toBe(1);
    expect(bad.out + bad.err).toContain('cores');
  });

  test('loads late what recovers from a mistake, reads YAML or matches patterns, and it works', () => {
    const file = join(home, 'late.ocm');
    const values = 'let read = fromYaml("a: 1")\nlet found = "aaa".matches("^a+$")\n';
    writeFileSync(file, `namespace a\n${values}let lost = [\n`);
    const checked = ocm(['check', file]);
    expect(checked.out).toContain('error[OCM1001]: expected `]` here');
    expect(checked).toMatchObject({ status: 1, err: '1 error in 1 file\n' });
  });

  test('checks without loading the Kubernetes client', () => {
    const listing = join(folder, 'loaded.txt');
    const hook = `
      import { registerHooks } from 'node:module';
      import { appendFileSync } from 'node:fs';
      registerHooks({ load(url, context, next) {
        appendFileSync(${JSON.stringify(listing)}, url + '\\n');
        return next(url, context);
      } });`;
    ocm(['check', 'examples/large-fleet'], {
      NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(hook)}"`,
    });
    const loaded = readFileSync(listing, 'utf8')
      .split('\n')
      .filter((url) => url.startsWith('file:'));
    const client = (text: string) => text.includes('loadFromClusterAndUser');
    const bundle = globSync('dist/*.js', { cwd: installed });
    expect(bundle.some((path) => client(readFileSync(join(installed, path), 'utf8')))).toBe(true);
    expect(loaded.length).toBeGreaterThan(1);
    expect(loaded.filter((url) => client(readFileSync(new URL(url), 'utf8')))).toEqual([]);
  });

  test('starts a hub and reads from it, also with what only the Kubernetes client understands', async () => {
    const kubeconfig = join(folder, 'hub.kubeconfig');
    const args = [
      'hub',
      '--data',
      join(folder, 'hub'),
      '--port',
      '0',
      '--kubeconfig-out',
      kubeconfig,
    ];
    const hub = spawn(join(prefix, 'bin/ocm'), args, { cwd: home, env });
    const ended = new Promise<void>((resolve) => hub.once('exit', () => resolve()));
    try {
      let said = '';
      await new Promise<void>((resolve, reject) => {
        const hear = (text: Buffer) => {
          said += text.toString();
          if (said.includes('the hub is ready')) resolve();
        };
        hub.stdout.on('data', hear);
        hub.stderr.on('data', hear);
        hub.once('exit', () => reject(new Error(`the hub ended: ${said}`)));
      });
      const get = ocm(['get', 'namespaces', '--kubeconfig', kubeconfig]);
      expect(get.out, get.err).toMatch(/^open-cluster-management +Active/m);
      // several files at once are read by the library, from its lazy file
      const other = join(folder, 'other.kubeconfig');
      writeFileSync(other, 'apiVersion: v1\nkind: Config\nclusters: []\nusers: []\ncontexts: []\n');
      const merged = `${other}:${kubeconfig}`;
      const lazy = ocm(['get', 'namespaces'], { KUBECONFIG: merged });
      expect(lazy.out, lazy.err).toMatch(/^open-cluster-management +Active/m);
    } finally {
      hub.kill('SIGTERM');
      await ended;
    }
  }, 120_000);
});
