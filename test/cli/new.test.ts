import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { exit } from '../../src/cli/io.ts';
import { ocm, temporaryFolder } from './folder.ts';

const folder = temporaryFolder();
afterAll(folder.remove);
const cwd = folder.path;

describe('ocm new', () => {
  test('starts a project whose files are good, formatted, and select what they say', async () => {
    const { code, out, err } = await ocm(cwd, 'new', 'shop');
    expect(code).toBe(exit.ok);
    expect(out).toBe('shop/ocm.json\nshop/main.ocm\nshop/tests.ocm\nshop/clusters.yaml\n');
    expect(err).toContain('ocm eval shop --inventory shop/clusters.yaml');
    expect(err).toContain('ocm up --namespace shop ');
    const checked = await ocm(cwd, 'check', 'shop');
    expect(checked).toEqual({ code: exit.ok, out: '', err: '2 files fine: 5 declarations\n' });
    expect((await ocm(cwd, 'fmt', '--check', 'shop')).code).toBe(exit.ok);
    const decided = await ocm(cwd, 'eval', 'shop', '--inventory', 'shop/clusters.yaml');
    expect(decided.code).toBe(exit.ok);
    expect(decided.out).toMatch(/^shop\/production +2\/3 +canary=1 +berlin, madrid$/m);
  });

  test('starts it with tests that pass', async () => {
    await ocm(cwd, 'new', 'tested');
    const { code, out } = await ocm(cwd, 'test', 'tested');
    expect(code).toBe(exit.ok);
    expect(out).toContain('production only');
    expect(out).toContain('a failing canary stops the rollout');
  });

  test('every command it names next is one there is', async () => {
    const { err } = await ocm(cwd, 'new', 'named');
    const commands = [...err.matchAll(/^ {2}ocm (\w+)/gm)].map(([, command = '']) => command);
    expect(commands.length).toBeGreaterThan(3);
    for (const command of commands) {
      expect((await ocm(cwd, 'help', command)).code, command).toBe(exit.ok);
    }
  });

  test('overwrites nothing, and then writes nothing at all', async () => {
    folder.write('there/tests.ocm', 'let mine = 1\n');
    const { code, err } = await ocm(cwd, 'new', 'there');
    expect(code).toBe(exit.no);
    expect(err).toContain('there has tests.ocm already; nothing was written');
    expect(readFileSync(join(cwd, 'there/tests.ocm'), 'utf8')).toBe('let mine = 1\n');
    expect(() => readFileSync(join(cwd, 'there/main.ocm'))).toThrow('ENOENT');
  });

  test.each([
    ['Ünder 1 Ödach', 'nder-1-dach'],
    ['123', 'demo'],
    ['fleet', 'fleet-demo'],
    ['a/b/My_Shop', 'my-shop'],
  ])('takes the folder %s for the namespace %s', async (dir, namespace) => {
    await ocm(cwd, 'new', dir);
    expect(readFileSync(join(cwd, dir, 'main.ocm'), 'utf8')).toContain(
      `\nnamespace ${namespace}\n`,
    );
    expect((await ocm(cwd, 'check', dir)).code).toBe(exit.ok);
    expect((await ocm(cwd, 'fmt', '--check', dir)).code).toBe(exit.ok);
  });

  test('a folder that cannot be made is said plainly', async () => {
    folder.write('file', '');
    const { code, err } = await ocm(cwd, 'new', 'file/shop');
    expect(code).toBe(exit.environment);
    expect(err).toContain('cannot write file/shop: a part of the path is not a folder');
  });
});
