import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Json } from '../../src/base/json.ts';
import { sortObjects } from '../../src/cli/inventory.ts';
import { decide, questionOf } from '../../src/cli/program/decide.ts';
import type { ScheduleOutcome } from '../../src/engine/placement/schedule.ts';
import { type ManagedCluster, managedClusterKind } from '../../src/kube/ocm/cluster.ts';
import { schemaOf } from '../../src/kube/schema/definitions.ts';
import { validate } from '../../src/kube/schema/validate.ts';
import { parseYaml, writeYaml } from '../../src/kube/yaml.ts';
import { compile } from '../../src/lang/compile.ts';
import { root } from '../support/capabilities.ts';

const isUpdate = process.env['UPDATE'] === '1';
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

function compiled() {
  const uri = 'main.ocm';
  return compile({ files: [{ uri, text: readFileSync(join(example, uri), 'utf8') }] });
}

test('its fifty placements compile without a complaint', () => {
  const { program, diagnostics } = compiled();
  expect(diagnostics).toEqual([]);
  const names = program?.decls.flatMap((decl) => (decl.kind === 'placement' ? [decl.name] : []));
  expect(new Set(names).size).toBe(50);
});

/** What a placement selects, short enough to be reviewed. */
function summary({ selected, groups, status }: ScheduleOutcome): Json {
  const sizes = (groups ?? []).map(({ name, clusters }) => `${name || '-'} ${clusters.length}`);
  return {
    status: status.code,
    clusters: selected.length,
    ...(sizes.length > 1 && { groups: sizes.join(', ') }),
    ...(selected.length <= 6 && { selected: [...selected] }),
  };
}

test('its fifty placements select what stands in expected.yaml', () => {
  const { program } = compiled();
  if (program === null) throw new Error('it does not compile');
  const question = questionOf(program, sortObjects(inventory()));
  const decided = Object.fromEntries(
    question.placements.map((placement) => [placement.name, summary(decide(question, placement))]),
  );
  const text = `# What the placements select of the clusters beside this file. UPDATE=1 npm test writes it.\n${writeYaml([decided])}`;
  const golden = join(example, 'expected.yaml');
  if (isUpdate) writeFileSync(golden, text);
  expect(existsSync(golden), 'write it with UPDATE=1').toBe(true);
  expect(text).toBe(readFileSync(golden, 'utf8'));
});
