import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Mirror, mirror } from '../meta/mirror.ts';
import { root } from '../support/capabilities.ts';

describe('the state that ocm check starts from', () => {
  let tree: Mirror;
  beforeAll(() => {
    tree = mirror({});
    for (const path of ['src', 'bin', 'scripts/build.mjs', 'examples', 'package-lock.json']) {
      cpSync(join(root, path), join(tree.path, path), { recursive: true });
    }
    mkdirSync(join(tree.path, 'node_modules/.bin'));
    symlinkSync(process.execPath, join(tree.path, 'node_modules/.bin/node'));
    const built = tree.run('scripts/build.mjs');
    expect(built, built.out).toMatchObject({ status: 0 });
  }, 240_000);
  afterAll(() => tree.remove());

  const run = (command: string, args: readonly string[]) => {
    const ran = spawnSync(command, args, { cwd: tree.path, encoding: 'utf8', env: {} });
    return { status: ran.status, out: ran.stdout, err: ran.stderr };
  };
  const write = (name: string, text: string) => writeFileSync(join(tree.path, name), text);

  test.each([
    ['a module', 'examples/payments', 0],
    ['a mistake', 'mistake.ocm', 1],
    ['what cannot be read straight', 'unclosed.ocm', 1],
    ['YAML and patterns', 'late.ocm', 0],
    ['a file that is not there', 'gone.ocm', 3],
  ])('says of %s what a check from nothing says', (_, file, status) => {
    write('mistake.ocm', 'namespace a\nplacement p { from: [gone] }\n');
    write('unclosed.ocm', 'namespace a\nplacement p {\nfoo x {}\n');
    write(
      'late.ocm',
      'namespace a\nlet r = fromYaml("a: 1")\nlet f = "aaa".matches("^a+$")\nplacement p {}\n',
    );
    const [state, main] = [join(tree.path, 'dist/check.blob'), join(tree.path, 'dist/main.js')];
    const ran = run(process.execPath, ['--snapshot-blob', state, main, 'check', file]);
    expect(ran).toEqual(run(process.execPath, [main, 'check', file]));
    expect(ran, ran.err).toMatchObject({ status });
    expect(run(join(tree.path, 'bin/ocm'), ['check', file])).toEqual(ran);
  });
});
