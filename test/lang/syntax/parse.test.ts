import { describe, expect, test } from 'vitest';
import { messageOf } from '../../../src/lang/diagnostics.ts';
import { splitChunks } from '../../../src/lang/syntax/chunks.ts';
import { limits } from '../../../src/lang/syntax/limits.ts';
import { parseModule, type SourceUnit } from '../../../src/lang/syntax/parse.ts';
import { docBefore } from '../../../src/lang/syntax/trivia.ts';

const problemsOf = ({ chunks, problems }: SourceUnit) => [
  ...problems,
  ...chunks.flatMap(({ chunk }) => chunk.problems),
];
const declsOf = ({ chunks }: SourceUnit) => chunks.flatMap(({ chunk }) => chunk.decls);

describe('splitChunks', () => {
  test('starts a piece where a word stands at the start of a line, with its comments and notes', () => {
    const text =
      '// head\nlet a = 1\n\n/// doc\n@allow(X)\nplacement b {\n  take: 1\n}\n// end\nlet c = 2\n';
    expect(splitChunks(text)).toEqual([
      '// head\nlet a = 1\n\n',
      '/// doc\n@allow(X)\nplacement b {\n  take: 1\n}\n',
      '// end\nlet c = 2\n',
    ]);
  });

  test('keeps properties and fences in the piece they are in', () => {
    const text =
      'placement a {\ntake: 1\n`odd`: 2\n}\nlet b = ```rego\nlet x = 1\n```\nlet c = 1\n';
    expect(splitChunks(text)).toEqual([
      'placement a {\ntake: 1\n`odd`: 2\n}\n',
      'let b = ```rego\nlet x = 1\n```\n',
      'let c = 1\n',
    ]);
  });
});

describe('parseModule', () => {
  const text = Array.from({ length: 50 }, (_, i) => `placement p${i} {\n  take: ${i}\n}\n`).join(
    '\n',
  );

  test('reads only the declaration that was edited', () => {
    const before = parseModule(text);
    const after = parseModule(text.replace('take: 25', 'take: 2599'), before);
    const fresh = after.chunks.filter(
      ({ chunk }) => !before.chunks.some((old) => old.chunk === chunk),
    );
    expect(fresh.map(({ chunk }) => chunk.text)).toEqual(['placement p25 {\n  take: 2599\n}\n\n']);
    expect(after.chunks.at(-1)?.start).toBe((before.chunks.at(-1)?.start ?? 0) + 2);
  });

  test('reads a block at the start of a line as part of the block that is open', () => {
    const unit = parseModule('placement a {\ngroup b { where: true }\n}\nlet c = 1\n');
    expect(problemsOf(unit)).toEqual([]);
    expect(declsOf(unit).map(({ kind }) => kind)).toEqual(['block', 'binding']);
  });

  test('reads the same whatever the line ends', () => {
    const unix = parseModule('let a = "x"\nlet b = ```yaml\n  a: 1\n  ```\n');
    const windows = parseModule('let a = "x"\r\nlet b = ```yaml\r\n  a: 1\r\n  ```\r\n');
    expect(problemsOf(windows)).toEqual([]);
    const fence = declsOf(windows).at(-1);
    expect(fence?.kind === 'binding' && fence.value).toMatchObject({
      language: 'yaml',
      text: 'a: 1\n',
    });
    expect(declsOf(unix).at(-1)).toMatchObject({ value: { text: 'a: 1\n' } });
  });

  test('refuses a file beyond the limit without reading it', () => {
    const unit = parseModule(' '.repeat(limits.fileLength + 1));
    expect(unit.chunks).toEqual([]);
    expect(problemsOf(unit).map(messageOf)).toEqual([
      `the file is longer than ${limits.fileLength} characters`,
    ]);
  });

  test('finds the doc comment of a declaration, through its notes', () => {
    const [placed] = parseModule(
      '// no\n\n/// First line.\n///\n/// * second\n@name("x")\nlet a = 1\n',
    ).chunks;
    const [decl] = placed?.chunk.decls ?? [];
    expect(placed && docBefore(placed.chunk, decl?.span.start ?? 0)).toBe(
      'First line.\n\n* second',
    );
  });
});

describe('nesting', () => {
  const deep: Readonly<Record<string, (n: number) => string>> = {
    parentheses: (n) => `let a = ${'('.repeat(n)}1${')'.repeat(n)}`,
    lists: (n) => `let a = ${'['.repeat(n)}${']'.repeat(n)}`,
    records: (n) => `let a = ${'{ a: '.repeat(n)}1${' }'.repeat(n)}`,
    negations: (n) => `let a = ${'!'.repeat(n)}b`,
    sums: (n) => `let a = 1${' + 1'.repeat(n)}`,
    members: (n) => `let a = b${'.c'.repeat(n)}`,
    calls: (n) => `let a = b${'()'.repeat(n)}`,
    choices: (n) => `let a = ${'if b then c else '.repeat(n)}d`,
    branches: (n) => `a { ${'if b { } else '.repeat(n)}{ } }`,
    types: (n) => `type a = ${'['.repeat(n)}int${']'.repeat(n)}`,
    blocks: (n) => `${'a { '.repeat(n)}${'}'.repeat(n)}`,
    strings: (n) => `let a = ${'"${'.repeat(n)}1${'}"'.repeat(n)}`,
    unbalanced: (n) => `let a = ${'( ] '.repeat(n)}`,
    mixed: (n) => `let a = ${'[!b.c + ('.repeat(n)}1${')]'.repeat(n)}`,
  };

  test.each(Object.keys(deep))(
    'of %s without end is a message, and the next declaration is read',
    (name) => {
      const unit = parseModule(`${deep[name]?.(50_000)}\nlet after = 1\n`);
      expect(problemsOf(unit).length).toBeGreaterThan(0);
      expect(declsOf(unit).at(-1)).toMatchObject({ kind: 'binding', name: { text: 'after' } });
    },
  );

  test.each(['parentheses', 'lists', 'records', 'types', 'blocks'])(
    'of %s is read up to the limit',
    (name) => {
      const most = limits.depth / limits.bracketWeight;
      expect(problemsOf(parseModule(deep[name]?.(most - 1) ?? ''))).toEqual([]);
      expect(problemsOf(parseModule(deep[name]?.(most + 1) ?? '')).map(({ code }) => code)).toEqual(
        ['OCM1003'],
      );
    },
  );
});

test('noise of a megabyte is read in time that grows with it', () => {
  const noise = [
    '("[{',
    '${',
    '"${',
    'x ```\n',
    '```\nx',
    '( ] ',
    'a ',
    '@a ',
    '} = : , => ',
    '\0',
    '1',
    'é',
    '  a: ,\n',
  ];
  for (const piece of noise) {
    const unit = parseModule(piece.repeat(Math.floor(200_000 / piece.length)));
    expect(problemsOf(unit).length).toBeGreaterThan(0);
  }
});
