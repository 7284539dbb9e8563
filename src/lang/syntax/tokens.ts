import { createToken, EOF, Lexer, type IToken as Token, type TokenType } from 'chevrotain';
import { scanFence, scanString } from './text.ts';

/** A token as the lexer makes it: its place is `startOffset` and the length of `image`. */
export type { IToken as Token, TokenType } from 'chevrotain';
/** What stands before the first token and after the last. */
export const End: TokenType = EOF;

/** Words that are never a NAME and always a WORD (Rule 1). */
export const keywords = [
  'import',
  'as',
  'let',
  'param',
  'fun',
  'type',
  'kind',
  'namespace',
  'fleet',
  'from',
  'expect',
  'because',
  'for',
  'in',
  'if',
  'then',
  'else',
  'not',
  'true',
  'false',
] as const;
export type Keyword = (typeof keywords)[number];

/** NAME or keyword: a key, a member, an argument or note name. */
export const Word = createToken({ name: 'WORD', label: 'a name', pattern: Lexer.NA });
/** What may stand between two operands. */
export const Operator = createToken({ name: 'OPERATOR', label: 'an operator', pattern: Lexer.NA });

export const Name = createToken({
  name: 'NAME',
  label: 'a name',
  pattern: /[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*/,
  categories: [Word],
});
export const QuotedName = createToken({
  name: 'QUOTED_NAME',
  label: 'a name',
  pattern: /`[^`\n]+`/,
  categories: [Word, Name],
});
// `and` and `or` are names like others; between two operands they are read as the operators they stand for (OCM1007).
export const WordOperator = createToken({
  name: 'WORD_OPERATOR',
  label: 'a name',
  pattern: /and|or/,
  longer_alt: Name,
  categories: [Word, Name, Operator],
});

const keywordTokens = new Map(
  keywords.map((word) => [
    word,
    createToken({
      name: `"${word}"`,
      label: `\`${word}\``,
      pattern: word,
      longer_alt: Name,
      categories: word === 'in' || word === 'not' ? [Word, Operator] : [Word],
    }),
  ]),
);
/** The token type of a keyword. */
export function keyword(word: Keyword): TokenType {
  return keywordTokens.get(word) ?? Word;
}

const words = new Map<string, TokenType>([
  ...keywordTokens,
  ['and', WordOperator],
  ['or', WordOperator],
]);
/** By the code of the first letter: the lengths of those words, a bit each. Few names need to be looked up. */
const lengths = new Uint16Array(128);
for (const word of words.keys()) {
  const code = word.charCodeAt(0);
  lengths[code] = (lengths[code] as number) | (1 << word.length);
}
/** The type of a word: a keyword's, or that of a name. */
export function wordTypeOf(image: string): TokenType {
  const known = ((lengths[image.charCodeAt(0)] as number) >> image.length) & 1;
  return known === 1 && image.length < 16 ? (words.get(image) ?? Name) : Name;
}

/** Whether a token of a type may stand where the grammar says WORD. */
export function isWord(type: TokenType): boolean {
  return Word.categoryMatchesMap?.[type.tokenTypeIdx ?? -1] === true;
}

/** Whether a token of a type may stand between two operands. */
export function isOperator(type: TokenType): boolean {
  return Operator.categoryMatchesMap?.[type.tokenTypeIdx ?? -1] === true;
}

/** Whether a token is a keyword. */
export function isKeyword({ tokenType, image }: Token): boolean {
  return keywordTokens.get(image as Keyword) === tokenType;
}

const blank = createToken({ name: 'BLANK', pattern: /\s+/, group: Lexer.SKIPPED });
const doc = createToken({ name: 'DOC', pattern: /\/\/\/[^\n]*/, group: 'trivia' });
const comment = createToken({ name: 'COMMENT', pattern: /\/\/[^\n]*/, group: 'trivia' });

type Match = [string] | null;
export const Str = createToken({
  name: 'STRING',
  label: 'a string',
  line_breaks: false,
  start_chars_hint: ['"'],
  pattern: {
    exec: (text: string, at: number): Match =>
      text.charCodeAt(at) === 34 ? [text.slice(at, scanString(text, at).end)] : null,
  },
});
export const Fence = createToken({
  name: 'FENCE',
  label: 'a fence',
  line_breaks: true,
  start_chars_hint: ['`'],
  pattern: {
    exec: (text: string, at: number): Match => {
      const end = text.charCodeAt(at) === 96 ? scanFence(text, at) : null;
      return end === null ? null : [text.slice(at, end)];
    },
  },
});
export const Unit = createToken({
  name: 'UNIT',
  label: 'a value with a unit',
  pattern:
    /(?:\d+(?:\.\d+)?(?:min|ms|us|ns|[smhd]))+(?!\w)|\d+(?:\.\d+)?(?:[KMGTPE]i|[kMGTPEun])(?!\w)|\d+(?:\.\d+)?%/,
});
export const Version = createToken({
  name: 'VERSION',
  label: 'a version',
  pattern: /v\d+\.\d+(?:\.\d+)?(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?/,
});
export const Num = createToken({
  name: 'NUMBER',
  label: 'a number',
  pattern: /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/,
});

const mark = (image: string): TokenType =>
  createToken({ name: `"${image}"`, label: `\`${image}\``, pattern: image });
const operator = (image: string): TokenType =>
  createToken({
    name: `"${image}"`,
    label: `\`${image}\``,
    pattern: image,
    categories: [Operator],
  });

export const LeftBrace = mark('{');
export const RightBrace = mark('}');
export const LeftBracket = mark('[');
export const RightBracket = mark(']');
export const LeftParen = mark('(');
export const RightParen = mark(')');
export const Comma = mark(',');
export const Colon = mark(':');
export const Ellipsis = mark('...');
export const Dot = mark('.');
export const At = mark('@');
export const Arrow = mark('=>');
export const Equals = mark('=');
export const Bang = mark('!');
export const Pipe = mark('|');
export const Question = mark('?');
export const Minus = operator('-');
export const Star = operator('*');
const operators = ['==', '!=', '<=', '>=', '<', '>', '||', '&&', '??', '+', '/'].map(operator);

/** The types of marks: `{`, `==` …. */
export const marks: ReadonlyMap<string, TokenType> = new Map(
  [
    ...[LeftBrace, RightBrace, LeftBracket, RightBracket, LeftParen, RightParen, Comma, Colon],
    ...[Ellipsis, Dot, At, Arrow, Equals, Bang, Pipe, Question, Minus, Star, ...operators],
  ].map((type): [string, TokenType] => [type.name.slice(1, -1), type]),
);

// Runs of what starts no token, as one: the lexer's own recovery goes character by character. Chevrotain looks
// characters beyond 255 up by blocks of about that size, so a hint every 128 covers them all.
const unreadableStarts = [
  ...Array.from({ length: 256 }, (_, code) => code),
  ...Array.from({ length: 510 }, (_, block) => 256 + block * 128),
];
const unreadable = createToken({
  name: 'UNREADABLE',
  group: 'unreadable',
  pattern: /[^\s\w"`{}[\](),:.@=!|?<>&+*/-]+|[^\s]/,
  start_chars_hint: unreadableStarts,
});

/** What the lexer reads, by patterns tried in this order: a longer one before its prefix. */
export const scanned: readonly TokenType[] = [
  blank,
  doc,
  comment,
  Fence,
  QuotedName,
  Str,
  Version,
  ...keywordTokens.values(),
  WordOperator,
  Name,
  Unit,
  Num,
  Ellipsis,
  Dot,
  Arrow,
  ...operators,
  Equals,
  Bang,
  Pipe,
  Question,
  Minus,
  Star,
  LeftBrace,
  RightBrace,
  LeftBracket,
  RightBracket,
  LeftParen,
  RightParen,
  Comma,
  Colon,
  At,
  unreadable,
];
/** Everything the parser needs to know of. */
export const vocabulary: readonly TokenType[] = [...scanned, Word, Operator];
