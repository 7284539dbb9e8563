import { fenceContent } from '../syntax/text.ts';
import {
  At,
  Bang,
  Colon,
  Comma,
  Dot,
  Ellipsis,
  Fence,
  keyword,
  LeftBrace,
  LeftBracket,
  LeftParen,
  Minus,
  Name,
  Num,
  Pipe,
  Question,
  QuotedName,
  RightBrace,
  RightBracket,
  RightParen,
  Str,
  type TokenType,
  Unit,
  Version,
  WordOperator,
} from '../syntax/tokens.ts';
import type { Comment, Lexeme, Lexemes } from './lexemes.ts';
import type { Roles } from './roles.ts';
import {
  type Element,
  firstLeaf,
  type Group,
  type Leaf,
  lastLeaf,
  measureElement,
  measureGroup,
  type Piece,
  type Place,
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

interface Reader {
  readonly lexemes: readonly Lexeme[];
  readonly roles: Roles;
  at: number;
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

/** The comma of `for a, b in`. */
function isInner({ lexemes, roles, at }: Reader): boolean {
  return roles.secondNames.has(lexemes[at + 1]?.at ?? -1);
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

/** What the bracket at the cursor opens; null where it is none, or one that is never spread. */
function formOf({ lexemes, roles, at }: Reader): Group['form'] | null {
  const next = lexemes[at];
  const before = lexemes[at - 1];
  if (next === undefined) return null;
  if (next.type === LeftBrace) {
    if (before?.type === keyword('fleet') && !roles.brackets.has(next.at)) return 'attributes';
    return roles.brackets.get(next.at) ?? 'items';
  }
  if (next.type === LeftBracket) return roles.brackets.get(next.at) === 'list' ? 'list' : null;
  return next.type === LeftParen && isOperand(lexemes[at - 1], lexemes[at - 2])
    ? 'arguments'
    : null;
}

const operandEnds: ReadonlySet<TokenType> = new Set([
  Name,
  QuotedName,
  WordOperator,
  Str,
  Fence,
  Unit,
  Version,
  Num,
  keyword('true'),
  keyword('false'),
  RightParen,
  RightBracket,
  RightBrace,
]);

/** Whether what is before the cursor is a value or a name, so that a bracket goes on with it. */
function isOperand(last: Lexeme | undefined, beforeLast: Lexeme | undefined): boolean {
  if (last === undefined) return false;
  return operandEnds.has(last.type) || beforeLast?.type === Dot || beforeLast?.type === At;
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

/** Whether a group cannot stand on one line, whatever the room. */
function mustSpread({ form, elements, opening, tail, written }: Group): boolean {
  if (elements.length === 0) return opening !== null || tail.length > 0;
  if (written || opening !== null || elements.some(({ trail }) => trail !== null)) return true;
  const last = elements.at(-1);
  const many = elements.filter(({ width }) => width === Infinity);
  if (many.length === 0 || last === undefined) return false;
  const hugs = form === 'arguments' || (form === 'list' && elements.length === 1);
  return !(hugs && many.length === 1 && last === many[0] && endsInBlock(last));
}

/** Whether an element is on one line but for what its last bracket or fence holds. */
export function endsInBlock({ pieces }: Element): boolean {
  const last = pieces.at(-1);
  if (last === undefined || (last.kind === 'leaf' && last.fence === null)) return false;
  return pieces.every(
    (piece, index) =>
      piece === last ||
      (piece.kind === 'group'
        ? piece.width !== Infinity
        : piece.fence === null && !(index > 0 && piece.breaks)),
  );
}

/** Puts what a group that is not spread holds beside what is around it. */
export function dissolve({ open, close, elements }: Group): readonly Piece[] {
  const pieces: Piece[] = [open];
  const comma: Leaf = { ...close, type: Comma, text: ',', join: 'before' };
  for (const [index, element] of elements.entries()) {
    if (index > 0) pieces.push(comma);
    for (const piece of element.pieces) pieces.push(deeper(piece));
  }
  return [...pieces, close];
}

function deeper(piece: Piece): Piece {
  if (piece.kind === 'leaf') return { ...piece, depth: piece.depth + 1 };
  return { ...piece, open: { ...piece.open, depth: piece.open.depth + 1 } };
}

interface Standing {
  readonly node: string;
  readonly depth: number;
}

function leafOf(reader: Reader, pieces: readonly Piece[], { node, depth }: Standing): Leaf {
  const lexeme = reader.lexemes[reader.at] as Lexeme;
  const { type, text } = lexeme;
  const last = pieces.at(-1);
  const left = last === undefined ? null : lastLeaf(last);
  const place = left === null ? null : placeOf(reader, node, left);
  let comments = left === null ? [] : [...lexeme.comments];
  let newline = left !== null && lexeme.newline;
  if (left !== null && last?.kind === 'leaf' && isOperator(left)) {
    // What stands after an operator goes before it, as the line break does.
    left.comments = [...left.comments, ...comments];
    left.breaks ||= newline;
    comments = [];
    newline = false;
  }
  const breaks = comments.length > 0 || (place !== null && newline);
  const fence = type === Fence ? fenceLines(text) : null;
  const join = joinOf(reader);
  return { kind: 'leaf', type, text, join, place, depth, fence, comments, breaks };
}

const operators: readonly (Place | null)[] = ['||', '&&', '|', 'operator', 'member'];

function isOperator({ place }: Leaf): boolean {
  return operators.includes(place);
}

/** Where a line may break before the token at the cursor, in an element of a kind of node. */
function placeOf({ lexemes, roles, at }: Reader, node: string, left: Leaf): Place | null {
  const { type, at: offset } = lexemes[at] as Lexeme;
  if (roles.noteEnds.has(lexemes[at - 1]?.end ?? -1)) return 'noted';
  const operator = roles.operators.get(offset);
  if (operator !== undefined) return operator === '&&' || operator === '||' ? operator : 'operator';
  if (type === Pipe) return '|';
  if (type === Dot) return 'member';
  if (left.type === Dot || left.type === At) return null;
  if (type === keyword('because')) return 'because';
  const isElse = type === keyword('else') && node !== 'ifItem';
  return isElse || type === keyword('then') ? 'branch' : null;
}

const joinedBefore: ReadonlySet<TokenType> = new Set([
  Comma,
  Colon,
  Question,
  RightParen,
  RightBracket,
]);

function joinOf({ lexemes, roles, at }: Reader): Leaf['join'] {
  const lexeme = lexemes[at] as Lexeme;
  const { type } = lexeme;
  if (type === Dot) return 'both';
  if (joinedBefore.has(type)) return 'before';
  if (type === Ellipsis || type === At || type === Bang) return 'after';
  if (type === Minus) return roles.operators.has(lexeme.at) ? 'none' : 'after';
  if (type === LeftParen) return isOperand(lexemes[at - 1], lexemes[at - 2]) ? 'both' : 'after';
  if (type !== LeftBracket) return 'none';
  const goesOn = !roles.brackets.has(lexeme.at) && isOperand(lexemes[at - 1], lexemes[at - 2]);
  return goesOn ? 'both' : 'after';
}

/** The lines of a fence as it means them, to be indented anew. */
function fenceLines(image: string): readonly string[] {
  const { language, text } = fenceContent(image);
  if (text === '') return [];
  return (language === 'gotmpl' ? text : text.slice(0, -1)).split('\n');
}
