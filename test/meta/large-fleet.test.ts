import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type ManagedCluster, managedClusterKind } from '../../src/kube/ocm/cluster.ts';
import { schemaOf } from '../../src/kube/schema/definitions.ts';
import { validate } from '../../src/kube/schema/validate.ts';
import { parseYaml } from '../../src/kube/yaml.ts';
import { compile } from '../../src/lang/compile.ts';
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

/** Every cluster of the inventory, as kubectl would send it. */
function inventory(): readonly ManagedCluster[] {
  return [...texts(join(example, 'clusters')).values()].flatMap((text) => {
    const read = parseYaml(text);
    if (!read.ok) throw new Error(read.message);
    return read.documents.map(({ value }) => value as unknown as ManagedCluster);
  });
}

test('the inventory is more than a thousand valid ManagedClusters, each of another name', () => {
  const clusters = inventory();
  const schema = schemaOf(managedClusterKind);
  if (schema === undefined) throw new Error('ManagedCluster has no schema');
  expect(clusters.flatMap((cluster) => validate(schema, cluster))).toEqual([]);
  expect(new Set(clusters.map(({ metadata }) => metadata.name)).size).toBe(1126);
  expect(clusters).toHaveLength(1126);
});

test('its fifty placements compile without a complaint', () => {
  const uri = 'main.ocm';
  const { program, diagnostics } = compile({
    files: [{ uri, text: readFileSync(join(example, uri), 'utf8') }],
  });
  expect(diagnostics).toEqual([]);
  const names = program?.decls.flatMap((decl) => (decl.kind === 'placement' ? [decl.name] : []));
  expect(new Set(names).size).toBe(50);
});
