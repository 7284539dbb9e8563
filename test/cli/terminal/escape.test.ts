import { describe, expect, test } from 'vitest';
import { jsonText, printable, printableLine } from '../../../src/cli/terminal/escape.ts';
import { table } from '../../../src/cli/terminal/table.ts';
import { yamlText } from '../../../src/cli/terminal/yaml.ts';
import { parseYaml } from '../../../src/kube/yaml.ts';

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

describe('JSON and YAML', () => {
  const hostile = 'ok\u001b[2J\u007f\u009b1m\r\n\u0085\u202egnp\u2028\u200b\u{e0041}\ud800';
  const document = { [hostile]: [hostile, 'plain'], data: 'a: b' };

  test('cannot move the cursor, change colours or hide what is printed', () => {
    for (const text of [jsonText(document), yamlText([document, { data: 'a' }])]) {
      expect(text).not.toMatch(/[^\P{C}\n]|[\u2028\u2029]/u);
    }
  });

  test('mean the same', () => {
    expect(JSON.parse(jsonText(document))).toEqual(document);
    const read = parseYaml(yamlText([document, { data: 'a' }]));
    expect(read.ok && read.documents.map(({ value }) => value)).toEqual([document, { data: 'a' }]);
  });

  test('stay as they are where nothing is unsafe', () => {
    const plain = { data: 'příliš 漢字 🚀' };
    expect(jsonText(plain)).toBe(`${JSON.stringify(plain, null, 2)}\n`);
    expect(yamlText([plain, plain])).toBe('data: příliš 漢字 🚀\n---\ndata: příliš 漢字 🚀\n');
  });
});
