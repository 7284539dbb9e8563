import type { Span } from '../../base/span.ts';
import { limits } from './limits.ts';

/** What the scanner of strings and fences found: where the token ends and whether it was closed. */
interface Scanned {
  readonly end: number;
  readonly closed: boolean;
}

const newline = 10;
const carriageReturn = 13;
const quote = 34;
const dollar = 36;
const backslash = 92;
const openBrace = 123;
const closeBrace = 125;

/**
 * Finds the end of the STRING that starts at `start`. A string stays on its line; one that is not closed ends
 * where the line ends, so that the next line is read as usual.
 */
export function scanString(text: string, start: number): Scanned {
  return scan(text, start + 1, []);
}

/** Finds the end of the interpolation whose `${` ends at `start`. */
function scanInterpolation(text: string, start: number): Scanned {
  return scan(text, start, [1]);
}

/**
 * Walks to the end of what is open, in one pass: strings and interpolations take turns, and `braces` counts the
 * open braces of each interpolation. Empty, the walk starts within a string, else within an interpolation.
 */
function scan(text: string, start: number, braces: number[]): Scanned {
  const outermost = braces.length;
  let inString = outermost === 0;
  for (let at = start; ; at++) {
    const code = text.charCodeAt(at);
    if (Number.isNaN(code) || code === newline) return { end: trimReturn(text, at), closed: false };
    if (code === quote) {
      if (inString && braces.length === 0) return { end: at + 1, closed: true };
      inString = !inString;
    } else if (inString) {
      const next = text.charCodeAt(at + 1);
      if (code === backslash && at + 1 < text.length && next !== newline) at += 1;
      else if (code === dollar && next === openBrace && braces.length < limits.stringNesting) {
        braces.push(1);
        inString = false;
        at += 1;
      }
    } else if (code === openBrace || code === closeBrace) {
      const top = braces.length - 1;
      braces[top] = (braces[top] ?? 0) + (code === openBrace ? 1 : -1);
      if (braces[top] !== 0) continue;
      braces.pop();
      if (top === 0 && outermost === 1) return { end: at + 1, closed: true };
      inString = true;
    }
  }
}

function trimReturn(text: string, end: number): number {
  return text.charCodeAt(end - 1) === carriageReturn ? end - 1 : end;
}

/** A piece of a STRING: text with its escapes resolved, or the place of an expression. */
export type Segment = string | Span;
/** A STRING taken apart, with the offsets of what is wrong with it. */
export interface Segments {
  readonly parts: readonly Segment[];
  /** Backslashes that escape nothing known. */
  readonly badEscapes: readonly number[];
  /** The `${` that no `}` closes. */
  readonly unclosed: number | null;
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['$', '$'],
]);

/** Takes the image of a STRING apart; offsets count from its opening quote. Escapes are JSON's and `\$`. */
export function segmentsOf(image: string): Segments {
  if (!image.includes('\\') && !image.includes('${')) {
    const end = image.length > 1 && image.endsWith('"') ? image.length - 1 : image.length;
    return { parts: [image.slice(1, end)], badEscapes: [], unclosed: null };
  }
  const end = scanString(image, 0).closed ? image.length - 1 : image.length;
  const parts: Segment[] = [];
  const badEscapes: number[] = [];
  let unclosed: number | null = null;
  let run = '';
  for (let at = 1; at < end; ) {
    const char = image.charAt(at);
    if (char === '\\') {
      const read = readEscape(image, at, end);
      if (read === null) badEscapes.push(at);
      run += read?.text ?? char;
      at += read?.length ?? 1;
    } else if (unclosed === null && char === '$' && image.charAt(at + 1) === '{') {
      const inner = scanInterpolation(image, at + 2);
      if (!inner.closed) {
        unclosed = at;
        continue;
      }
      if (run !== '') parts.push(run);
      run = '';
      parts.push({ start: at + 2, end: inner.end - 1 });
      at = inner.end;
    } else {
      run += char;
      at += 1;
    }
  }
  if (run !== '' || parts.length === 0) parts.push(run);
  return { parts, badEscapes, unclosed };
}

function readEscape(
  image: string,
  at: number,
  end: number,
): { readonly text: string; readonly length: number } | null {
  const next = image.charAt(at + 1);
  if (next === 'u' && at + 6 <= end) {
    const digits = image.slice(at + 2, at + 6);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) return null;
    return { text: String.fromCharCode(Number.parseInt(digits, 16)), length: 6 };
  }
  const text = at + 1 < end ? escapes.get(next) : undefined;
  return text === undefined ? null : { text, length: 2 };
}

/**
 * Finds the end of the FENCE that starts at `start`: an opening line, raw lines, and a line that starts with
 * three backquotes. Null where this is no fence or nothing closes it.
 */
export function scanFence(text: string, start: number): number | null {
  const language = /[a-z0-9_-]*\r?\n/y;
  language.lastIndex = start + 3;
  if (!text.startsWith('```', start) || !language.test(text)) return null;
  if (open.text === text && start >= open.from) return null;
  for (let line = language.lastIndex; line < text.length; ) {
    let at = line;
    while (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9) at += 1;
    if (text.startsWith('```', at)) return at + 3;
    const next = text.indexOf('\n', at);
    if (next < 0) break;
    line = next + 1;
  }
  open.text = text;
  open.from = start;
  return null;
}

// The text last found to have a fence that nothing closes, and where: later ones need not be tried.
const open = { text: '', from: 0 };

/** The language tag and dedented text of a FENCE (Rule 5). */
export function fenceContent(image: string): { readonly language: string; readonly text: string } {
  const firstLine = image.indexOf('\n');
  const lines = image.slice(firstLine + 1).split(/\r?\n/);
  const language = image.slice(3, firstLine).trimEnd();
  const closing = lines.pop() ?? '';
  const indents = [...lines.filter((line) => line.trim() !== ''), closing].map(indentOf);
  const indent = indents.reduce((least, each) => Math.min(least, each), Number.MAX_SAFE_INTEGER);
  const text = lines.map((line) => line.slice(Math.min(indent, indentOf(line)))).join('\n');
  return { language, text: language === 'gotmpl' || lines.length === 0 ? text : `${text}\n` };
}

function indentOf(line: string): number {
  let at = 0;
  while (line.charCodeAt(at) === 32 || line.charCodeAt(at) === 9) at += 1;
  return at;
}
