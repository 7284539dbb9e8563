import { Lexer } from 'chevrotain';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tokenize } from '../../../src/lang/syntax/lexer.ts';
import { scanned } from '../../../src/lang/syntax/tokens.ts';
import { mutants, samples, soup } from '../samples.ts';

const byPatterns = new Lexer([...scanned], { positionTracking: 'onlyOffset' });

/** What the patterns of the tokens make of a text, tried in their order. */
function expected(text: string): readonly string[] {
  const { tokens, groups, errors } = byPatterns.tokenize(text);
  expect(errors).toEqual([]);
  const found = [...tokens, ...(groups['trivia'] ?? []), ...(groups['unreadable'] ?? [])];
  return found
    .sort((a, b) => a.startOffset - b.startOffset)
    .map(({ tokenType, startOffset, image }) => `${startOffset} ${tokenType.name} ${image}`);
}

function actual(text: string): readonly string[] {
  const { tokens, trivia, unreadable } = tokenize(text);
  const found = [
    ...tokens.map(({ tokenType, startOffset, image }) => ({ at: startOffset, tokenType, image })),
    ...trivia.map(({ kind, span }) => {
      const end = text.indexOf('\n', span.start);
      const image = text.slice(span.start, end < 0 ? text.length : end);
      return { at: span.start, tokenType: { name: kind.toUpperCase() }, image };
    }),
    ...unreadable.map(({ start, end }) => {
      return { at: start, tokenType: { name: 'UNREADABLE' }, image: text.slice(start, end) };
    }),
  ];
  return found
    .sort((a, b) => a.at - b.at)
    .map(({ at, tokenType, image }) => `${at} ${tokenType.name} ${image}`);
}

test('the lexer reads what the patterns of its tokens say', () => {
  for (const text of samples.values()) expect(actual(text)).toEqual(expected(text));
  const marks = fc.array(
    fc.constantFrom(
      ...['v', '1', '.', '-', '+', 'e', 'E', '%', 'in', 'or', '_', '`', '"', '/', '//', '///'],
      ...['\n', '\r', ' ', '=', '>', '!', '|', '&', '?', 'Mi', 'min', 's', '```', '$', '{', '}'],
      ...['\u00a0', '\ufeff', '\u2028', 'é', '\ud800', '\0', '#', "'", '\\', 'not'],
    ),
    { maxLength: 30 },
  );
  const texts = fc.oneof(
    marks.map((parts) => parts.join('')),
    mutants,
    soup,
    fc.string({ unit: 'binary', maxLength: 60 }),
  );
  fc.assert(
    fc.property(texts, (text) => {
      expect(actual(text)).toEqual(expected(text));
    }),
    { numRuns: 3000 },
  );
});
