import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readCapabilities, root } from '../support/capabilities.ts';

const rows = readCapabilities();
const read = (file: string) => readFileSync(`${root}${file}`, 'utf8');

test('docs/capabilities.md has rows, and each has a proof', () => {
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.filter((row) => row.proofs.length === 0)).toEqual([]);
});

// Whether these pass is judged by the reporter, in the run they belong to (test/support/summary-reporter.ts).
test('each proof names something that is there', () => {
  const missing = rows.flatMap((row) =>
    row.proofs.flatMap((proof) => {
      const at = `docs/capabilities.md:${row.line}`;
      switch (proof.kind) {
        case 'unreadable':
          return [`${at}: not a proof: ${proof.text}`];
        case 'picture':
          return existsSync(`${root}${proof.file}`) ? [] : [`${at}: no picture ${proof.file}`];
        case 'ci':
          return read('scripts/ci.mjs').includes(`'${proof.stage}'`)
            ? []
            : [`${at}: no CI stage ${proof.stage}`];
        case 'bench': {
          const file = `bench/${proof.suite}.ts`;
          const there = existsSync(`${root}${file}`) && read(file).includes(proof.row);
          return there ? [] : [`${at}: no row ${proof.row} in ${file}`];
        }
        case 'test':
          return existsSync(`${root}${proof.file}`) ? [] : [`${at}: no file ${proof.file}`];
        default:
          throw new Error('unknown proof');
      }
    }),
  );
  expect(missing).toEqual([]);
});
