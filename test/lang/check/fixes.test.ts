import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { compile, type Diagnostic, messageOf } from '../../../src/lang/index.ts';
import { type Case, mended, readCase } from '../case.ts';

const folder = fileURLToPath(new URL('..', import.meta.url));
const cases = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => /^(check|syntax)\/.*\/err\/.*\.ocm$/.test(path))
  .sort();

/** What is said about a place, by file, line and code. */
function saidAt(input: Case, { file, code, span }: Diagnostic): readonly string[] {
  return compile(input)
    .diagnostics.filter((each) => each.file === file && each.code === code)
    .filter((each) => each.span.start === span.start)
    .map(messageOf);
}

function syntaxErrors(input: Case): number {
  return compile(input).diagnostics.filter(({ code }) => code.startsWith('OCM1')).length;
}

test('every fix that is offered takes its message away', () => {
  let fixes = 0;
  for (const path of cases) {
    const input = readCase(readFileSync(join(folder, path), 'utf8'));
    for (const diagnostic of compile(input).diagnostics) {
      for (const fix of diagnostic.fixes ?? []) {
        const said = saidAt(mended(input, diagnostic, fix), diagnostic);
        const what = `${path}: ${fix.title} for ${messageOf(diagnostic)}`;
        expect(said, what).not.toContain(messageOf(diagnostic));
        expect(syntaxErrors(mended(input, diagnostic, fix)), what).toBeLessThanOrEqual(
          syntaxErrors(input),
        );
        fixes += 1;
      }
    }
  }
  expect(fixes).toBeGreaterThan(40);
});
