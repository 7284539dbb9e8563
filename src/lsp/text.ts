import type { Position, Range, TextDocumentContentChangeEvent } from 'vscode-languageserver/node';
import type { Span } from '../base/span.ts';

/** Lines of one text, for places as the protocol says them: from 0, in UTF-16 units. */
export interface Places {
  readonly positionOf: (offset: number) => Position;
  readonly rangeOf: (span: Span) => Range;
  /** The nearest offset there is: a line or a character too far is the end of the text or the line. */
  readonly offsetOf: (position: Position) => number;
}

/** Finds the lines of a text once. */
export function placesOf(text: string): Places {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const positionOf = (offset: number): Position => {
    const within = Math.min(Math.max(offset, 0), text.length);
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= within) low = middle;
      else high = middle;
    }
    return { line: low, character: within - (starts[low] ?? 0) };
  };
  return {
    positionOf,
    rangeOf: ({ start, end }) => ({ start: positionOf(start), end: positionOf(end) }),
    offsetOf: ({ line, character }) => {
      if (line < 0) return 0;
      const start = starts[line];
      if (start === undefined) return text.length;
      const end = starts[line + 1] ?? text.length + 1;
      return Math.min(start + Math.max(character, 0), end - 1);
    },
  };
}

/** A text after the changes an editor tells. */
export function changed(text: string, changes: readonly TextDocumentContentChangeEvent[]): string {
  let now = text;
  for (const change of changes) {
    if ('range' in change) {
      const places = placesOf(now);
      const start = places.offsetOf(change.range.start);
      const end = Math.max(start, places.offsetOf(change.range.end));
      now = now.slice(0, start) + change.text + now.slice(end);
    } else now = change.text;
  }
  return now;
}
