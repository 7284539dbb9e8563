import {
  Comma,
  LeftBracket,
  LeftParen,
  RightBrace,
  RightBracket,
  RightParen,
  type TokenType,
} from '../syntax/tokens.ts';
import { mustSpread } from './groups.ts';
import { formOf, isInner, leafOf, type Reader } from './leaves.ts';
import type { Comment, Lexeme, Lexemes } from './lexemes.ts';
import type { Roles } from './roles.ts';
import {
  type Element,
  firstLeaf,
  type Group,
  measureElement,
  measureGroup,
  type Piece,
} from './tree.ts';

/** Declarations as elements, and the comments after the last. */
export interface Built {
  readonly elements: readonly Element[];
  readonly tail: readonly Comment[];
}

/** Makes the tree that is laid out. Tokens are those of declarations without errors. */
export function build({ lexemes, rest }: Lexemes, roles: Roles): Built {
  const reader: Reader = { lexemes, roles, at: 0 };
  const { elements, tail } = readElements(reader, null, 'items');
  // What stands at the start of a line is read on its own, so a declaration starts there, not behind its notes.
  for (const element of elements) {
    for (const [index, piece] of element.pieces.entries()) {
      const first = firstLeaf(piece);
      if (index > 0 && first.place === 'noted') first.breaks = true;
    }
    element.width = measureElement(element);
  }
  return { elements, tail: closing(elements, [...tail, ...rest]) };
}

interface Read {
  readonly elements: Element[];
  readonly opening: string | null;
  readonly tail: readonly Comment[];
  readonly written: boolean;
}

/** Reads up to a closing bracket (or the end) what commas separate, or what starts an item. */
function readElements(
  reader: Reader,
  closer: TokenType | null,
  separation: 'items' | 'commas',
): Read {
  const { lexemes, roles } = reader;
  const elements: Element[] = [];
  let opening: string | null = null;
  let written = false;
  let pending: Comment[] = [];
  let newline = false;
  const settle = (next: Lexeme): void => {
    const [first, ...more] = pending;
    if (first === undefined || first.own) return;
    // A doc comment behind a declaration is that of the next one where both are read together: it goes above that.
    if (closer === null && first.text.startsWith('///') && first.piece === next.piece) return;
    const last = elements.at(-1);
    if (last === undefined) opening = first.text;
    else last.trail = first.text;
    pending = more;
  };
  for (let next = lexemes[reader.at]; next !== undefined; next = lexemes[reader.at]) {
    pending.push(...next.comments);
    newline ||= next.newline;
    if (next.type === closer || (next.type === Comma && elements.length > 0)) {
      if (next.type === closer) break;
      reader.at += 1;
      continue;
    }
    settle(next);
    written ||= newline || pending.length > 0;
    const node = roles.starts.get(next.at) ?? '';
    const lead = pending;
    const { blank } = next;
    const started = { node, lead, blank, newline, trail: null };
    pending = [];
    newline = false;
    const pieces = readPieces(reader, (lexeme) => {
      if (lexeme.type === closer || (lexeme.type === Comma && !isInner(reader))) return true;
      return separation === 'items' && roles.starts.has(lexeme.at);
    });
    const element: Element = { ...started, pieces, width: 0 };
    elements.push(element);
  }
  const end = lexemes[reader.at];
  if (closer !== null && end !== undefined) settle(end);
  return { elements, opening, tail: pending, written: written || newline || pending.length > 0 };
}

/** Gives the last declaration the comment behind it; the others stay. */
function closing(elements: readonly Element[], comments: readonly Comment[]): readonly Comment[] {
  const [first, ...more] = comments;
  const last = elements.at(-1);
  if (first === undefined || first.own || last === undefined) return comments;
  last.trail = first.text;
  return more;
}

const flatClosers: ReadonlyMap<TokenType, TokenType> = new Map([
  [LeftParen, RightParen],
  [LeftBracket, RightBracket],
]);

function readPieces(reader: Reader, ends: (lexeme: Lexeme) => boolean): Piece[] {
  const { lexemes } = reader;
  const pieces: Piece[] = [];
  const open: TokenType[] = [];
  const node = reader.roles.starts.get(lexemes[reader.at]?.at ?? -1) ?? '';
  for (let next = lexemes[reader.at]; next !== undefined; next = lexemes[reader.at]) {
    const depth = open.length;
    if (pieces.length > 0 && depth === 0 && ends(next)) break;
    const form = formOf(reader);
    if (form !== null) {
      pieces.push(readGroup(reader, pieces, form, depth));
      continue;
    }
    const closer = flatClosers.get(next.type);
    if (closer !== undefined) open.push(closer);
    else if (next.type === open.at(-1)) open.pop();
    const inside = Math.min(depth, open.length);
    pieces.push(leafOf(reader, pieces, { node, depth: inside }));
    reader.at += 1;
  }
  return pieces;
}

const closers: Readonly<Record<Group['form'], TokenType>> = {
  items: RightBrace,
  attributes: RightBrace,
  fields: RightBrace,
  list: RightBracket,
  arguments: RightParen,
};

function readGroup(
  reader: Reader,
  pieces: readonly Piece[],
  form: Group['form'],
  depth: number,
): Piece {
  const open = leafOf(reader, pieces, { node: '', depth });
  reader.at += 1;
  const separation = form === 'items' || form === 'attributes' ? 'items' : 'commas';
  const read = readElements(reader, closers[form], separation);
  const close = leafOf(reader, [open], { node: '', depth });
  close.comments = [];
  close.breaks = false;
  reader.at += 1;
  const group: Group = { kind: 'group', form, open, close, ...read, spread: false, width: 0 };
  for (const element of group.elements) element.width = measureElement(element);
  group.spread = mustSpread(group);
  group.width = measureGroup(group);
  return group;
}
