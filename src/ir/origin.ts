import type { IrFile, Origin } from './program.ts';

/** A place as people read it; lines and columns count from 1, columns in UTF-16 units. */
export interface Place {
  readonly uri: string;
  readonly line: number;
  readonly column: number;
}

/** Where something was written; null for a file the program does not have. */
export function placeOf(files: readonly IrFile[], { file, span }: Origin): Place | null {
  const found = files[file];
  if (found === undefined) return null;
  const { uri, lineStarts } = found;
  let low = 0;
  let high = lineStarts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lineStarts[middle] ?? 0) <= span.start) low = middle + 1;
    else high = middle;
  }
  const line = Math.max(low, 1);
  return { uri, line, column: span.start - (lineStarts[line - 1] ?? 0) + 1 };
}

/** `file:line:column`, as the origin annotation of an owned object and terminals have it; empty where unknown. */
export function originText(files: readonly IrFile[], origin: Origin): string {
  const place = placeOf(files, origin);
  return place === null ? '' : `${place.uri}:${place.line}:${place.column}`;
}
