import type { TokenType } from '../syntax/tokens.ts';
import type { Comment } from './lexemes.ts';

/** One token. What may change while it is laid out is not readonly. */
export interface Leaf {
  readonly kind: 'leaf';
  readonly type: TokenType;
  readonly text: string;
  /** What it does to the blanks around it. */
  readonly join: 'none' | 'before' | 'after' | 'both';
  /** Where a line may break before it. */
  readonly place: Place | null;
  /** How many brackets of its element that are never spread (parentheses, indexes) it stands in. */
  readonly depth: number;
  /** Lines of a fence, dedented; null for everything else. */
  readonly fence: readonly string[] | null;
  comments: Comment[];
  /** The line breaks before it, as its author wrote it or because it would be too long. */
  breaks: boolean;
}

/** Where a line may break, by what follows: an operator, a branch, a member, what a note belongs to. */
export type Place = '||' | '&&' | '|' | 'operator' | 'branch' | 'member' | 'because' | 'noted';

/** Brackets that may be spread over lines, with what stands in them. */
export interface Group {
  readonly kind: 'group';
  readonly form: 'items' | 'attributes' | 'fields' | 'list' | 'arguments';
  readonly open: Leaf;
  readonly close: Leaf;
  readonly elements: Element[];
  /** The comment after the opening bracket. */
  readonly opening: string | null;
  /** Comments before the closing one. */
  readonly tail: readonly Comment[];
  /** Its author put a line break between its elements. */
  readonly written: boolean;
  spread: boolean;
  /** Width on one line; infinite where it cannot stand on one. */
  width: number;
}

export type Piece = Leaf | Group;

/** An item, attribute, element, argument or declaration. */
export interface Element {
  /** Kind of its node, empty where it is no item. */
  readonly node: string;
  pieces: Piece[];
  /** Comments on lines of their own before it. */
  readonly lead: readonly Comment[];
  /** A blank line is before it (and after its comments). */
  readonly blank: boolean;
  /** It stands on a line further down than the one before it. */
  readonly newline: boolean;
  /** The comment behind it. */
  trail: string | null;
  width: number;
}

/** Columns a line may take before it is broken where its author did not break it. */
export const maxWidth = 120;

export function firstLeaf(piece: Piece): Leaf {
  return piece.kind === 'leaf' ? piece : piece.open;
}
export function lastLeaf(piece: Piece): Leaf {
  return piece.kind === 'leaf' ? piece : piece.close;
}

/** Whether a blank stands between two tokens on a line. */
export function apart(left: Leaf, right: Leaf): boolean {
  return !(
    left.join === 'after' ||
    left.join === 'both' ||
    right.join === 'before' ||
    right.join === 'both'
  );
}

/** Whether a blank stands between the brackets and what is in them. */
export function isRoomy({ form }: Group): boolean {
  return form !== 'list' && form !== 'arguments';
}

/** Columns a text takes, one for each character. */
export function widthOf(text: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what is not ASCII may take two units for one character
  return /^[\x00-\x7f]*$/.test(text) ? text.length : [...text].length;
}

/** What a piece says on one line. */
export function flat(piece: Piece): string {
  if (piece.kind === 'leaf') return piece.text;
  const inner = piece.elements.map(flatElement).join(', ');
  if (inner === '') return piece.open.text + piece.close.text;
  const room = isRoomy(piece) ? ' ' : '';
  return piece.open.text + room + inner + room + piece.close.text;
}

export function flatElement({ pieces }: Element): string {
  let text = '';
  let before: Leaf | null = null;
  for (const piece of pieces) {
    if (before !== null && apart(before, firstLeaf(piece))) text += ' ';
    text += flat(piece);
    before = lastLeaf(piece);
  }
  return text;
}

/** Measures an element whose groups are measured; infinite where it cannot stand on one line. */
export function measureElement(element: Element): number {
  let width = 0;
  let before: Leaf | null = null;
  for (const piece of element.pieces) {
    const first = firstLeaf(piece);
    if (before !== null && (first.comments.length > 0 || first.breaks)) return Infinity;
    if (before !== null && apart(before, first)) width += 1;
    if (piece.kind === 'group') width += piece.width;
    else width += piece.fence === null ? widthOf(piece.text) : Infinity;
    before = lastLeaf(piece);
  }
  return width;
}

export function measureGroup(group: Group): number {
  if (group.spread) return Infinity;
  const { elements } = group;
  if (elements.length === 0) return 2;
  const inner = elements.reduce((sum, { width }) => sum + width + 2, -2);
  return inner + (isRoomy(group) ? 4 : 2);
}
