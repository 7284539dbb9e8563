import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { answer } from './rollout.ts';

// Cases with the answers of upstream's sdk-go; absent from a clone without the shared folder.
const cases = new URL('../../../shared/conformance/rollout/cases.ndjson', import.meta.url);

test.skipIf(!existsSync(cases))('rollout answers every case as upstream does', () => {
  const lines = readFileSync(cases, 'utf8').split('\n').filter(Boolean);
  const different: string[] = [];
  for (const line of lines) {
    const { id, input, expected } = JSON.parse(line);
    try {
      expect(answer(input)).toEqual(expected);
    } catch {
      different.push(id);
    }
  }
  expect(lines.length).toBeGreaterThan(300);
  expect(different).toEqual([]);
});
