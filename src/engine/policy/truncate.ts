import { utf8Length } from '../../kube/go-text.ts';

/** A text of at most so many bytes of UTF-8, ending with `mark` where something was cut; no character is split. */
export function truncateUtf8(text: string, maxBytes: number, mark: string): string {
  if (utf8Length(text) <= maxBytes) return text;
  const room = maxBytes - utf8Length(mark);
  let bytes = 0;
  let end = 0;
  for (const char of text) {
    bytes += utf8Length(char);
    if (bytes > room) break;
    end += char.length;
  }
  return text.slice(0, end) + mark;
}
