import type { Line } from './print.ts';
import { type Element, widthOf } from './tree.ts';

/** A line of a group, or several where an element takes them, and what of it is aligned with its neighbours. */
export interface Row {
  /** Null for a line with several elements. */
  readonly element: Element | null;
  /** Indexes of its lines. */
  readonly from: number;
  readonly to: number;
  readonly mark: Mark | null;
  /** A blank line or a comment is before it. */
  readonly apart: boolean;
}

/** Offsets in a line of what is aligned. */
export interface Mark {
  readonly line: Line;
  readonly value: number;
  /** Of the source of an attribute. */
  readonly from: number | null;
}

/** Aligns the values of consecutive one-line properties, and the bodies of consecutive one-line blocks. */
export function align(lines: readonly Line[], rows: readonly Row[]): void {
  let section: Mark[] = [];
  let before = '';
  const close = (): void => {
    pad(section);
    section = [];
  };
  for (const row of rows) {
    const { mark } = row;
    const kind = kindOf(row.element);
    const starts = lines[row.from] === mark?.line;
    if (row.apart || kind !== before || !starts) close();
    before = kind;
    if (mark === null) continue;
    if (isShort(row) || (starts && goesOn(row, mark))) section.push(mark);
    if (!isShort(row)) close();
  }
  close();
}

function isShort({ from, to }: Row): boolean {
  return to - from === 1;
}

// The first line of a value that goes on below is aligned too, unless it only opens a bracket.
function goesOn({ element }: Row, { line }: Mark): boolean {
  return element?.node === 'property' && !/[[({]$/.test(line.text);
}

function kindOf(element: Element | null): string {
  if (element === null) return '';
  const { node, pieces } = element;
  const [head] = pieces;
  return node === 'block' && head?.kind === 'leaf' ? `block ${head.text}` : node;
}

function pad(section: readonly Mark[]): void {
  if (section.length < 2) return;
  const column = Math.max(...section.map(({ line, value }) => widthOf(line.text.slice(0, value))));
  const moved = section.map(({ line, value, from }) => {
    const by = column - widthOf(line.text.slice(0, value));
    insert(line, value, by);
    return { line, from: from === null ? null : from + by };
  });
  const sources = moved.filter(({ from }) => from !== null) as { line: Line; from: number }[];
  const last = Math.max(...sources.map(({ line, from }) => widthOf(line.text.slice(0, from))));
  for (const { line, from } of sources) {
    insert(line, from, last - widthOf(line.text.slice(0, from)));
  }
}

function insert(line: Line, at: number, blanks: number): void {
  line.text = line.text.slice(0, at) + ' '.repeat(blanks) + line.text.slice(at);
}

/** Puts comments behind code two blanks away, and those of consecutive lines below each other. */
export function alignComments(lines: readonly Line[]): void {
  for (let from = 0; from < lines.length; ) {
    const { comment, indent } = lines[from] as Line;
    let to = from + 1;
    if (comment !== null) {
      while (lines[to]?.comment != null && lines[to]?.indent === indent) to += 1;
      const block = lines.slice(from, to);
      const column = Math.max(...block.map(({ text }) => widthOf(text))) + 2;
      for (const line of block) {
        line.comment = ' '.repeat(column - widthOf(line.text)) + line.comment;
      }
    }
    from = to;
  }
}
