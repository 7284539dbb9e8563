import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { messageOf, renderDiagnostics } from '../../src/lang/index.ts';
import { mended, readCase } from '../lang/case.ts';
import { inventorySays } from './inventory.ts';

const root = fileURLToPath(new URL('./inventory/', import.meta.url));
const cases = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ocm'),
);

describe('what an inventory says about a module', () => {
  test.each(cases)('%s', (name) => {
    const path = join(root, name);
    const input = readCase(readFileSync(path, 'utf8'));
    const found = inventorySays(input, input.texts.get('clusters.yaml') ?? '');
    const shown = renderDiagnostics(found, { textOf: (file) => input.texts.get(file) ?? null });
    expect(shown !== '').toBe(name.startsWith('err'));
    const snap = path.replace(/\.ocm$/, '.snap');
    if (process.env['UPDATE'] === '1') writeFileSync(snap, shown || 'nothing to say\n');
    expect(existsSync(snap), `no golden ${snap}: write it with UPDATE=1`).toBe(true);
    expect(shown || 'nothing to say\n').toBe(readFileSync(snap, 'utf8'));
  });
});

test('every fix that is offered for an inventory takes its message away', () => {
  const codes = new Set<string>();
  for (const name of cases) {
    const input = readCase(readFileSync(join(root, name), 'utf8'));
    const clusters = input.texts.get('clusters.yaml') ?? '';
    for (const diagnostic of inventorySays(input, clusters)) {
      for (const fix of diagnostic.fixes ?? []) {
        const said = inventorySays(mended(input, diagnostic, fix), clusters);
        const what = `${name}: ${fix.title} for ${messageOf(diagnostic)}`;
        expect(said.map(messageOf), what).not.toContain(messageOf(diagnostic));
        codes.add(`${diagnostic.code} ${fix.title.split(' ')[0]}`);
      }
    }
  }
  expect([...codes].sort()).toEqual([
    'OCM4002 leave',
    'OCM4002 write',
    'OCM4005 write',
    'OCM4014 let',
  ]);
});
