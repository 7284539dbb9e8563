import { compareText, isJsonObject, type Json } from '../base/json.ts';

const named: ReadonlyMap<number, string> = new Map([
  [7, '\\a'],
  [8, '\\b'],
  [9, '\\t'],
  [10, '\\n'],
  [11, '\\v'],
  [12, '\\f'],
  [13, '\\r'],
]);
const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u;

/** A text as Go's `%q` prints it: upstream's messages quote what users wrote this way. */
export function quoteGo(text: string): string {
  let quoted = '"';
  for (const char of text) quoted += quoteChar(char);
  return `${quoted}"`;
}

function quoteChar(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (char === '"' || char === '\\') return `\\${char}`;
  if (char === ' ' || printable.test(char)) return char;
  const short = named.get(code);
  if (short !== undefined) return short;
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`;
  if (code >= 0xd800 && code <= 0xdfff) return '\ufffd';
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, '0');
}

/** Length of a text in UTF-8, without encoding it: Go counts bytes where JavaScript counts UTF-16 units. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** A value of JSON as Go's `%v` prints it: `map[a:1 b:[x <nil>]]`. */
export function printGo(value: Json | undefined): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(printGo).join(' ')}]`;
  if (!isJsonObject(value)) return String(value);
  const entries = Object.keys(value).sort(compareText);
  return `map[${entries.map((key) => `${key}:${printGo(value[key])}`).join(' ')}]`;
}
