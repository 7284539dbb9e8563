import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { validateIr } from '../../src/ir/validate.ts';
import {
  compile,
  type Diagnostic,
  parseModule,
  renderDiagnostics,
  severityOf,
} from '../../src/lang/index.ts';
import { inFile } from '../../src/lang/place.ts';
import { readCase } from './case.ts';
import { showTree } from './show.ts';
import { showDecls } from './show-ir.ts';

const root = fileURLToPath(new URL('.', import.meta.url));
const isUpdate = process.env['UPDATE'] === '1';

/** What a stage makes of a case, and whether it has anything to say about it. */
type Stage = (text: string) => { readonly shown: string; readonly complains: boolean };

const stages: Readonly<Record<string, Stage>> = {
  syntax: (text) => {
    const unit = parseModule(text);
    const diagnostics = unit.chunks.flatMap(({ start, chunk }): readonly Diagnostic[] =>
      chunk.problems.map((problem) => ({
        ...problem,
        file: 'main.ocm',
        span: inFile({ base: start } as never, problem.span),
      })),
    );
    const rendered = renderDiagnostics(diagnostics, { textOf: () => text });
    return { shown: join2(rendered, showTree(unit)), complains: diagnostics.length > 0 };
  },
  check: (text) => {
    const { rendered } = compileCase(text);
    return { shown: rendered === '' ? 'nothing to say\n' : rendered, complains: rendered !== '' };
  },
  emit: (text) => {
    const { rendered, decls } = compileCase(text);
    return { shown: join2(rendered, decls), complains: rendered !== '' };
  },
};

function join2(diagnostics: string, rest: string): string {
  return diagnostics === '' ? rest : `${diagnostics}\n${rest}`;
}

function compileCase(text: string) {
  const input = readCase(text);
  const { program, diagnostics } = compile(input);
  const rendered = renderDiagnostics(diagnostics, {
    textOf: (file) => input.texts.get(file) ?? null,
  });
  const hasErrors = diagnostics.some((each) => severityOf(each) === 'error');
  expect(program === null, 'there is a program exactly where there is no error').toBe(hasErrors);
  if (program !== null) expect(validateIr(program)).toEqual({ ok: true, program });
  return { rendered, decls: program === null ? '' : showDecls(program.decls) };
}

function casesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ocm'))
    .sort()
    .map((path) => join(folder, path));
}

describe.each(Object.keys(stages))('%s', (name) => {
  const cases = casesIn(join(root, name));
  it('has cases', () => expect(cases.length).toBeGreaterThan(0));
  it.each(cases.map((path) => [relative(join(root, name), path), path]))('%s', (_, path) => {
    const stage = stages[name];
    const { shown = '', complains } = stage?.(readFileSync(path, 'utf8')) ?? {};
    const kind = basename(join(path, '..'));
    expect(complains, `a case in \`${kind}\` that has something to say`).toBe(kind === 'err');
    const snap = `${path.slice(0, -'.ocm'.length)}.snap`;
    if (isUpdate) writeFileSync(snap, shown);
    // A golden that is not there is a failure: nobody would notice that a case proves nothing.
    expect(existsSync(snap), `no golden ${relative(root, snap)}: write it with UPDATE=1`).toBe(
      true,
    );
    expect(shown).toBe(readFileSync(snap, 'utf8'));
  });
});
