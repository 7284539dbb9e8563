import { fenceContent } from '../syntax/text.ts';
import { keywords } from '../syntax/tokens.ts';
import type { FenceValue } from './tree.ts';

const name = /^[A-Za-z_][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*$/;
const reserved: ReadonlySet<string> = new Set([...keywords, 'and', 'or']);

/** Whether a text may stand as a NAME: as a label, a reference, a declared kind. */
export function isName(text: string): boolean {
  return name.test(text) && !reserved.has(text);
}

/** A name where a label or a reference is expected. */
export function nameText(text: string): string {
  return isName(text) ? text : stringText(text);
}

/** A key: any word, or a STRING. */
export function keyText(text: string): string {
  return name.test(text) ? text : stringText(text);
}

/** A STRING on one line; nothing in it is interpolated. */
export function stringText(text: string): string {
  return JSON.stringify(text)
    .replaceAll('${', '\\${')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029')
    .replaceAll('\u0085', '\\u0085');
}

/**
 * A text as a fence with a language, where a fence can hold it: what is read back is the same text (Rule 5). A text
 * without a newline at its end is trimmed, unless the fence is a template.
 */
export function fenceOf(text: string, language: string): FenceValue | null {
  if (/\r|\0/.test(text)) return null;
  if (language === 'gotmpl') return checked({ is: 'fence', language, text, after: '' }, text);
  if (text.endsWith('\n')) {
    return checked({ is: 'fence', language, text: text.slice(0, -1), after: '' }, text);
  }
  return text === text.trim()
    ? checked({ is: 'fence', language, text, after: '.trim()' }, `${text}\n`)
    : null;
}

// A line that starts with three backquotes would close it, a text of blank lines only has no indentation to go by.
function checked(fence: FenceValue, wanted: string): FenceValue | null {
  const lines = fence.text.split('\n');
  if (lines.some((line) => line.trimStart().startsWith('```'))) return null;
  const image = ['```', fence.language, '\n', ...lines.map((line) => `  ${line}\n`), '  ```'];
  return fenceContent(image.join('')).text === wanted ? fence : null;
}
