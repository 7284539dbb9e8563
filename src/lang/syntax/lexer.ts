import type { Span } from '../../base/span.ts';
import type { Trivia } from './ast.ts';
import { scanFence, scanString } from './text.ts';
import {
  Fence,
  marks,
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
const letters = 'abcdefghijklmnopqrstuvwxyz';
for (const [chars, kind] of [
  [`${letters}${letters.toUpperCase()}_`, isWord],
  ['0123456789', isDigit],
  ['\t\n\v\f\r ', isBlank],
] as const) {
  for (let i = 0; i < chars.length; i++) classes[chars.charCodeAt(i)] = kind;
}
/** By the code of its first character: the marks that start with it, the longest first. */
const marksFrom: { readonly image: string; readonly type: TokenType }[][] = [];
for (const [image, type] of marks) {
  const code = image.charCodeAt(0);
  classes[code] = isMark;
  const others = marksFrom[code] ?? [];
  marksFrom[code] = [...others, { image, type }].sort((x, y) => y.image.length - x.image.length);
}

const [slash, backquote, quote, minus, letterV] = [47, 96, 34, 45, 118] as const;

/** Splits a text into tokens and comments. Total: what cannot be read is left out and listed. */
export function tokenize(text: string): Tokens {
  const tokens: Token[] = [];
  const trivia: Trivia[] = [];
  const unreadable: Span[] = [];
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    const kind = code < 128 ? (classes[code] as number) : 0;
    if (kind === isBlank) {
      at += 1;
      continue;
    }
    if (code === slash && text.charCodeAt(at + 1) === slash) {
      trivia.push(commentAt(text, at));
      at = lineEnd(text, at);
      continue;
    }
    const token = kind === isMark ? markAt(text, at, code) : tokenAt(text, at, code);
    if (token !== null) {
      tokens.push(token);
      at += token.image.length;
    } else if (code > 127 && /\s/.test(text.charAt(at))) at += 1;
    else {
      const end = matchEnd(unreadables, text, at);
      unreadable.push({ start: at, end });
      at = end;
    }
  }
  return { tokens, trivia, unreadable };
}

function tokenOf(type: TokenType, image: string, at: number): Token {
  return { image, startOffset: at, tokenType: type, tokenTypeIdx: 0 };
}

function markAt(text: string, at: number, code: number): Token | null {
  const candidates = marksFrom[code] as (typeof marksFrom)[number];
  for (let i = 0; i < candidates.length; i++) {
    const { image, type } = candidates[i] as (typeof candidates)[number];
    if (image.length === 1 || text.startsWith(image, at)) return tokenOf(type, image, at);
  }
  return null;
}

/** A token that is no mark. */
function tokenAt(text: string, at: number, code: number): Token | null {
  if (isWordPart(code)) {
    if (isDigitAt(text, at)) return numberAt(text, at);
    const version = code === letterV ? versionEnd(text, at) : -1;
    if (version >= 0) return tokenOf(Version, text.slice(at, version), at);
    const image = text.slice(at, wordEnd(text, at + 1));
    return tokenOf(wordTypeOf(image), image, at);
  }
  if (code === quote) return tokenOf(Str, text.slice(at, scanString(text, at).end), at);
  if (code !== backquote) return null;
  const fence = scanFence(text, at);
  const end = fence ?? quotedEnd(text, at);
  if (end < 0) return null;
  return tokenOf(fence === null ? QuotedName : Fence, text.slice(at, end), at);
}

function numberAt(text: string, at: number): Token {
  const unit = matchEnd(units, text, at);
  if (unit >= 0) return tokenOf(Unit, text.slice(at, unit), at);
  return tokenOf(Num, text.slice(at, numberEnd(text, at)), at);
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
