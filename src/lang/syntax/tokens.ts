import { scanFence, scanString } from './text.ts';

/** A kind of token, in chevrotain's form: it reads what has mistakes, and a test reads by the patterns. */
export interface TokenType {
  readonly name: string;
  /** What it is called where it is expected. */
  readonly LABEL: string;
  readonly PATTERN: typeof nothing | string | Scanner;
  /** The list that tokens are put on which the parser does not see. */
  readonly GROUP?: string;
  /** The types it is one of. */
  readonly CATEGORIES: TokenType[];
  readonly LONGER_ALT?: TokenType;
  readonly LINE_BREAKS?: boolean;
  readonly START_CHARS_HINT?: (string | number)[];
  /** Its number, from 0, for tables. */
  readonly index: number;
  /** By the index of a type: whether it is this one, or one of this category. */
  readonly members: boolean[];
  /** Chevrotain's number. */
  readonly tokenTypeIdx?: number;
}
interface Scanner {
  readonly exec: (text: string, at: number) => [string] | null;
}

/** A token as the lexer makes it: its place is `startOffset` and the length of `image`. */
export interface Token {
  readonly image: string;
  startOffset: number;
  readonly tokenType: TokenType;
  /** Chevrotain's number of the type, set where it is to read the token. */
  tokenTypeIdx: number;
}

type Traits = Partial<
  Pick<TokenType, 'GROUP' | 'CATEGORIES' | 'LONGER_ALT' | 'LINE_BREAKS' | 'START_CHARS_HINT'>
>;
let types = 0;
function typeOf(
  name: string,
  label: string,
  pattern: TokenType['PATTERN'],
  traits: Traits = {},
): TokenType {
  const made = {
    name,
    LABEL: label,
    PATTERN: pattern,
    CATEGORIES: [],
    ...traits,
    index: types,
    members: [],
  };
  types += 1;
  for (const each of [made, ...made.CATEGORIES] as TokenType[]) each.members[made.index] = true;
  return made;
}
/** The pattern of categories: matches nothing. */
const nothing = /(?!)/;

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

/** What stands before the first token and after the last. */
export const End = typeOf('END', 'the end', nothing);
/** NAME or keyword: a key, a member, an argument or note name. */
export const Word = typeOf('WORD', 'a name', nothing);
/** What may stand between two operands. */
export const Operator = typeOf('OPERATOR', 'an operator', nothing);

export const Name = typeOf('NAME', 'a name', /[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)*/, {
  CATEGORIES: [Word],
});
export const QuotedName = typeOf('QUOTED_NAME', 'a name', /`[^`\n]+`/, {
  CATEGORIES: [Word, Name],
});
// `and` and `or` are names like others; between two operands they are read as the operators they stand for (OCM1007).
export const WordOperator = typeOf('WORD_OPERATOR', 'a name', /and|or/, {
  LONGER_ALT: Name,
  CATEGORIES: [Word, Name, Operator],
});

const keywordTokens = new Map(
  keywords.map((word) => {
    const CATEGORIES = word === 'in' || word === 'not' ? [Word, Operator] : [Word];
    return [word, typeOf(`"${word}"`, `\`${word}\``, word, { LONGER_ALT: Name, CATEGORIES })];
  }),
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
export function isWord({ index }: TokenType): boolean {
  return Word.members[index] === true;
}

/** Whether a token of a type may stand between two operands. */
export function isOperator({ index }: TokenType): boolean {
  return Operator.members[index] === true;
}

/** Whether a token is a keyword. */
export function isKeyword({ tokenType, image }: Token): boolean {
  return keywordTokens.get(image as Keyword) === tokenType;
}

const blank = typeOf('BLANK', 'a blank', /\s+/, { GROUP: 'blanks' });
const doc = typeOf('DOC', 'a comment', /\/\/\/[^\n]*/, { GROUP: 'trivia' });
const comment = typeOf('COMMENT', 'a comment', /\/\/[^\n]*/, { GROUP: 'trivia' });

const stringAt: Scanner = {
  exec: (text, at) =>
    text.charCodeAt(at) === 34 ? [text.slice(at, scanString(text, at).end)] : null,
};
export const Str = typeOf('STRING', 'a string', stringAt, {
  LINE_BREAKS: false,
  START_CHARS_HINT: ['"'],
});
const fenceAt: Scanner = {
  exec: (text, at) => {
    const end = text.charCodeAt(at) === 96 ? scanFence(text, at) : null;
    return end === null ? null : [text.slice(at, end)];
  },
};
export const Fence = typeOf('FENCE', 'a fence', fenceAt, {
  LINE_BREAKS: true,
  START_CHARS_HINT: ['`'],
});
export const Unit = typeOf(
  'UNIT',
  'a value with a unit',
  /(?:\d+(?:\.\d+)?(?:min|ms|us|ns|[smhd]))+(?!\w)|\d+(?:\.\d+)?(?:[KMGTPE]i|[kMGTPEun])(?!\w)|\d+(?:\.\d+)?%/,
);
export const Version = typeOf(
  'VERSION',
  'a version',
  /v\d+\.\d+(?:\.\d+)?(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?/,
);
export const Num = typeOf('NUMBER', 'a number', /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/);

const mark = (image: string): TokenType => typeOf(`"${image}"`, `\`${image}\``, image);
const operator = (image: string): TokenType =>
  typeOf(`"${image}"`, `\`${image}\``, image, { CATEGORIES: [Operator] });

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
const unreadable = typeOf(
  'UNREADABLE',
  'what can be read',
  /[^\s\w"`{}[\](),:.@=!|?<>&+*/-]+|[^\s]/,
  { GROUP: 'unreadable', START_CHARS_HINT: unreadableStarts },
);

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
