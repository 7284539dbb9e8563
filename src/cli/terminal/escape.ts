// Control and format characters (escape, delete, C1, direction overrides, zero width), lone surrogates, odd line ends.
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * Makes text from clusters safe to print: what could move the cursor, change colours or hide what is printed
 * is shown as `\u001b`. Tabs and line feeds stay.
 */
export function printable(text: string): string {
  return text.replace(unsafe, (c) => (c === '\n' || c === '\t' ? c : escaped(c)));
}

/** The same for one line: tabs and line feeds are shown too. */
export function printableLine(text: string): string {
  return text.replace(unsafe, escaped);
}

/** A value as indented JSON with a line end; what could drive a terminal is written as JSON escapes, so that it reads the same. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  return `${text.replace(unsafe, (c) => (c === '\n' ? c : jsonEscaped(c)))}\n`;
}

// JSON has no escapes beyond four digits: others are two halves.
function jsonEscaped(character: string): string {
  return character
    .split('')
    .map((half) => `\\u${half.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

function escaped(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
