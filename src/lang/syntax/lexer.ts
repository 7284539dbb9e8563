import type { Span } from '../../base/span.ts';
import type { Trivia } from './ast.ts';
import { scanFence, scanString } from './text.ts';
import {
  Fence,
  markOf,
  Name,
  Num,
  QuotedName,
  Str,
  type Token,
  type TokenType,
  Unit,
  Version,
  wordTypeOf,
} from './tokens.ts';

export interface Tokens {
  readonly tokens: Token[];
  /** Comments in source order. */
  readonly trivia: readonly Trivia[];
  /** Characters that start no token. */
  readonly unreadable: readonly Span[];
}

// Written by hand, since the lexer is on the path of every keystroke and of every start: three times as fast as one
// that tries the patterns of `tokens.ts` in turn, and nothing to build. A test holds it against those patterns.
const units =
  /(?:\d+(?:\.\d+)?(?:min|ms|us|ns|[smhd]))+(?!\w)|\d+(?:\.\d+)?(?:[KMGTPE]i|[kMGTPEun])(?!\w)|\d+(?:\.\d+)?%/y;
const versions = /v\d+\.\d+(?:\.\d+)?(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?/y;
const unreadables = /[^\s\w"`{}[\](),:.@=!|?<>&+*/-]+|[^\s]/y;

/** What a character may start. */
const isWord = 1;
const isDigit = 2;
const isBlank = 4;
const isMark = 8;
const classes = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const char = String.fromCharCode(code);
  if (/[A-Za-z_]/.test(char)) classes[code] = isWord;
  else if (/[0-9]/.test(char)) classes[code] = isDigit;
  else if (/\s/.test(char)) classes[code] = isBlank;
  else if (/[{}[\](),:.@=!|?<>&+*/-]/.test(char)) classes[code] = isMark;
}
/** Marks of one character that start no longer one. */
const alone: (TokenType | undefined)[] = [...'{}[](),:@+-*'].reduce<(TokenType | undefined)[]>(
  (table, char) => {
    table[char.charCodeAt(0)] = markOf(char);
    return table;
  },
  new Array<TokenType | undefined>(128).fill(undefined),
);
const images = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));

const [slash, backquote, quote, minus, letterV] = [47, 96, 34, 45, 118] as const;

/** Splits a text into tokens and comments. Total: what cannot be read is left out and listed. */
export function tokenize(text: string): Tokens {
  const tokens: Token[] = [];
  const trivia: Trivia[] = [];
  const unreadable: Span[] = [];
  const push = (type: TokenType, image: string, at: number): number => {
    tokens.push({
      image,
      startOffset: at,
      tokenTypeIdx: type.tokenTypeIdx ?? 0,
      tokenType: type,
    });
    return at + image.length;
  };
  const skip = (start: number): number => {
    const end = matchEnd(unreadables, text, start);
    unreadable.push({ start, end });
    return end;
  };
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    const kind = code < 128 ? (classes[code] as number) : 0;
    if (kind === isBlank) at += 1;
    else if (kind === isWord) {
      const version = code === letterV ? versionEnd(text, at) : -1;
      const image = text.slice(at, version < 0 ? wordEnd(text, at + 1) : version);
      at = push(version < 0 ? wordTypeOf(image) : Version, image, at);
    } else if (kind === isMark) {
      const type = alone[code];
      if (type !== undefined) at = push(type, images[code] as string, at);
      else if (code === slash && text.charCodeAt(at + 1) === slash) {
        const comment = commentAt(text, at);
        trivia.push(comment);
        at = lineEnd(text, at);
      } else {
        const image = longestMark(text, at);
        at = image === null ? skip(at) : push(markOf(image) ?? Name, image, at);
      }
    } else if (kind === isDigit) {
      const unit = matchEnd(units, text, at);
      const end = unit < 0 ? numberEnd(text, at) : unit;
      at = push(unit < 0 ? Num : Unit, text.slice(at, end), at);
    } else if (code === quote) {
      at = push(Str, text.slice(at, scanString(text, at).end), at);
    } else if (code === backquote) {
      const fence = scanFence(text, at);
      const end = fence ?? quotedEnd(text, at);
      at = end < 0 ? skip(at) : push(fence === null ? QuotedName : Fence, text.slice(at, end), at);
    } else if (code > 127 && /\s/.test(text.charAt(at))) at += 1;
    else at = skip(at);
  }
  return { tokens, trivia, unreadable };
}

/** Where a sticky pattern ends that starts at an offset; -1 where it does not match. */
function matchEnd(pattern: typeof units, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

function versionEnd(text: string, at: number): number {
  return isDigitAt(text, at + 1) ? matchEnd(versions, text, at) : -1;
}

/** A word goes on over single hyphens between word characters (Rule 3). */
function wordEnd(text: string, from: number): number {
  let at = from;
  for (;;) {
    while (isWordPart(text.charCodeAt(at))) at += 1;
    if (text.charCodeAt(at) !== minus || !isWordPart(text.charCodeAt(at + 1))) return at;
    at += 2;
  }
}

function isWordPart(code: number): boolean {
  return code < 128 && ((classes[code] as number) & (isWord | isDigit)) !== 0;
}

function isDigitAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

function digitsEnd(text: string, from: number): number {
  let at = from;
  while (isDigitAt(text, at)) at += 1;
  return at;
}

/** `42`, `1.5`, `1e3`, `1.5e-3`. */
function numberEnd(text: string, from: number): number {
  let end = digitsEnd(text, from);
  if (text.charAt(end) === '.' && isDigitAt(text, end + 1)) end = digitsEnd(text, end + 1);
  const letter = text.charAt(end);
  if (letter !== 'e' && letter !== 'E') return end;
  const sign = text.charAt(end + 1);
  const digits = sign === '+' || sign === '-' ? end + 2 : end + 1;
  return isDigitAt(text, digits) ? digitsEnd(text, digits) : end;
}

/** `` `any` `` on one line; -1 where it is not closed or empty. */
function quotedEnd(text: string, at: number): number {
  const close = text.indexOf('`', at + 1);
  return close > at + 1 && close < lineEnd(text, at) ? close + 1 : -1;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

function commentAt(text: string, start: number): Trivia {
  const end = lineEnd(text, start);
  const last = text.charCodeAt(end - 1) === 13 ? end - 1 : end;
  const kind = text.charCodeAt(start + 2) === slash ? 'doc' : 'comment';
  return { kind, span: { start, end: last }, text: text.slice(start, last) };
}

/** The longest mark at an offset; null where there is none. */
function longestMark(text: string, at: number): string | null {
  for (let length = 3; length > 0; length--) {
    const image = text.slice(at, at + length);
    if (image.length === length && markOf(image) !== undefined) return image;
  }
  return null;
}
