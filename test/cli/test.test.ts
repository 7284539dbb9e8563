import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { exit } from '../../src/cli/io.ts';
import { around } from '../engine/simulate/module.ts';
import { root } from '../support/capabilities.ts';
import { ocm, temporaryFolder } from './folder.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

/** Writes a module of its own and runs its tests. */
function run(name: string, tests: string, ...argv: readonly string[]) {
  const path = join(folder.path, name);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'main.ocm'), `${around}\n${tests}`);
  return ocm(folder.path, 'test', name, ...argv);
}

/** Examples that say what is expected of them. */
const examples = readdirSync(join(root, 'examples'))
  .map((name) => `examples/${name}`)
  .filter((path) =>
    readdirSync(join(root, path))
      .filter((name) => name.endsWith('.ocm'))
      .some((name) => /^test "/m.test(readFileSync(join(root, path, name), 'utf8'))),
  );

const fine = 'test "production only" { fleet: small  expect web.clusters == [a, b] }\n';
const wrong = 'test "wrong" { fleet: small  expect c in web because "env" }\n';

describe('ocm test', () => {
  test.each(examples)('the tests of %s hold', async (example) => {
    const { code, out, err } = await ocm(root, 'test', example);
    expect(out).not.toContain('FAIL');
    expect({ code, err }).toEqual({ code: exit.ok, err: expect.stringMatching(/ 0 failed\n$/) });
  });

  test('says of each test whether it holds, and how many do', async () => {
    expect(await run('fine', fine)).toEqual({
      code: exit.ok,
      out: 'fine\n  ok   production only (1 expectation)\n',
      err: '1 passed, 0 failed\n',
    });
  });

  test('a failed expectation shows its place, both values and the reason; the exit code is 1', async () => {
    const { code, out, err } = await run('wrong', `${fine}${wrong}`);
    expect({ code, err }).toEqual({ code: exit.no, err: '1 passed, 1 failed\n' });
    expect(out.split('\n').slice(2)).toEqual([
      '  FAIL wrong (1 expectation)',
      expect.stringMatching(/^ {7}wrong\/main\.ocm:\d+:37: expect c in web$/),
      '         left:  c',
      '         right: [a, b]',
      '         c is not in web: Predicate: (!has(cluster.tier) || cluster.tier == gold)',
      '',
    ]);
  });

  test('a drawn counterexample comes with its seed and as blocks to put into a fixture', async () => {
    const { code, out } = await run(
      'drawn',
      '@fuzz(seed: 3)\ntest "drawn" { expect web.all(c => c.ring == broad) }\n',
    );
    expect(code).toBe(exit.no);
    expect(out).toMatch(
      /run \d+ of seed 3 fails with:\n {9}cluster drawn-\d+ \{ env: prod, ring: canary, labels: /,
    );
  });

  test('-o json: places, sides and reasons', async () => {
    const { code, out } = await run('json', `${fine}${wrong}`, '-o', 'json');
    expect(code).toBe(exit.no);
    expect(JSON.parse(out)).toMatchObject({
      tests: [
        { module: 'json', name: 'production only', ok: true, expectations: 1, failures: [] },
        {
          name: 'wrong',
          ok: false,
          failures: [{ expect: 'c in web', by: 'in', left: 'c', right: ['a', 'b'] }],
        },
      ],
    });
  });

  test('-o junit: what CI systems read, with nothing XML cannot hold', async () => {
    const { out } = await run(
      'junit',
      `${wrong.replace('"wrong"', '"a < b & \\u0001"')}`,
      '-o',
      'junit',
    );
    expect(out).toContain('<testsuites tests="1" failures="1"');
    expect(out).toContain('name="a &lt; b &amp; \ufffd"');
    expect(out).toContain('expect c in web\n  left:  c');
  });

  test('--filter runs the tests whose name contains it; none is an answer of its own', async () => {
    const { code, out } = await run('filter', `${fine}${wrong}`, '--filter', 'PRODUCTION');
    expect({ code, out }).toEqual({
      code: exit.ok,
      out: 'filter\n  ok   production only (1 expectation)\n',
    });
    const none = await run('filter', fine, '--filter', 'nothing');
    expect(none.code).toBe(exit.no);
    expect(none.err).toContain('no test with `nothing`');
  });

  test('--coverage lists each branch of each condition, and those no test goes', async () => {
    const { out } = await run('coverage', fine, '--coverage');
    expect(out).toMatch(/^shop\/web +cluster\.tier == gold +1 +1 +1$/m);
    expect(out).toMatch(/main\.ocm:\d+ shop\/web: cluster\.env == prod is never false/);
    const { out: json } = await run('coverage', fine, '--coverage', '-o', 'json');
    expect(JSON.parse(json).coverage[0]).toMatchObject({
      placement: 'web',
      condition: 'cluster.env == prod',
      never: ['false'],
    });
  });

  test('a folder without files of its own stands for the modules below it', async () => {
    await run('many/one', fine);
    await run('many/two', fine);
    expect(await ocm(folder.path, 'test', 'many')).toEqual({
      code: exit.ok,
      out: ['one', 'two']
        .map((name) => `many/${name}\n  ok   production only (1 expectation)\n`)
        .join(''),
      err: '2 passed, 0 failed\n',
    });
  });

  test('a module that does not compile says why, and runs nothing', async () => {
    const { code, out, err } = await run('broken', `${fine}test "x" { fleet: smal }\n`);
    expect({ code, out }).toEqual({ code: exit.no, out: '' });
    expect(err).toContain('unknown fixture `smal`');
  });

  test.each([
    ['--seed', '-1'],
    ['--runs', 'many'],
    ['--at', 'tomorrow'],
  ])('%s %s is a wrong command line', async (option, value) => {
    expect((await run('usage', fine, `${option}=${value}`)).code).toBe(exit.usage);
  });
});
