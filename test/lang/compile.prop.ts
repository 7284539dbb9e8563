import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lower } from '../../src/ir/lower/lower.ts';
import { validateIr } from '../../src/ir/validate.ts';
import { compile, renderDiagnostics, severityOf } from '../../src/lang/index.ts';
import { readCase } from './case.ts';
import { mutants, samples, soup } from './samples.ts';

/** Compiles a text, and checks what holds of every compilation. */
function compiled(text: string) {
  const input = readCase(text);
  const compilation = compile(input);
  const { program, diagnostics } = compilation;
  const textOf = (file: string): string | null => input.texts.get(file) ?? null;
  for (const { file, span, fixes = [], secondary = [] } of diagnostics) {
    const length = textOf(file)?.length ?? 0;
    const spans = [span, ...fixes.flatMap(({ edits }) => edits.map((edit) => edit.span))];
    for (const { start, end } of spans) {
      expect(start).toBeGreaterThanOrEqual(0);
      expect(end).toBeGreaterThanOrEqual(start);
      expect(end).toBeLessThanOrEqual(length);
    }
    for (const each of secondary) {
      expect(each.span.end).toBeLessThanOrEqual(textOf(each.file)?.length ?? 0);
    }
  }
  const hasErrors = diagnostics.some((each) => severityOf(each) === 'error');
  expect(program === null).toBe(hasErrors);
  renderDiagnostics(diagnostics, { textOf });
  return compilation;
}

test('no text makes it throw; there is a program exactly where there is no error, and it is valid', () => {
  const texts = fc.oneof(mutants, soup, fc.string({ unit: 'binary', maxLength: 200 }));
  fc.assert(
    fc.property(texts, (text) => {
      const { program } = compiled(text);
      if (program === null) return;
      expect(validateIr(program)).toEqual({ ok: true, program });
      // nothing is left out without a word
      expect(lower(program).refused).toEqual([]);
    }),
    { numRuns: 600 },
  );
});

test('the same input gives the same output, with and without what was read before', () => {
  fc.assert(
    fc.property(mutants, mutants, (before, after) => {
      const cache = new Map();
      compile({ ...readCase(before), cache });
      const { texts: _, ...input } = readCase(after);
      expect(compile({ ...input, cache })).toEqual(compile(input));
    }),
    { numRuns: 100 },
  );
});

test('the order in which files are given does not matter', () => {
  const text = 'namespace a\nlet x = 1\n//# file: b.ocm\nnamespace b\nplacement p { take: x }\n';
  const { texts: _, ...input } = readCase(text);
  expect(compile({ ...input, files: input.files.toReversed() })).toEqual(compile(input));
});

test('keys that mean something to JavaScript are keys like others', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];
  for (const name of names) {
    const text = `namespace a
fleet { ${name}: string }
let ${name} = { ${name}: 1, "${name}": 2 }
clusterset x { ${name}: 1 }
${name} b { }
placement p { where: cluster.${name} == "a" && cluster.labels["${name}"] == "b" }
app c { on: [p], resource ConfigMap d { data: { ${name}: "x" }, ${name}: { ${name}: cluster.name } } }
policy q { on: [p], musthave ${name} e { ${name}: 1 } }
rollout r { by: ${name} }
@${name}
let y = ${name}(1).${name}[${name}]
`;
    compiled(text);
  }
});

/** Of an example of several files: one alone is no module. */
function isPart(path: string): boolean {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const beside = [...samples.keys()].filter((each) => each.startsWith(folder));
  return folder.startsWith('examples/') && beside.length > 1;
}

test('every sample compiles without anything to say', () => {
  expect(samples.size).toBeGreaterThan(10);
  for (const [path, text] of samples) {
    if (isPart(path) || path.includes('/err/')) continue;
    const { diagnostics } = compiled(text);
    expect(diagnostics, path).toEqual([]);
  }
});
