import type { Span } from '../../base/span.ts';
import type { BodyNode, MissingNode, NoteNode, StringNode, Word } from './ast.ts';
import type { Token } from './tokens.ts';

/** What most nodes have: no notes. */
export const noNotes: readonly NoteNode[] = [];

export function spanOf(token: Token): Span {
  return { start: token.startOffset, end: token.startOffset + token.image.length };
}

/** The word a token is, without backquotes. */
export function wordOf(token: Token): Word {
  const { image } = token;
  const text = image.charCodeAt(0) === 96 ? image.slice(1, -1) : image;
  return { kind: 'word', span: spanOf(token), text };
}

/** A word the author has not written yet. */
export function noWord(at: number): Word {
  return { kind: 'word', span: { start: at, end: at }, text: '' };
}

export function missing(at: number): MissingNode {
  return { kind: 'missing', span: { start: at, end: at } };
}

export function noBody(at: number): BodyNode {
  return { kind: 'body', span: { start: at, end: at }, items: [], missing: true };
}

export function noString(at: number): StringNode {
  return { kind: 'string', span: { start: at, end: at }, parts: [''] };
}

/** A string that is not finished: its interpolations are read when the tokens around it are. */
export interface PendingString {
  readonly node: StringNode & { parts: StringNode['parts'] };
  readonly image: string;
  /** In how many interpolations it stands. */
  depth: number;
}

/** The node of a STRING; where there is more to do than to copy the text, it is put on the list. */
export function stringOf(token: Token, pending: PendingString[]): StringNode {
  const { image } = token;
  const node: PendingString['node'] = { kind: 'string', span: spanOf(token), parts: [''] };
  const plain = image.length > 1 && image.endsWith('"') && !/[\\$]/.test(image);
  if (plain) node.parts = [image.slice(1, -1)];
  else pending.push({ node, image, depth: 0 });
  return node;
}
