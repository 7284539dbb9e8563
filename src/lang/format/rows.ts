import type { Comment } from './lexemes.ts';
import { type Element, type Group, maxWidth, type Piece } from './tree.ts';

/** What is printed on lines of its own: a file, or what is in a bracket. */
export interface Rows {
  readonly elements: readonly Element[];
  readonly tail: readonly Comment[];
  readonly written: boolean;
  readonly form: Group['form'] | 'file';
}

/** What stands on a line together: what its author put there, as far as there is room. */
export function rowsOf(
  { elements, form, written }: Rows,
  indent: number,
): readonly [number, number][] {
  const rows: [number, number][] = [];
  const fills = form === 'list' && elements.every(isScalar);
  let start = 0;
  while (start < elements.length) {
    let end = start + 1;
    while (end < elements.length && (written ? goesOn(elements, end, form) : fills)) end += 1;
    rows.push(...fitting(elements, [start, end], { indent, fills }));
    start = end;
  }
  return rows;
}

function goesOn(elements: readonly Element[], at: number, form: Rows['form']): boolean {
  const before = elements[at - 1] as Element;
  const next = elements[at] as Element;
  if (form === 'file' || next.newline || next.lead.length > 0 || before.trail !== null)
    return false;
  return before.width !== Infinity && next.width !== Infinity;
}

interface Room {
  readonly indent: number;
  readonly fills: boolean;
}

/** A row as it is where there is room, else as many as are needed. */
function fitting(
  elements: readonly Element[],
  [start, end]: readonly [number, number],
  { indent, fills }: Room,
): readonly [number, number][] {
  const rows: [number, number][] = [];
  const whole = elements.slice(start, end).reduce((sum, { width }) => sum + width + 2, indent - 1);
  if (whole <= maxWidth) return [[start, end]];
  let from = start;
  let width = indent;
  for (let at = start; at < end; at++) {
    const next = (elements[at]?.width ?? 0) + 2;
    if (at > from && (!fills || width + next - 1 > maxWidth)) {
      rows.push([from, at]);
      from = at;
      width = indent;
    }
    width += next;
  }
  rows.push([from, end]);
  return rows;
}

function isScalar({ pieces, lead, trail }: Element): boolean {
  return lead.length === 0 && trail === null && pieces.length < 3 && pieces.every(isPlain);
}
function isPlain(piece: Piece): boolean {
  return piece.kind === 'leaf' && piece.fence === null;
}
