import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { root } from '../support/capabilities.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ocm-bin-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** An installed package (no sources, no pinned Node) on a machine whose `node` prints this version. */
function installed(node: string | null) {
  mkdirSync(join(dir, 'package', 'bin'), { recursive: true });
  mkdirSync(join(dir, 'path'));
  cpSync(`${root}bin/ocm`, join(dir, 'package', 'bin', 'ocm'));
  for (const tool of ['dirname', 'readlink']) {
    const found = spawnSync('which', [tool], { encoding: 'utf8' }).stdout.trim();
    symlinkSync(found, join(dir, 'path', tool));
  }
  if (node !== null) {
    const file = join(dir, 'path', 'node');
    writeFileSync(file, `#!/bin/sh\n[ "$1" = --version ] && echo ${node} || echo ran "$@"\n`);
    chmodSync(file, 0o755);
  }
  symlinkSync(join(dir, 'package', 'bin', 'ocm'), join(dir, 'ocm'));
  const options = { encoding: 'utf8', env: { PATH: join(dir, 'path') } } as const;
  return spawnSync('/bin/sh', [join(dir, 'ocm'), 'check', 'a b'], options);
}

test.each(['v18.20.0', 'v20.20.2', 'v22.18.0', 'v9.11.2'])(
  'a Node that is too old is named, with the one that is needed: %s',
  (node) => {
    const { status, stderr } = installed(node);
    expect(status).toBe(3);
    expect(stderr).toContain(`Node 22.19 or later is needed, and this machine has ${node}`);
  },
);

test('a machine without Node is told what to install', () => {
  const { status, stderr } = installed(null);
  expect(status).toBe(3);
  expect(stderr).toContain('this machine has none; install a newer one');
});

test.each(['v22.19.0', 'v24.0.0', 'v100.1.0'])('a new enough Node runs the bundle: %s', (node) => {
  const { status, stdout } = installed(node);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^ran .*\/dist\/main\.js check a b\n$/);
});

const now = 1_700_000_000;
const home = () => join(dir, 'clone');
function write(path: string, text: string, at = now): void {
  const file = join(home(), path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  utimesSync(file, at, at);
}
/** A clone whose bundle is so many seconds younger than its sources; its Node says what it is to run. */
function clone(seconds: number | null): void {
  mkdirSync(join(home(), 'bin'), { recursive: true });
  cpSync(`${root}bin/ocm`, join(home(), 'bin', 'ocm'));
  for (const path of ['src/cli/main.ts', 'package.json', 'package-lock.json']) write(path, '');
  write('scripts/build.mjs', '');
  const node = `#!/bin/sh
case $1 in
  *build.mjs) mkdir -p "${home()}/dist"; : >"${home()}/dist/main.js"; exit ;;
  --snapshot-blob) grep -q this "$2" || exit 14 ;;
esac
echo "$@"
`;
  write('node_modules/.bin/node', node);
  chmodSync(join(home(), 'node_modules/.bin/node'), 0o755);
  for (const folder of ['src', 'src/cli']) utimesSync(join(home(), folder), now, now);
  if (seconds !== null) write('dist/main.js', '', now + seconds);
}
function ran(args: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  const options = { encoding: 'utf8', env: { PATH: process.env['PATH'], ...env } } as const;
  const { stdout } = spawnSync('/bin/sh', [join(home(), 'bin/ocm'), ...args], options);
  return stdout.trim().replaceAll(`${home()}/`, '');
}

test('a clone runs its bundle where no source is newer, and else its sources', () => {
  clone(5);
  expect(ran(['check'])).toBe('dist/main.js check');
  clone(-5);
  expect(ran(['check'])).toBe('src/cli/main.ts check');
});

test('a clone without a bundle makes it first', () => {
  clone(null);
  expect(ran(['get', 'works'])).toBe('dist/main.js get works');
});

describe('a check of files alone', () => {
  const state = '--snapshot-blob dist/check.blob dist/main.js';
  beforeEach(() => {
    clone(5);
    write('dist/check.blob', 'made by this Node');
  });

  test('goes on from where the making of the bundle left a Node', () => {
    expect(ran(['check', 'a b.ocm', 'c'])).toBe(`${state} check a b.ocm c`);
    expect(ran(['check'])).toBe(`${state} check`);
  });

  test.each([[['check', '--help']], [['check', 'clusters.yaml']], [['compile', 'a.ocm']], [[]]])(
    'and nothing else does: %j',
    (args) => {
      expect(ran(args)).toBe(['dist/main.js', ...args].join(' '));
    },
  );

  test('nor does it where Node is told to load something', () => {
    expect(ran(['check', 'a'], { NODE_OPTIONS: '--import x' })).toBe('dist/main.js check a');
  });

  test('forgets a state that another Node made', () => {
    write('dist/check.blob', 'made by another Node');
    expect(ran(['check', 'a'])).toBe('dist/main.js check a');
    expect(existsSync(join(home(), 'dist/check.blob'))).toBe(false);
  });
});
