import type { Trivia } from './ast.ts';
import type { Chunk } from './parse.ts';

/**
 * The doc comment right before an offset of a chunk: consecutive `///` lines with nothing but blanks between,
 * without their slashes. Null where there is none.
 */
export function docBefore({ text, trivia }: Chunk, at: number): string | null {
  let index = lastBefore(trivia, at);
  let end = at;
  const lines: string[] = [];
  for (; index >= 0; index--) {
    const each = trivia[index];
    if (each === undefined || each.kind !== 'doc') break;
    if (text.slice(each.span.end, end).trim() !== '') break;
    lines.push(each.text.slice(3).replace(/^ /, '').trimEnd());
    end = each.span.start;
  }
  return lines.length === 0 ? null : lines.reverse().join('\n').trim();
}

function lastBefore(trivia: readonly Trivia[], at: number): number {
  let low = 0;
  let high = trivia.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((trivia[middle]?.span.start ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
