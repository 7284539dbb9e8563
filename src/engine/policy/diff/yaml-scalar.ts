import { utf8Length } from '../../../kube/go-text.ts';

/** Where a scalar stands: decides where long texts are folded. */
export interface ScalarPlace {
  /** Characters before it on its line. */
  readonly column: number;
  /** Indentation of its further lines. */
  readonly indent: number;
  /** A key is written on one line. */
  readonly isKey: boolean;
}

const width = 80;

/** A text as go-yaml v2 writes it: plain where nothing takes it for something else, quoted, or as a literal block. */
export function scalarText(text: string, place: ScalarPlace): string {
  switch (styleOf(text, place.isKey)) {
    case 'plain':
      return foldedLine(text, place, (char) => char);
    case 'single':
      return `'${foldedLine(text, { ...place, column: place.column + 1 }, (char) => (char === "'" ? "''" : char))}'`;
    case 'double':
      return doubleQuoted(text, place);
    case 'literal':
      return literal(text, place.indent);
  }
}

/** May a text stand before a colon without a question mark? */
export function isSimpleKey(text: string): boolean {
  return !lineBreak.test(text) && utf8Length(text) <= 128;
}

type Style = 'plain' | 'single' | 'double' | 'literal';

const lineBreak = /[\r\n\u0085\u2028\u2029]/;
const indicatorStart = /^(?:---|\.\.\.|[#,[\]{}&*!|>'"%@`]|[?:-](?:[ \t]|$))/;
const indicatorInside = /:(?:[ \t]|$)|[ \t\r\n\u0085\u2028\u2029]#/;
// Control characters, the byte order mark and everything beyond the basic plane.
const special = /[^\n\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;

function styleOf(text: string, isKey: boolean): Style {
  const hasBreak = lineBreak.test(text);
  const spaceBeforeBreak = / [\r\n\u0085\u2028\u2029]/.test(text);
  const unquotable = spaceBeforeBreak || special.test(text);
  if (text.includes('\n')) {
    return isKey || unquotable || text.endsWith(' ') ? 'double' : 'literal';
  }
  if (!isString(text)) return 'double';
  const plain =
    !hasBreak &&
    !unquotable &&
    !/^ | $/.test(text) &&
    !indicatorStart.test(text) &&
    !indicatorInside.test(text);
  if (plain) return 'plain';
  const breakBeforeSpace = /[\r\n\u0085\u2028\u2029] /.test(text);
  return unquotable || breakBeforeSpace ? 'double' : 'single';
}

// YAML 1.1 words, and everything go-yaml would read back as another type.
const words =
  /^(?:|~|null|Null|NULL|y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF|\.nan|\.NaN|\.NAN|[-+]?\.inf|[-+]?\.Inf|[-+]?\.INF)$/;
const number = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const otherInteger = /^[-+]?0(?:[xX][0-9a-fA-F]{1,16}|[oO]?[0-7]{1,22}|[bB][01]{1,64})$/;
const base60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const timestamp =
  /^[0-9]{4}-([0-9]{1,2})-([0-9]{1,2})(?:(?:[Tt]([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:\.[0-9]+)?(?:Z|[-+][0-9]{2}:[0-9]{2}))|(?: ([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:\.[0-9]+)?))?$/;

function isString(text: string): boolean {
  if (words.test(text) || base60.test(text)) return false;
  if (!/^[-+.0-9]/.test(text)) return true;
  const digits = text.startsWith('.') ? text : text.replaceAll('_', '');
  return !number.test(digits) && !otherInteger.test(digits) && !isTimestamp(text);
}

function isTimestamp(text: string): boolean {
  const match = timestamp.exec(text);
  if (match === null) return false;
  const [, month, day, hour = match[6], minute = match[7], second = match[8]] = match;
  const within = (part: string | undefined, low: number, high: number) =>
    part === undefined || (Number(part) >= low && Number(part) <= high);
  return (
    within(month, 1, 12) &&
    within(day, 1, 31) &&
    within(hour, 0, 23) &&
    within(minute, 0, 59) &&
    within(second, 0, 59)
  );
}

// A single space beyond the width becomes a line break.
function foldedLine(
  text: string,
  { column, indent, isKey }: ScalarPlace,
  written: (char: string) => string,
): string {
  let line = '';
  let at = column;
  const chars = [...text];
  for (const [index, char] of chars.entries()) {
    const single = char === ' ' && chars[index - 1] !== ' ' && chars[index + 1] !== ' ';
    const inside = index > 0 && index < chars.length - 1;
    if (single && inside && !isKey && at > width) {
      line += `\n${' '.repeat(indent)}`;
      at = indent;
      continue;
    }
    const piece = written(char);
    line += piece;
    at += piece.length;
  }
  return line;
}

const shortEscapes: ReadonlyMap<number, string> = new Map([
  [0x00, '0'],
  [0x07, 'a'],
  [0x08, 'b'],
  [0x09, 't'],
  [0x0a, 'n'],
  [0x0b, 'v'],
  [0x0c, 'f'],
  [0x0d, 'r'],
  [0x1b, 'e'],
  [0x22, '"'],
  [0x5c, '\\'],
  [0x85, 'N'],
  [0xa0, '_'],
  [0x2028, 'L'],
  [0x2029, 'P'],
]);

function doubleQuoted(text: string, { column, indent, isKey }: ScalarPlace): string {
  let line = '"';
  let at = column + 1;
  let afterSpace = false;
  const chars = [...text];
  for (const [index, char] of chars.entries()) {
    const inside = index > 0 && index < chars.length - 1;
    if (char === ' ' && !afterSpace && inside && !isKey && at > width) {
      const mark = chars[index + 1] === ' ' ? '\\' : '';
      line += `\n${' '.repeat(indent)}${mark}`;
      at = indent + mark.length;
      afterSpace = true;
      continue;
    }
    const piece = escaped(char);
    line += piece;
    at += [...piece].length;
    afterSpace = char === ' ';
  }
  return `${line}"`;
}

function escaped(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (char !== '"' && char !== '\\' && !special.test(char) && !lineBreak.test(char)) return char;
  const short = shortEscapes.get(code);
  if (short !== undefined) return `\\${short}`;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

// The text of a block ends without its last line break: whatever comes next begins a new line.
function literal(text: string, indent: number): string {
  const hint = /^[ \r\n\u0085\u2028\u2029]/.test(text) ? '2' : '';
  const chomp = !text.endsWith('\n') ? '-' : text === '\n' || text.endsWith('\n\n') ? '+' : '';
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const body = lines.map((line) => (line === '' ? '' : ' '.repeat(indent) + line));
  return `|${hint}${chomp}\n${body.join('\n')}`;
}
