import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { renderDiagnostics } from '../../src/lang/index.ts';
import { readCase } from '../lang/case.ts';
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
