import { utf8Encode } from '../../base/bytes.ts';
import type { CelValue } from './value.ts';

/** The value of a literal's text, or cel-go's words for what is wrong with it. */
export type Literal =
  | { readonly ok: true; readonly value: CelValue }
  | { readonly ok: false; readonly message: string };

const minInt = -(1n << 63n);
const maxInt = (1n << 63n) - 1n;
const maxUint = (1n << 64n) - 1n;

/** `12`, `0x1F`, with the sign before it. */
export function readInt(text: string, negative: boolean): Literal {
  const value = BigInt(text) * (negative ? -1n : 1n);
  return value < minInt || value > maxInt ? failed('invalid int literal') : read(value);
}

/** `12u`, `0x1FU`. */
export function readUint(text: string): Literal {
  const value = BigInt(text.slice(0, -1));
  return value > maxUint ? failed('invalid uint literal') : read({ cel: 'uint', value });
}

/** `1.5`, `1e3`, with the sign before it. */
export function readDouble(text: string, negative: boolean): Literal {
  const value = Number(text);
  if (!Number.isFinite(value)) return failed('invalid double literal');
  return read(negative ? -value : value);
}

/** A quoted text with its escapes taken out. */
export function readString(text: string): Literal {
  const { body, raw } = unquote(text);
  if (raw) return read(body);
  let value = '';
  for (const piece of pieces(body)) {
    if (piece.code === null) value += piece.text;
    else if (!isScalar(piece.code)) return failed('invalid unicode code point');
    else value += String.fromCodePoint(piece.code);
  }
  return read(value);
}

/** A quoted text as bytes: `\x` and octal escapes are bytes, everything else is UTF-8. */
export function readBytes(text: string): Literal {
  const { body, raw } = unquote(text.slice(1));
  if (raw) return read({ cel: 'bytes', bytes: utf8Encode(body) });
  const bytes: number[] = [];
  for (const piece of pieces(body)) {
    if (piece.code === null) bytes.push(...utf8Encode(piece.text));
    else if (piece.unicode) return failed('unable to unescape string');
    else bytes.push(piece.code & 0xff);
  }
  return read({ cel: 'bytes', bytes: Uint8Array.from(bytes) });
}

interface Piece {
  readonly text: string;
  /** What an escape stands for; null for plain text. */
  readonly code: number | null;
  /** Written `\u` or `\U`. */
  readonly unicode: boolean;
}

const plain: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['b', 8],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
]);
const escapes =
  /\\(?:[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|(.))/gsu;

function* pieces(body: string): Generator<Piece> {
  let from = 0;
  for (const match of body.matchAll(escapes)) {
    if (match.index > from) yield text(body.slice(from, match.index));
    from = match.index + match[0].length;
    const [, byte, short, long, octal, char = ''] = match;
    const hex = byte ?? short ?? long;
    const code = hex !== undefined ? Number.parseInt(hex, 16) : octal && Number.parseInt(octal, 8);
    const unicode = short !== undefined || long !== undefined;
    if (typeof code === 'number') yield { text: '', code, unicode };
    else yield { text: '', code: plain.get(char) ?? char.codePointAt(0) ?? 0, unicode };
  }
  if (from < body.length) yield text(body.slice(from));
}

function text(plainText: string): Piece {
  return { text: plainText, code: null, unicode: false };
}

function unquote(quoted: string): { body: string; raw: boolean } {
  const raw = /^[rR]/.test(quoted);
  const rest = raw ? quoted.slice(1) : quoted;
  const width = rest.length >= 6 && /^(?:"""|''')/.test(rest) ? 3 : 1;
  return { body: rest.slice(width, -width), raw };
}

function isScalar(code: number): boolean {
  return code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
}

function read(value: CelValue): Literal {
  return { ok: true, value };
}

function failed(message: string): Literal {
  return { ok: false, message };
}
