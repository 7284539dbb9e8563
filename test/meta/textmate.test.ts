import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { schemas } from '../../src/lang/schema/constructs.ts';
import type { BlockSchema } from '../../src/lang/schema/schema.ts';
import { tokenize } from '../../src/lang/syntax/lexer.ts';
import { parseModule } from '../../src/lang/syntax/parse.ts';
import { keywords, type Token } from '../../src/lang/syntax/tokens.ts';
import { samples } from '../lang/samples.ts';
import { root } from '../support/capabilities.ts';
import { rulesOf, scopesOf, type TextMateGrammar } from './textmate.ts';

const written = readFileSync(join(root, 'grammar/ocm.tmLanguage.json'), 'utf8');
const grammar: TextMateGrammar = JSON.parse(written);
const texts = [...samples.values()].filter((text) => text.length < 8_000);
const sound = texts.filter((text) =>
  parseModule(text).chunks.every(({ chunk }) => chunk.problems.length === 0),
);

test('grammar/ocm.tmLanguage.json is what the lexer and the schema make it', async () => {
  // biome-ignore lint/suspicious/noExplicitAny: a script has no types
  const { textMateGrammar }: any = await import(join(root, 'scripts/textmate.mjs'));
  expect(written, 'run `npm run generate`').toBe(`${JSON.stringify(textMateGrammar(), null, 2)}\n`);
});

/** What an editor should show of a token, by what the lexer says it is. */
function expected(tokens: readonly Token[], at: number): RegExp | null {
  const { tokenType, image } = tokens[at] as Token;
  const [before, next, afterNext] = [tokens[at - 1], tokens[at + 1], tokens[at + 2]];
  const isKey = next?.image === ':' || (next?.image === '?' && afterNext?.image === ':');
  switch (tokenType.name) {
    case 'STRING':
      return /^string\.quoted/;
    case 'FENCE':
      return /^(meta|string\.unquoted)\.fence/;
    case 'VERSION':
      return /^constant\.numeric\.version/;
    case 'UNIT':
      return /^constant\.numeric\.unit/;
    case 'NUMBER':
      return /^constant\.numeric\.ocm/;
  }
  const isWord = /^[A-Za-z_]/.test(image);
  if (!isWord || next?.image === '(') return null;
  if (before?.image === '.') return /^variable\.other\.member/;
  if (before?.image === '@') return /annotation/;
  const declares = ['let', 'param', 'kind'].includes(before?.image ?? '');
  if (isKey && declares) return /^(variable\.other\.constant|entity\.name\.type)/;
  if (isKey) return /^(support\.type\.property-name|variable\.other\.property)/;
  if (image === 'true' || image === 'false') return /^constant\.language/;
  const isKeyword = (keywords as readonly string[]).includes(image);
  return isKeyword ? /^keyword\./ : /^(?!keyword\.control|constant|string|comment)/;
}

function lineAt(text: string, at: number): string {
  return text.slice(text.lastIndexOf('\n', at) + 1).split('\n')[0] ?? '';
}

describe('an editor shows', () => {
  test('each token as what the lexer says it is', () => {
    let checked = 0;
    const wrong: string[] = [];
    for (const text of sound) {
      const scopes = scopesOf(grammar, text);
      const { tokens, trivia } = tokenize(text);
      for (const [index, { startOffset, image }] of tokens.entries()) {
        const wanted = expected(tokens, index);
        if (wanted === null) continue;
        const found = scopes[startOffset] ?? [];
        if (!found.some((scope) => wanted.test(scope))) {
          wrong.push(`${image} is ${found.join(' ')} in ${lineAt(text, startOffset)}`);
        }
        checked += 1;
      }
      for (const { span } of trivia) expect(scopes[span.start]?.at(-1)).toMatch(/^comment\.line/);
    }
    expect(wrong).toEqual([]);
    expect(checked).toBeGreaterThan(2_000);
  });

  test('heads of blocks as declarations, with what they name', () => {
    for (const { head, labels } of Object.values<BlockSchema>(schemas)) {
      const [first] = labels;
      if (first === undefined) continue;
      const label =
        { name: 'a-b', kind: 'Pod', text: '"t"', duration: '5m' }[first.is as 'name'] ?? 'a-b';
      const scopes = scopesOf(grammar, `${head} ${label} {}`);
      expect(scopes[0], head).toEqual(['keyword.declaration.ocm']);
      if (/^[A-Za-z]/.test(label)) {
        expect(scopes[head.length + 1]?.at(-1), head).toMatch(/^entity\.name\./);
      }
    }
  });

  test('interpolations as code, escapes as escapes, what is unfinished up to the end of its line', () => {
    const text = `let a = "x \${b.c + 1} \\n \\q"\nlet d = "\${e\nlet f = 1`;
    const scopes = scopesOf(grammar, text);
    const of = (piece: string) => scopes[text.indexOf(piece)]?.at(-1);
    expect(of('b.c')).toBe('variable.other.ocm');
    expect(of('1}')).toBe('constant.numeric.ocm');
    expect(of('\\n')).toBe('constant.character.escape.ocm');
    expect(of('\\q')).toBe('invalid.illegal.escape.ocm');
    expect(scopes[text.indexOf('let f')]).toEqual(['keyword.declaration.ocm']);
  });

  test('fences in the language they name', () => {
    for (const language of ['rego', 'yaml', 'json', 'cel', 'gotmpl']) {
      const text = `let a = \`\`\`${language}\n  "x" let\n  \`\`\`\nlet b = 1`;
      const scopes = scopesOf(grammar, text);
      expect(scopes[text.indexOf('"x"')]?.at(-1)).toBe(`meta.embedded.block.${language}`);
      expect(scopes[text.indexOf('let b')]).toEqual(['keyword.declaration.ocm']);
    }
    const scopes = scopesOf(grammar, 'let a = ```\n"x"\n```\n');
    expect(scopes[13]).toEqual(['string.unquoted.fence.ocm']);
  });

  test('notes there are, and those there are not', () => {
    expect(scopesOf(grammar, '@allow(X)')[1]?.at(-1)).toBe('storage.type.annotation.ocm');
    expect(scopesOf(grammar, '@alow(X)')[1]?.at(-1)).toBe('invalid.illegal.annotation.ocm');
  });
});

test('no pattern needs more than TextMate has, and none runs away', () => {
  const noise = `${'a-'.repeat(2_000)} ${'1'.repeat(2_000)} ${'"'.repeat(99)}${'${'.repeat(99)}`;
  expect(scopesOf(grammar, noise).length).toBe(noise.length);
  for (const { match, begin, end } of rulesOf(grammar)) {
    for (const pattern of [match, begin, end]) expect(pattern ?? '').not.toMatch(/\(\?<[a-z]/);
  }
});
