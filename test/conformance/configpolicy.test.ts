import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { answer } from './configpolicy.ts';

// Cases with the answers of upstream's `dryrun`; absent from a clone without the shared folder.
const shared = new URL('../../../shared/conformance/', import.meta.url);

test.skipIf(!existsSync(shared))(
  'policies without Go templates are judged as dryrun does, to the byte',
  async () => {
    const { view } = await import(new URL('check/configpolicy.mjs', shared).href);
    const text = readFileSync(new URL('configpolicy/cases.ndjson', shared), 'utf8');
    const cases = text
      .split('\n')
      .filter((line) => line !== '' && !line.includes('{{'))
      .map((line) => JSON.parse(line));
    const different = cases.filter(({ expected, input }) => {
      const { expected: wanted, actual } = view(expected, answer(input), 3);
      try {
        expect(actual).toEqual(wanted);
        return false;
      } catch {
        return true;
      }
    });
    expect(cases.length).toBeGreaterThan(70);
    expect(different.map(({ id }) => id)).toEqual([]);
  },
);
