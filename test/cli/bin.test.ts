import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
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

/** A clone whose bundle is so many seconds younger than its sources. */
function clone(seconds: number | null) {
  const home = join(dir, 'clone');
  const write = (path: string, text: string, at: number) => {
    const file = join(home, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
    utimesSync(file, at, at);
  };
  mkdirSync(join(home, 'bin'), { recursive: true });
  cpSync(`${root}bin/ocm`, join(home, 'bin', 'ocm'));
  const now = 1_700_000_000;
  for (const path of ['src/cli/main.ts', 'package.json', 'package-lock.json']) write(path, '', now);
  write('scripts/build.mjs', '', now);
  write('node_modules/.bin/node', '#!/bin/sh\necho "$1"\n', now);
  chmodSync(join(home, 'node_modules/.bin/node'), 0o755);
  for (const folder of ['src', 'src/cli']) utimesSync(join(home, folder), now, now);
  if (seconds !== null) write('dist/main.js', '', now + seconds);
  const { stdout } = spawnSync('/bin/sh', [join(home, 'bin/ocm'), 'check'], { encoding: 'utf8' });
  return stdout.trim().slice(home.length + 1);
}

test('a clone runs its bundle where no source is newer, and else its sources', () => {
  expect(clone(null)).toBe('src/cli/main.ts');
  expect(clone(5)).toBe('dist/main.js');
  expect(clone(-5)).toBe('src/cli/main.ts');
});
