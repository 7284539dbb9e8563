import { EOF } from 'chevrotain';
import type { Grammar } from '../grammar.ts';
import {
  Colon,
  Comma,
  Question,
  RightBrace,
  RightBracket,
  RightParen,
  Str,
  type TokenType,
  Word,
} from '../tokens.ts';

// `WORD :` always opens the next property: nothing else in the grammar starts with that pair, so a value, an
// operand or a member that would start there has not been written yet.

const closers: ReadonlySet<TokenType> = new Set([RightBrace, RightBracket, RightParen, Comma, EOF]);

/** Whether a value may start at the next token. */
export function startsValue(g: Grammar): boolean {
  return !closers.has(g.ahead(1)) && !opensProperty(g);
}

/** Whether the next token may be the name of a member. */
export function startsMember(g: Grammar): boolean {
  return !closers.has(g.ahead(1)) && g.ahead(2) !== Colon;
}

/** Whether a type may start at the next token; `tier?:` is the next attribute. */
export function startsType(g: Grammar): boolean {
  if (!startsValue(g)) return false;
  return !(isWord(g.ahead(1)) && g.ahead(2) === Question && g.ahead(3) === Colon);
}

/** Whether the next token may be a label: not when it is the key of a property. */
export function startsLabel(g: Grammar): boolean {
  return g.ahead(2) !== Colon;
}

function opensProperty(g: Grammar): boolean {
  const next = g.ahead(1);
  return (next === Str || isWord(next)) && g.ahead(2) === Colon;
}

function isWord(type: TokenType): boolean {
  return Word.categoryMatchesMap?.[type.tokenTypeIdx ?? -1] === true;
}
