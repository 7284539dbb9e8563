import { afterAll, describe, expect, test } from 'vitest';
import { exit } from '../../src/cli/io.ts';
import { ocm, temporaryFolder } from './folder.ts';

const folder = temporaryFolder();
afterAll(folder.remove);
const get = (kind: string) => ocm(folder.path, 'get', kind, '--kubeconfig', 'nowhere.kubeconfig');

describe('ocm get', () => {
  test.each(['constructor', '__proto__', 'foo'])(
    '%s is no kind, and that is said',
    async (kind) => {
      expect(await get(kind)).toEqual({
        code: exit.usage,
        out: '',
        err: `error: unknown kind ${kind}; try clusters, placements, works\n`,
      });
    },
  );

  test.each(['clusters', 'cluster', 'Work', 'placement', 'decisions'])(
    '%s is a kind',
    async (kind) => {
      const { code, err } = await get(kind);
      expect(code).toBe(exit.environment);
      expect(err).toContain('nowhere.kubeconfig');
    },
  );
});
