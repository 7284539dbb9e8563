import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { root } from '../support/capabilities.ts';

const example = join(root, 'examples/large-fleet');
const folder = mkdtempSync(join(tmpdir(), 'ocm-fleet-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function texts(dir: string): ReadonlyMap<string, string> {
  return new Map(
    readdirSync(dir)
      .sort()
      .map((name) => [name, readFileSync(join(dir, name), 'utf8')]),
  );
}

test('the large fleet is written again byte by byte', () => {
  const script = join(root, 'scripts/large-fleet.mjs');
  const ran = spawnSync(process.execPath, [script, join(folder, 'clusters')]);
  expect(ran.status).toBe(0);
  const clusters = texts(join(example, 'clusters'));
  const again = texts(join(folder, 'clusters'));
  expect([...again.keys()]).toEqual([...clusters.keys()]);
  for (const [name, text] of clusters) expect(again.get(name) === text, name).toBe(true);
});
