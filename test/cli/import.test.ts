import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { exit } from '../../src/cli/io.ts';
import { run } from '../../src/cli/run.ts';
import { testIo } from '../support/io.ts';
import { ocm, temporaryFolder } from './folder.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

const placement = (
  name: string,
  namespace: string,
) => `apiVersion: cluster.open-cluster-management.io/v1beta1
kind: Placement
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  numberOfClusters: 2
`;

const served = `apiVersion: cluster.open-cluster-management.io/v1beta1
kind: Placement
metadata:
  name: web
  namespace: shop
  uid: 7d4c9a7e
  resourceVersion: "17"
  creationTimestamp: "2026-01-01T00:00:00Z"
spec:
  numberOfClusters: 2
status:
  numberOfSelectedClusters: 2
`;

describe('ocm import', () => {
  test('prints .ocm on stdout and the report on stderr', async () => {
    const file = folder.write('one/web.yaml', placement('web', 'shop'));
    const { code, out, err } = await ocm(folder.path, 'import', file);
    expect({ code, out }).toEqual({
      code: exit.ok,
      out: 'namespace shop\n\nplacement web { take: 2 }\n',
    });
    expect(err).toBe('1 object: 1 construct, 0 resources\nleft: 0 fences, 0 raw, 0 templates\n');
  });

  test('`-o -` is stdout, not a file of that name', async () => {
    const file = folder.write('one/web.yaml', placement('web', 'shop'));
    const { out } = await ocm(folder.path, 'import', file, '-o', '-');
    expect(out).toBe('namespace shop\n\nplacement web { take: 2 }\n');
    expect(existsSync(join(folder.path, '-'))).toBe(false);
  });

  test('reads stdin, and what it prints compiles to the same objects', async () => {
    const io = testIo({ cwd: folder.path, stdin: placement('web', 'shop') });
    expect(await run(['import', '-'], io)).toBe(exit.ok);
    const module = folder.write('stdin/main.ocm', io.stdout());
    const { out } = await ocm(folder.path, 'compile', module);
    expect(out).toBe(placement('web', 'shop'));
  });

  test('into a folder: a file for each that was read, and for each other namespace in it', async () => {
    folder.write('many/a.yaml', `${placement('a', 'shop')}---\n${placement('b', 'lab')}`);
    folder.write('many/deep/b.yaml', placement('c', 'shop'));
    const target = join(folder.path, 'made');
    const { code } = await ocm(
      folder.path,
      'import',
      join(folder.path, 'many'),
      '-o',
      `${target}/`,
    );
    expect(code).toBe(exit.ok);
    expect(readdirSync(target).sort()).toEqual(['a-lab.ocm', 'a.ocm', 'b.ocm']);
    expect(readFileSync(join(target, 'a-lab.ocm'), 'utf8')).toBe(
      'namespace lab\n\nplacement b { take: 2 }\n',
    );
    const { code: checked } = await ocm(folder.path, 'check', target);
    expect(checked).toBe(exit.ok);
  });

  test('in one file what is in another namespace is a resource', async () => {
    const file = folder.write('two.yaml', `${placement('a', 'shop')}---\n${placement('b', 'lab')}`);
    const { out } = await ocm(folder.path, 'import', file);
    expect(out).toContain('resource Placement b { metadata: { namespace: "lab" }');
  });

  test('writes over a file only with --force', async () => {
    const file = folder.write('again.yaml', placement('web', 'shop'));
    const target = folder.write('again.ocm', '// mine\n');
    const refused = await ocm(folder.path, 'import', file, '-o', target);
    expect(refused.code).toBe(exit.no);
    expect(refused.err).toContain('again.ocm is there already; --force writes over it');
    expect(readFileSync(target, 'utf8')).toBe('// mine\n');
    expect((await ocm(folder.path, 'import', file, '-o', target, '--force')).code).toBe(exit.ok);
    expect(readFileSync(target, 'utf8')).toContain('placement web');
  });

  test('leaves out what an API server wrote, and says so', async () => {
    const file = folder.write('served.yaml', served);
    const { out, err } = await ocm(folder.path, 'import', file);
    expect(out).toBe('namespace shop\n\nplacement web { take: 2 }\n');
    expect(err).toContain('4 fields that an API server or a generator wrote left out');
  });

  test('names file, line and column of what it refuses, and prints nothing', async () => {
    const file = folder.write('bad.yaml', 'apiVersion: v1\nkind: ConfigMap\nkind: Secret\n');
    const { code, out, err } = await ocm(folder.path, 'import', file);
    expect({ code, out }).toEqual({ code: exit.no, out: '' });
    expect(err).toContain(
      'error[OCM6001]: this YAML cannot be read exactly: the key `kind` is written twice',
    );
    expect(err).toContain('bad.yaml:3:1');
  });

  test('says what it cannot read', async () => {
    const missing = await ocm(folder.path, 'import', 'nowhere.yaml');
    expect(missing.code).toBe(exit.environment);
    const empty = folder.write('empty/readme.txt', 'nothing');
    const none = await ocm(folder.path, 'import', join(empty, '..'));
    expect(none).toMatchObject({ code: exit.no });
    expect(none.err).toContain('no YAML file in');
  });
});
