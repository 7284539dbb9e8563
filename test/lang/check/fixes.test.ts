import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { compile, type Diagnostic, messageOf } from '../../../src/lang/index.ts';
import { readCase, workspaceOf } from '../case.ts';

const folder = fileURLToPath(new URL('..', import.meta.url));
const cases = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => /^(check|syntax)\/.*\/err\/.*\.ocm$/.test(path))
  .sort();

type Case = ReturnType<typeof readCase>;
type Fix = NonNullable<Diagnostic['fixes']>[number];

/** The case with the edits of a fix made. */
function mended(input: Case, { file }: Diagnostic, { edits }: Fix): Case {
  let text = input.texts.get(file) ?? '';
  for (const edit of edits.toSorted((a, b) => b.span.start - a.span.start)) {
    text = text.slice(0, edit.span.start) + edit.text + text.slice(edit.span.end);
  }
  const texts = new Map(input.texts).set(file, text);
  const files = input.files.map((each) => (each.uri === file ? { uri: file, text } : each));
  return { ...input, texts, files, workspace: workspaceOf(texts) };
}

/** What is said about a place, by file, line and code. */
function saidAt(input: Case, { file, code, span }: Diagnostic): readonly string[] {
  return compile(input)
    .diagnostics.filter((each) => each.file === file && each.code === code)
    .filter((each) => each.span.start === span.start)
    .map(messageOf);
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
        fixes += 1;
      }
    }
  }
  expect(fixes).toBeGreaterThan(40);
});
