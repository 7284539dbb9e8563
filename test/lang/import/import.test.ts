import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/kube/object.ts';
import { parseYaml } from '../../../src/kube/yaml.ts';
import { type Imported, importYaml } from '../../../src/lang/import/import.ts';
import { formatText, renderDiagnostics } from '../../../src/lang/index.ts';
import { expectSame } from './round-trip.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const isUpdate = process.env['UPDATE'] === '1';

function casesIn(folder: string): readonly string[] {
  return readdirSync(join(here, folder))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => join(here, folder, name));
}

function expectGolden(path: string, shown: string): void {
  const golden = path.replace(/\.yaml$/, '.snap');
  if (isUpdate) writeFileSync(golden, shown);
  expect(existsSync(golden), `${golden} is missing: UPDATE=1 writes it`).toBe(true);
  expect(shown).toBe(readFileSync(golden, 'utf8'));
}

/** The one file an import makes. */
function textOf({ files }: Imported): string {
  return files?.[0]?.text ?? '';
}

function objectsIn(text: string): readonly KubeObject[] {
  const read = parseYaml(text, 'kubernetes');
  expect(read).toMatchObject({ ok: true });
  if (!read.ok) return [];
  return read.documents.flatMap(({ value }) => {
    const { kind, items } = value as { readonly kind?: string; readonly items?: unknown };
    const all = kind === 'List' && Array.isArray(items) ? items : [value];
    return all as unknown as readonly KubeObject[];
  });
}

describe('YAML becomes', () => {
  test.each(casesIn('ok').map((path) => [basename(path, '.yaml'), path]))('%s', (_, path) => {
    const text = readFileSync(path, 'utf8');
    const imported = importYaml({ files: [{ uri: 'case.yaml', text }] });
    expect(imported.diagnostics).toEqual([]);
    const made = textOf(imported);
    expect(formatText(made).text).toBe(made);
    const steps = imported.lowered.map(({ what, as, why }) => `${what}: ${as}, ${why}\n`);
    const report = `${steps.join('')}${JSON.stringify(imported.counts)}\n`;
    expectGolden(path, `${made}\n--- report\n${report}`);
    expectSame(made, objectsIn(text));
  });
});

test('an app is written where its object was read, whatever carries it', () => {
  const place = (name: string) =>
    `apiVersion: cluster.open-cluster-management.io/v1beta1
kind: Placement
metadata: { name: ${name}, namespace: shop }
spec: {}
`;
  const apps = readFileSync(join(here, 'ok/applicationset.yaml'), 'utf8').replace(
    /argocd$/gm,
    'shop',
  );
  const sets = readFileSync(join(here, 'ok/replicaset.yaml'), 'utf8');
  const { files, diagnostics } = importYaml({
    files: [
      { uri: 'a.yaml', text: place('a') },
      { uri: 'b.yaml', text: apps },
      { uri: 'c.yaml', text: sets },
    ],
    names: ['a', 'b', 'c'],
  });
  expect(diagnostics).toEqual([]);
  const heads = files?.map(({ uri, text }) => [uri, text.match(/^app/gm)?.length ?? 0]);
  expect(Object.fromEntries(heads ?? [])).toMatchObject({ 'a.ocm': 0, 'b.ocm': 3 });
  expect(
    files?.filter(({ uri }) => uri.startsWith('c')).some(({ text }) => /^app/m.test(text)),
  ).toBe(true);
});

describe('YAML is refused, with the place', () => {
  test.each(casesIn('err').map((path) => [basename(path, '.yaml'), path]))('%s', (_, path) => {
    const text = readFileSync(path, 'utf8');
    const imported = importYaml({ files: [{ uri: 'case.yaml', text }] });
    expect(imported.files).toBe(null);
    expectGolden(path, renderDiagnostics(imported.diagnostics, { textOf: () => text }));
  });
});
