/** A place in a text, from 1; columns count UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Finds lines of one text; what starts every line is found once. */
export interface Lines {
  readonly positionOf: (offset: number) => Position;
  /** The text of a line, without its end. */
  readonly textOf: (line: number) => string;
}

/** Looks up lines and columns of a text. */
export function linesOf(text: string): Lines {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return {
    positionOf: (offset) => {
      const line = lineAt(starts, Math.min(Math.max(offset, 0), text.length));
      return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
    },
    textOf: (line) => {
      const start = starts[line - 1] ?? 0;
      const end = starts[line] ?? text.length + 1;
      return text.slice(start, end - 1).replace(/\r$/, '');
    },
  };
}

function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return low;
}
