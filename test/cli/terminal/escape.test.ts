import { expect, test } from 'vitest';
import { printable, printableLine } from '../../../src/cli/terminal/escape.ts';
import { table } from '../../../src/cli/terminal/table.ts';

test('text from clusters cannot move the cursor, change colours or hide what is printed', () => {
  const hostile = 'ok\u001b[2J\u009b1;1H\r\u0007\u202egnp\u2066\u200b\ud800 \u{e0041}';
  const shown = printableLine(hostile);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(shown).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/);
  expect(shown).toContain('\\u001b[2J');
  expect(printable('a\tb\nc')).toBe('a\tb\nc');
  expect(printableLine('a\tb\nc')).toBe('a\\tb\\nc');
});

test('ordinary text of any script stays as it is', () => {
  expect(printable('příliš žluťoučký 漢字 🚀')).toBe('příliš žluťoučký 漢字 🚀');
});

test('a table keeps its columns whatever is in the cells', () => {
  expect(
    table(
      ['NAME', 'AGE'],
      [
        ['a\nb', '1d'],
        ['c', ''],
      ],
    ),
  ).toBe('NAME   AGE\na\\nb   1d\nc\n');
});
