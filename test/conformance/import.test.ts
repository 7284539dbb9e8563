import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../src/kube/object.ts';
import { parseYaml } from '../../src/kube/yaml.ts';
import { importYaml } from '../../src/lang/import/import.ts';
import { formatText } from '../../src/lang/index.ts';
import { expectSame } from '../lang/import/round-trip.ts';

const folder = fileURLToPath(new URL('../../../shared/conformance/policies', import.meta.url));
const absent = !existsSync(folder);
const files = absent ? [] : globSync('**/*.{yaml,yml}', { cwd: folder }).sort();

function read(file: string) {
  const text = readFileSync(join(folder, file), 'utf8');
  return { text, imported: importYaml({ files: [{ uri: file, text }] }) };
}

/** Lines that are neither blank nor a comment. */
function countLines(text: string, comment: string): number {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '' && !line.startsWith(comment)).length;
}

describe('policies people use', () => {
  test.skipIf(absent)('come back as they were, every file', () => {
    expect(files.length).toBeGreaterThan(50);
    for (const file of files) {
      const { text, imported } = read(file);
      expect(imported.diagnostics, file).toEqual([]);
      const yaml = parseYaml(text, 'kubernetes');
      expect(yaml.ok, file).toBe(true);
      const wanted = yaml.ok ? yaml.documents.map(({ value }) => value) : [];
      expectSame(imported.files?.[0]?.text ?? '', wanted as unknown as readonly KubeObject[]);
    }
  });

  test.skipIf(absent)('are formatted, keep every comment, and all are constructs', () => {
    for (const file of files) {
      const { text, imported } = read(file);
      const made = imported.files?.[0]?.text ?? '';
      expect(formatText(made).text, file).toBe(made);
      expect(imported.counts.resources, file).toBe(0);
      for (const [, comment = ''] of text.matchAll(/^ *# ?(.*\S)/gm)) {
        expect(made, file).toContain(comment);
      }
    }
  });

  test.skipIf(absent)(
    'are shorter: at most 0.7 of the lines in the median, never above 1.1',
    () => {
      const ratios = files
        .map((file) => {
          const { text, imported } = read(file);
          return countLines(imported.files?.[0]?.text ?? '', '//') / countLines(text, '#');
        })
        .sort((a, b) => a - b);
      const middle = ratios.length >> 1;
      expect(((ratios[middle] ?? 9) + (ratios[ratios.length - 1 - middle] ?? 9)) / 2).toBeLessThan(
        0.7,
      );
      expect(ratios.at(-1)).toBeLessThan(1.1);
    },
  );

  test.skipIf(absent)('are counted in a table, with what is left of YAML in them', () => {
    const root = fileURLToPath(new URL('../../', import.meta.url));
    const table = execFileSync(process.execPath, ['scripts/import-table.mjs'], { cwd: root });
    const lines = table.toString().trim().split('\n');
    expect(lines.filter((line) => line.includes('.yaml |'))).toHaveLength(files.length);
    expect(lines.at(-1)).toMatch(
      /, 0 not imported; ratio: median 0\.\d+, largest \d\.\d+; fences \d+, raw \d+, template \d+, resource 0$/,
    );
  });
});
