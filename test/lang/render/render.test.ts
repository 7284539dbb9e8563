import { expect, test } from 'vitest';
import { type Diagnostic, problem } from '../../../src/lang/diagnostics.ts';
import { linesOf } from '../../../src/lang/render/lines.ts';
import { renderDiagnostics } from '../../../src/lang/render/render.ts';

const at = (file: string, start: number, end: number): Diagnostic => ({
  ...problem('OCM2001', { start, end }, { sort: 'placement', name: 'web' }),
  file,
});

test('the line, carets below, other places and advice', () => {
  const text = 'let a = 1\n\tlet b = web\n';
  const diagnostic: Diagnostic = {
    ...at('main.ocm', 19, 22),
    help: ['did you mean `wbe`?'],
    secondary: [{ file: 'other.ocm', span: { start: 0, end: 1 }, text: 'declared here' }],
  };
  expect(
    renderDiagnostics([diagnostic], { textOf: (file) => (file === 'main.ocm' ? text : null) }),
  ).toBe(`error[OCM2001]: unknown placement \`web\`
 ┌─ main.ocm:2:10
2│   let b = web
 │           ^^^
 │  other.ocm declared here
help: did you mean \`wbe\`?
`);
});

test('what a terminal would act upon is made visible, and carets still stand below', () => {
  const text = 'let a = "\u001b[31m\u202e" + web';
  const start = text.indexOf('web');
  const shown = renderDiagnostics(
    [{ ...at('m\u0007.ocm', start, start + 3), params: { sort: 'x', name: '\u001b]0;' } }],
    { textOf: () => text },
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be printed
  expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  const [head, place, line = '', caret = ''] = shown.split('\n');
  expect(head).toContain('`\\u001b]0;`');
  expect(place).toContain('m\\u0007.ocm:1:');
  expect(caret.indexOf('^')).toBe(line.indexOf('web'));
});

test('a long line is cut around the place', () => {
  const text = `let a = [${'"x", '.repeat(200)}web, ${'"y", '.repeat(200)}]`;
  const start = text.indexOf('web');
  const shown = renderDiagnostics([at('a.ocm', start, start + 3)], { textOf: () => text });
  const [, , line = '', caret = ''] = shown.split('\n');
  expect(line.length).toBeLessThan(130);
  expect(line).toMatch(/^1│ ….*…$/);
  expect(caret.indexOf('^')).toBe(line.indexOf('web'));
});

test('without the text only the place is said, and painting touches nothing else', () => {
  const shown = renderDiagnostics([at('a.ocm', 0, 1)], {
    textOf: () => null,
    paint: (role, text) => `<${role}>${text}</${role}>`,
  });
  expect(shown).toBe(
    '<error>error[OCM2001]</error>: unknown placement `web`\n<gutter>┌─</gutter> <place>a.ocm</place>\n',
  );
});

test('places count from 1, also at the end of the text and of lines with a carriage return', () => {
  const lines = linesOf('ab\r\ncd\n');
  expect([0, 3, 4, 6, 7].map((offset) => lines.positionOf(offset))).toEqual([
    { line: 1, column: 1 },
    { line: 1, column: 4 },
    { line: 2, column: 1 },
    { line: 2, column: 3 },
    { line: 3, column: 1 },
  ]);
  expect([1, 2, 3].map((line) => lines.textOf(line))).toEqual(['ab', 'cd', '']);
});
