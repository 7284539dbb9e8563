import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { exit } from '../../src/cli/io.ts';
import { run } from '../../src/cli/run.ts';
import { root } from '../support/capabilities.ts';
import { testIo } from '../support/io.ts';
import { ocm, temporaryFolder } from './folder.ts';

const folder = temporaryFolder();
afterAll(folder.remove);
const read = (name: string) => readFileSync(join(folder.path, name), 'utf8');
const ugly = 'let a=1\n\n\nplacement p {take:3,\n order : Score}\n';
const nice = 'let a = 1\n\nplacement p {\n  take:  3\n  order: Score\n}\n';

test('every file of examples is formatted', async () => {
  expect(await ocm(root, 'fmt', '--check', 'examples')).toEqual({
    code: exit.ok,
    out: '',
    err: '',
  });
});

describe('files', () => {
  test('are written, and those that changed are named', async () => {
    folder.write('write/a.ocm', ugly);
    folder.write('write/below/b.ocm', nice);
    folder.write('write/vendor/c.ocm', ugly);
    const ran = await ocm(folder.path, 'fmt', 'write');
    expect(ran).toEqual({ code: exit.ok, out: 'write/a.ocm\n', err: '' });
    expect(read('write/a.ocm')).toBe(nice);
    expect(read('write/vendor/c.ocm')).toBe(ugly);
    expect((await ocm(folder.path, 'fmt', 'write')).out).toBe('');
  });

  test('are left alone by --check, which ends with 1 and names them', async () => {
    folder.write('check/a.ocm', ugly);
    const ran = await ocm(folder.path, 'fmt', '--check', 'check/a.ocm');
    expect(ran).toEqual({ code: exit.no, out: 'check/a.ocm\n', err: '' });
    expect(read('check/a.ocm')).toBe(ugly);
  });

  test('with syntax errors are left alone; what is wrong is shown, and the others are formatted', async () => {
    const broken = `${ugly}placement q { where:(\n}\n`;
    folder.write('broken/a.ocm', broken);
    folder.write('broken/b.ocm', ugly);
    const { code, out, err } = await ocm(folder.path, 'fmt', 'broken');
    expect(code).toBe(exit.no);
    expect(out).toBe('broken/b.ocm\n');
    expect(err).toContain('error[OCM1001]: expected `)` here');
    expect(err).toContain('broken/a.ocm:6:22');
    expect(read('broken/a.ocm')).toBe(broken);
    expect(read('broken/b.ocm')).toBe(nice);
  });

  test('that are no UTF-8 are refused, so that no byte is lost', async () => {
    const path = folder.write('bytes/a.ocm', '');
    writeFileSync(path, Uint8Array.of(0x6c, 0x65, 0x74, 0xff));
    const { code, err } = await ocm(folder.path, 'fmt', 'bytes');
    expect(code).toBe(exit.no);
    expect(err).toBe('error: bytes/a.ocm is no UTF-8 text\n');
    expect([...readFileSync(path)]).toEqual([0x6c, 0x65, 0x74, 0xff]);
  });

  test('of another language are refused by name, not for each of their lines', async () => {
    folder.write('other/web.yaml', 'kind: Placement\n');
    folder.write('other/notes.txt', 'words\n');
    const yaml = await ocm(folder.path, 'fmt', 'other/web.yaml');
    expect(yaml).toEqual({
      code: exit.no,
      out: '',
      err: 'error: other/web.yaml is no .ocm file; `ocm import other/web.yaml` makes one of it\n',
    });
    const text = await ocm(folder.path, 'fmt', 'other/notes.txt');
    expect(text.err).toBe('error: other/notes.txt is no .ocm file\n');
  });

  test('that are not there are something outside that is missing', async () => {
    const { code, err } = await ocm(folder.path, 'fmt', 'nowhere.ocm');
    expect(code).toBe(exit.environment);
    expect(err).toContain('cannot read nowhere.ocm: it does not exist');
    folder.write('empty/a.txt', '');
    expect((await ocm(folder.path, 'fmt', 'empty')).code).toBe(exit.no);
  });
});

describe('--diff', () => {
  test('shows what would change with the lines around it, and changes nothing', async () => {
    const many = `${Array.from({ length: 9 }, (_, n) => `let v${n} = ${n}`).join('\n')}\n`;
    folder.write('diff/a.ocm', `let a=1\n${many}let z=1`);
    const { code, out } = await ocm(folder.path, 'fmt', '--diff', 'diff');
    expect(code).toBe(exit.no);
    expect(out).toBe(
      [
        '--- diff/a.ocm',
        '+++ diff/a.ocm (formatted)',
        '@@ -1,4 +1,4 @@',
        '-let a=1',
        '+let a = 1',
        ' let v0 = 0',
        ' let v1 = 1',
        ' let v2 = 2',
        '@@ -8,4 +8,4 @@',
        ' let v6 = 6',
        ' let v7 = 7',
        ' let v8 = 8',
        '-let z=1',
        '\\ No newline at end of file',
        '+let z = 1',
        '',
      ].join('\n'),
    );
    expect(read('diff/a.ocm')).toContain('let a=1');
  });

  test('is a patch that makes the formatted file', async () => {
    const text = `// c\n${ugly}\n\n\nx p { a: [1,\n2], b: { c: d\n} }\nlet y = 1\nlet z=a &&\n b\n`;
    folder.write('patch/a.ocm', text);
    const { out } = await ocm(folder.path, 'fmt', '--diff', 'patch');
    const patched = spawnSync('git', ['apply', '--unsafe-paths', '-p0', '-'], {
      cwd: folder.path,
      input: out.replace(' (formatted)', ''),
      encoding: 'utf8',
    });
    expect(patched.stderr).toBe('');
    const io = testIo({ cwd: folder.path, stdin: text });
    expect(await run(['fmt', '-'], io)).toBe(exit.ok);
    expect(read('patch/a.ocm')).toBe(io.stdout());
  });
});

describe('stdin', () => {
  const stdin = async (text: string, ...more: readonly string[]) => {
    const io = testIo({ cwd: folder.path, stdin: text });
    const code = await run(['fmt', '-', ...more], io);
    return { code, out: io.stdout(), err: io.stderr() };
  };

  test('is formatted to stdout', async () => {
    expect(await stdin(ugly)).toEqual({ code: exit.ok, out: nice, err: '' });
  });

  test('with errors prints nothing but what is wrong', async () => {
    const { code, out, err } = await stdin('let a=1\nplacement q { where:(\n}\n');
    expect({ code, out }).toEqual({ code: exit.no, out: '' });
    expect(err).toContain('stdin:2:22');
  });

  test('with --check says whether it is formatted', async () => {
    expect(await stdin(nice, '--check')).toEqual({ code: exit.ok, out: '', err: '' });
    expect(await stdin(ugly, '--check')).toEqual({ code: exit.no, out: 'stdin\n', err: '' });
    expect((await stdin(ugly, '--diff')).out).toContain('@@ -1,5 +1,6 @@\n-let a=1\n');
  });

  test('is given alone', async () => {
    expect((await stdin('', 'a.ocm')).code).toBe(exit.usage);
  });
});
