import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyEdits, formatEdits } from '../../../src/lang/format/edits.ts';
import { formatText } from '../../../src/lang/format/format.ts';
import { saysTheSame } from '../../../src/lang/format/same.ts';
import { tokenize } from '../../../src/lang/syntax/lexer.ts';
import { parseModule, type SourceUnit } from '../../../src/lang/syntax/parse.ts';
import { mutants, samples, soup } from '../samples.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const every = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ocm'))
  .map((name) => readFileSync(join(root, name), 'utf8'));
const specification = fileURLToPath(
  new URL('../../../../shared/design/language-prototype/examples/', import.meta.url),
);
const specified = existsSync(specification)
  ? readdirSync(specification).map((name) => readFileSync(specification + name, 'utf8'))
  : [];
const texts = [...samples.values(), ...every, ...specified];

const isSound = ({ problems, chunks }: SourceUnit): boolean =>
  problems.length === 0 && chunks.every(({ chunk }) => chunk.problems.length === 0);

/** Every token in place, and every blank between them another one; comments come and go. */
const shaken: fc.Arbitrary<string> = fc
  .record({
    text: fc.constantFrom(...texts),
    gaps: fc.infiniteStream(
      fc.oneof(
        { weight: 12, arbitrary: fc.constant(' ') },
        { weight: 6, arbitrary: fc.constantFrom('\n', '\n\n\n', '\n  ', '\r\n', '\t', '  ') },
        {
          weight: 1,
          arbitrary: fc.constantFrom(' // c\n', '\n// own\n', '\n\n/// doc\n\n', ' //\n'),
        },
      ),
    ),
  })
  .map(({ text, gaps }) => {
    const { tokens } = tokenize(text);
    let shaped = '';
    for (const { image } of tokens) shaped += `${gaps.next().value ?? ' '}${image}`;
    return shaped;
  });

/** What must hold of any text. */
function expectFormatted(text: string): void {
  const { text: once, refused, kept } = formatText(text);
  expect(refused, JSON.stringify(text)).toBe(false);
  expect(saysTheSame(parseModule(text), parseModule(once))).toBe(true);
  expect(formatText(once).text).toBe(once);
  expect(applyEdits(text, formatEdits(text))).toBe(once);
  for (const { span } of kept) expect(once).toContain(text.slice(span.start, span.end));
}

test('whatever blanks and comments stand between tokens: same meaning, same comments, and formatted once is formatted', () => {
  fc.assert(fc.property(shaken, expectFormatted), { numRuns: 120 });
});

test('indentation, blanks at line ends and blanks within lines make no difference', () => {
  for (const text of texts.filter((each) => isSound(parseModule(each)))) {
    if (text.includes('```')) continue;
    const formatted = formatText(text).text;
    const shifted = formatted.replace(/\n[ ]+(?=\S)/g, '\n\t').replace(/(?<=\S)\n/g, ' \t\n');
    expect(formatText(shifted).text).toBe(formatted);
  }
});

test('samples with errors in some declarations: the others are formatted, those stay byte for byte', () => {
  fc.assert(fc.property(mutants, expectFormatted), { numRuns: 120 });
});

test('any text at all is formatted or left, and never throws', () => {
  const any = fc.oneof(
    soup,
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.string({ unit: 'grapheme', maxLength: 200 }),
  );
  fc.assert(fc.property(any, expectFormatted), { numRuns: 300 });
});

test('text on one line is spread so that no line is longer than 120 columns', () => {
  // Fences are as long as they are, a string is never broken, and lines are measured before they are aligned.
  const isLong = (line: string) =>
    line.replace(/(?<=\S) {2,}/g, ' ').length > 120 && !/"[^"]{60,}"/.test(line);
  for (const text of texts.filter((each) => isSound(parseModule(each)))) {
    if (text.includes('```')) continue;
    const joined = tokenize(text).tokens.map(({ image }) => image);
    expect(formatText(joined.join(' ')).text.split('\n').filter(isLong)).toEqual([]);
  }
});
