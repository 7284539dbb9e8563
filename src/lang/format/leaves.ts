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
import type { Lexeme } from './lexemes.ts';
import type { Roles } from './roles.ts';
import { type Group, type Leaf, lastLeaf, type Piece, type Place } from './tree.ts';

/** A cursor over the tokens of a file. */
export interface Reader {
  readonly lexemes: readonly Lexeme[];
  readonly roles: Roles;
  at: number;
}

/** The comma of `for a, b in`. */
export function isInner({ lexemes, roles, at }: Reader): boolean {
  return roles.secondNames.has(lexemes[at + 1]?.at ?? -1);
}

/** What the bracket at the cursor opens; null where it is none, or one that is never spread. */
export function formOf({ lexemes, roles, at }: Reader): Group['form'] | null {
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

/** Where a token stands: the kind of node of its element, and how many brackets it is in. */
export interface Standing {
  readonly node: string;
  readonly depth: number;
}

/** Makes a leaf of the token at the cursor; `pieces` are those before it in its element. */
export function leafOf(reader: Reader, pieces: readonly Piece[], { node, depth }: Standing): Leaf {
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
