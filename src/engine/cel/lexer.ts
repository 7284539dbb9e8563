import type { Source } from './source.ts';
import type { Token, TokenKind } from './token.ts';

/** A piece of text that is no token; ANTLR words it this way. */
export interface LexicalError {
  readonly at: number;
  readonly text: string;
}

const words: ReadonlyMap<string, TokenKind> = new Map([
  ['in', "'in'"],
  ['true', "'true'"],
  ['false', "'false'"],
  ['null', "'null'"],
]);
const doubles: ReadonlySet<string> = new Set(['==', '!=', '<=', '>=', '&&', '||']);
const singles: ReadonlySet<string> = new Set('<>[]{}().,-!?:+*/%');

/** What begins at an offset: a token, or where the text stopped being one. */
type Scan = { readonly kind: TokenKind; readonly end: number } | { readonly fails: number };

/** Cuts an expression into tokens, the last one being the end. What is no token is left out and reported. */
export function tokenize({ points }: Source): { tokens: Token[]; errors: LexicalError[] } {
  const tokens: Token[] = [];
  const errors: LexicalError[] = [];
  let at = 0;
  while (at < points.length) {
    const hidden = skipHidden(points, at);
    if (hidden > at) {
      at = hidden;
      continue;
    }
    const scan = scanAt(points, at);
    if ('kind' in scan) {
      tokens.push({ kind: scan.kind, text: points.slice(at, scan.end).join(''), start: at });
      at = scan.end;
    } else {
      errors.push({ at, text: points.slice(at, scan.fails + 1).join('') });
      at = scan.fails + 1;
    }
  }
  tokens.push({ kind: '<EOF>', text: '<EOF>', start: points.length });
  return { tokens, errors };
}

function skipHidden(points: readonly string[], from: number): number {
  let at = from;
  if (points[at] === '/' && points[at + 1] === '/') {
    while (at < points.length && points[at] !== '\n') at += 1;
    return at;
  }
  while (at < points.length && isSpace(points[at])) at += 1;
  return at;
}

function scanAt(points: readonly string[], at: number): Scan {
  const point = points[at] ?? '';
  if (isDigit(point) || (point === '.' && isDigit(points[at + 1]))) return scanNumber(points, at);
  if (isWordStart(point)) return scanWord(points, at);
  if (point === '"' || point === "'") return scanString(points, at, false);
  if (point === '`') return scanEscaped(points, at);
  const double = point + (points[at + 1] ?? '');
  if (doubles.has(double)) return { kind: `'${double}'` as TokenKind, end: at + 2 };
  if (singles.has(point)) return { kind: `'${point}'` as TokenKind, end: at + 1 };
  return { fails: '=&|'.includes(point) ? at + 1 : at };
}

function scanNumber(points: readonly string[], start: number): Scan {
  if (points[start] === '0' && points[start + 1] === 'x' && isHex(points[start + 2])) {
    const end = spanOf(points, start + 2, isHex);
    return isUnsigned(points[end]) ? { kind: 'NUM_UINT', end: end + 1 } : { kind: 'NUM_INT', end };
  }
  let end = spanOf(points, start, isDigit);
  let float = false;
  if (points[end] === '.' && isDigit(points[end + 1])) {
    end = spanOf(points, end + 1, isDigit);
    float = true;
  }
  if (points[end] === 'e' || points[end] === 'E') {
    const sign = points[end + 1] === '+' || points[end + 1] === '-' ? 1 : 0;
    const digits = end + 1 + sign;
    if (isDigit(points[digits])) {
      end = spanOf(points, digits, isDigit);
      float = true;
    }
  }
  if (float) return { kind: 'NUM_FLOAT', end };
  return isUnsigned(points[end]) ? { kind: 'NUM_UINT', end: end + 1 } : { kind: 'NUM_INT', end };
}

// A word, unless it turns out to be the prefix of a string: r"…", b'…', br"…".
function scanWord(points: readonly string[], start: number): Scan {
  const end = spanOf(points, start, isWordPart);
  const word = points.slice(start, end).join('');
  const quote = points[end];
  if ((quote === '"' || quote === "'") && /^(?:[bB]?[rR]?)$/.test(word)) {
    const raw = /[rR]$/.test(word);
    const scan = scanString(points, end, raw);
    if ('kind' in scan) return { kind: /^[bB]/.test(word) ? 'BYTES' : 'STRING', end: scan.end };
  }
  return { kind: words.get(word) ?? 'IDENTIFIER', end };
}

function scanEscaped(points: readonly string[], start: number): Scan {
  const end = spanOf(points, start + 1, (point) => /^[A-Za-z0-9_./ -]$/.test(point));
  if (end === start + 1 || points[end] !== '`') return { fails: end };
  return { kind: 'ESC_IDENTIFIER', end: end + 1 };
}

// Of the two readings, one line or three quotes, the longer one counts; where neither ends, the text is no token.
function scanString(points: readonly string[], start: number, raw: boolean): Scan {
  const quote = points[start] ?? '';
  const short = scanQuoted(points, start, { close: quote, raw, oneLine: true });
  if (points[start + 1] !== quote || points[start + 2] !== quote) return short;
  const long = scanQuoted(points, start, { close: quote.repeat(3), raw, oneLine: false });
  return 'kind' in long ? long : short;
}

interface Quoting {
  readonly close: string;
  readonly raw: boolean;
  readonly oneLine: boolean;
}

function scanQuoted(points: readonly string[], start: number, how: Quoting): Scan {
  const { close, raw, oneLine } = how;
  let at = start + close.length;
  while (at < points.length) {
    if (closes(points, at, close)) return { kind: 'STRING', end: at + close.length };
    const point = points[at];
    if (oneLine && (point === '\n' || point === '\r')) return { fails: at };
    if (point === '\\' && !raw) {
      const escaped = scanEscape(points, at);
      if (escaped.fails !== undefined) return { fails: escaped.fails };
      at = escaped.end;
    } else at += 1;
  }
  return { fails: points.length };
}

function closes(points: readonly string[], at: number, close: string): boolean {
  for (let i = 0; i < close.length; i += 1) if (points[at + i] !== close[i]) return false;
  return true;
}

const hexDigits: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['X', 2],
  ['u', 4],
  ['U', 8],
]);

function scanEscape(points: readonly string[], at: number): { end: number; fails?: number } {
  const point = points[at + 1] ?? '';
  if (point !== '' && 'abfnrtv"\'\\?`'.includes(point)) return { end: at + 2 };
  const digits = hexDigits.get(point);
  const count = digits ?? 2;
  if (digits === undefined && !/^[0-3]$/.test(point)) return { end: at, fails: at + 1 };
  const isPart = digits === undefined ? isOctal : isHex;
  for (let i = 0; i < count; i += 1) {
    if (!isPart(points[at + 2 + i])) return { end: at, fails: at + 2 + i };
  }
  return { end: at + 2 + count };
}

function spanOf(points: readonly string[], from: number, part: (point: string) => boolean): number {
  let at = from;
  while (at < points.length && part(points[at] ?? '')) at += 1;
  return at;
}

function isSpace(point: string | undefined): boolean {
  return point === ' ' || point === '\t' || point === '\r' || point === '\n' || point === '\f';
}

function isDigit(point: string | undefined): boolean {
  return point !== undefined && point >= '0' && point <= '9' && point.length === 1;
}

function isHex(point: string | undefined): boolean {
  return point !== undefined && /^[0-9a-fA-F]$/.test(point);
}

function isOctal(point: string | undefined): boolean {
  return point !== undefined && /^[0-7]$/.test(point);
}

function isUnsigned(point: string | undefined): boolean {
  return point === 'u' || point === 'U';
}

function isWordStart(point: string): boolean {
  return /^[A-Za-z_]$/.test(point);
}

function isWordPart(point: string): boolean {
  return /^[A-Za-z0-9_]$/.test(point);
}
