import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { plainCheck } from '../../src/cli/plain-check.ts';
import { root } from '../support/capabilities.ts';
import { testIo } from '../support/io.ts';
import { ocm, temporaryFolder } from './folder.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

describe('ocm check of files alone', () => {
  const good = folder.write('good/main.ocm', 'namespace a\nplacement p {}\n');
  const bad = folder.write('bad/main.ocm', 'namespace a\nplacement p { where: ( }\nfoo x {}\n');
  const warned = folder.write('warned/main.ocm', 'placement p { from: [core] }\n');

  test.each([
    ['a file', [good]],
    ['a folder', [join(root, 'examples/quickstart')]],
    ['a file with mistakes', [bad]],
    ['a file with warnings', [warned]],
    ['a file that is not there', [join(folder.path, 'gone.ocm')]],
    ['two folders', [join(folder.path, 'good'), join(folder.path, 'bad')]],
    ['nothing, where no module is', []],
    ['a file of something else', [folder.write('notes.txt', 'x')]],
  ])('of %s says what the command says', async (_, files) => {
    const io = testIo({ cwd: folder.path });
    const code = plainCheck(files, io);
    const ran = { code, out: io.stdout(), err: io.stderr() };
    expect(ran).toEqual(await ocm(folder.path, 'check', ...files));
    expect(ran.out + ran.err).not.toBe('');
  });
});
