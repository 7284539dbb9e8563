import { Colon, keyword } from '../syntax/tokens.ts';
import { align, alignComments, type Row } from './align.ts';
import { continuation, type Indents, indentOf, settle } from './layout.ts';
import type { Comment } from './lexemes.ts';
import { type Rows, rowsOf } from './rows.ts';
import {
  apart,
  type Element,
  firstLeaf,
  flat,
  flatElement,
  type Leaf,
  lastLeaf,
  type Piece,
} from './tree.ts';

/** A line of the result. */
export interface Line {
  readonly indent: number;
  text: string;
  comment: string | null;
}

/** Prints declarations and the comments after them; every line ends with a line feed. */
export function print(elements: readonly Element[], tail: readonly Comment[]): string {
  const lines: Line[] = [];
  printRows(lines, { elements, form: 'file', tail, written: true }, 0);
  alignComments(lines);
  return lines.map(lineText).join('');
}

function lineText({ indent, text, comment }: Line): string {
  const code = text === '' ? '' : ' '.repeat(indent) + text;
  return `${comment === null ? code : code + comment}\n`;
}

function printRows(lines: Line[], group: Rows, indent: number): void {
  const { elements, form, tail } = group;
  const hasCommas = form !== 'file' && form !== 'items' && form !== 'attributes';
  const rows: Row[] = [];
  let isFirst = true;
  for (const [start, end] of rowsOf(group, indent)) {
    const [first] = elements.slice(start, end) as [Element];
    const isNew = printLead(lines, first.lead, { indent, isFirst });
    const blank = first.blank && !(isFirst && first.lead.length === 0);
    if (blank) lines.push({ indent, text: '', comment: null });
    isFirst = false;
    const suffix = hasCommas || needsComma(elements[end]) ? ',' : '';
    const apartFromLast = blank || isNew;
    if (end - start === 1) {
      rows.push({ ...printElement(lines, first, { indent, suffix }), apart: apartFromLast });
    } else {
      const text = elements.slice(start, end).map(flatElement).join(', ') + suffix;
      lines.push({ indent, text, comment: null });
      rows.push({
        element: null,
        from: lines.length - 1,
        to: lines.length,
        mark: null,
        apart: true,
      });
    }
    const { trail } = elements[end - 1] as Element;
    const last = lines.at(-1);
    if (trail !== null && last !== undefined) last.comment = trail;
  }
  printLead(lines, tail, { indent, isFirst });
  align(lines, rows);
}

/** Whether an item could be read as going on with the one before it, were there no comma. */
function needsComma(next: Element | undefined): boolean {
  const [first, second] = next?.pieces ?? [];
  if (first?.kind !== 'leaf' || !/^(?:in|not|and|or)$/.test(first.text)) return false;
  return !(second?.kind === 'leaf' && second.type === Colon);
}

interface Lead {
  readonly indent: number;
  readonly isFirst: boolean;
}

function printLead(
  lines: Line[],
  comments: readonly Comment[],
  { indent, isFirst }: Lead,
): boolean {
  for (const [index, { text, blank }] of comments.entries()) {
    if (blank && !(isFirst && index === 0)) lines.push({ indent, text: '', comment: null });
    lines.push({ indent, text, comment: null });
  }
  return comments.length > 0;
}

interface Standing {
  readonly indent: number;
  readonly suffix: string;
}

/** Prints an element; says where what is aligned with its neighbours stands. */
function printElement(
  lines: Line[],
  element: Element,
  { indent, suffix }: Standing,
): Omit<Row, 'apart'> {
  const found = settle(element, indent, suffix.length);
  const from = lines.length;
  const wanted = marksOf(element);
  let mark: Row['mark'] = null;
  let line = newLine(lines, indent);
  let left: Leaf | null = null;
  for (const piece of element.pieces) {
    const first = firstLeaf(piece);
    if (left !== null && first.breaks) line = printBreak(lines, first, { indent, found });
    else if (left !== null && apart(left, first)) line.text += ' ';
    if (first === wanted.value) mark = { line, value: line.text.length, from: null };
    if (first === wanted.from && mark !== null) mark = { ...mark, from: line.text.length };
    line = printPiece(lines, piece, line);
    left = lastLeaf(piece);
  }
  line.text += suffix;
  return { element, from, to: lines.length, mark };
}

function printPiece(lines: Line[], piece: Piece, line: Line): Line {
  if (piece.kind === 'group') {
    if (!piece.spread) {
      line.text += flat(piece);
      return line;
    }
    line.text += piece.open.text;
    line.comment = piece.opening;
    printRows(lines, piece, line.indent + 2);
    const closing = newLine(lines, line.indent);
    closing.text = piece.close.text;
    return closing;
  }
  if (piece.fence === null) {
    line.text += piece.text;
    return line;
  }
  line.text += piece.text.slice(0, piece.text.indexOf('\n')).trimEnd();
  for (const text of piece.fence) newLine(lines, line.indent + 2).text = text;
  const closing = newLine(lines, line.indent + 2);
  closing.text = '```';
  return closing;
}

interface Breaking {
  readonly indent: number;
  readonly found: Indents;
}

/** The line break before a leaf, with the comments that stand there. */
function printBreak(lines: Line[], leaf: Leaf, { indent, found }: Breaking): Line {
  const by = leaf.comments.length > 0 && leaf.place === null ? continuation : indentOf(leaf, found);
  for (const [index, { text, own }] of leaf.comments.entries()) {
    const last = lines.at(-1);
    if (index === 0 && !own && last !== undefined) last.comment = text;
    else newLine(lines, indent + by).text = text;
  }
  return newLine(lines, indent + by);
}

function newLine(lines: Line[], indent: number): Line {
  const line: Line = { indent, text: '', comment: null };
  lines.push(line);
  return line;
}

/** What is aligned: the value of a property or attribute, the source of an attribute, the body of a block. */
function marksOf({ node, pieces }: Element): {
  readonly value: Leaf | null;
  readonly from: Leaf | null;
} {
  const none = { value: null, from: null };
  if (node === 'block' || node === 'namespace') {
    const last = pieces.at(-1);
    return last?.kind === 'group' ? { value: last.open, from: null } : none;
  }
  if (node !== 'property' && node !== 'attribute' && node !== 'typeField') return none;
  const colon = pieces.findIndex((piece) => piece.kind === 'leaf' && piece.type === Colon);
  const value = pieces[colon + 1];
  if (colon < 0 || value === undefined) return none;
  // `from NAME STRING` is what an attribute ends with.
  const source = node === 'attribute' ? pieces.at(-3) : undefined;
  const hasSource = source?.kind === 'leaf' && source.type === keyword('from');
  return { value: firstLeaf(value), from: hasSource ? source : null };
}
