import type { TokenKind } from './token.ts';
import { tokenKinds } from './token.ts';

/** Tokens that may come next; `end` when the rule may also be over here. */
export interface Expected {
  readonly kinds: ReadonlySet<TokenKind>;
  readonly end: boolean;
}

/** What may come next, and nothing else. */
export function only(...kinds: readonly TokenKind[]): Expected {
  return { kinds: new Set(kinds), end: false };
}

/** What may come next unless the rule ends. */
export function orEnd(...kinds: readonly TokenKind[]): Expected {
  return { kinds: new Set(kinds), end: true };
}

/** What an expression may begin with. */
export const exprStart: readonly TokenKind[] = [
  "'['",
  "'{'",
  "'('",
  "'.'",
  "'-'",
  "'!'",
  "'true'",
  "'false'",
  "'null'",
  'NUM_FLOAT',
  'NUM_INT',
  'NUM_UINT',
  'STRING',
  'BYTES',
  'IDENTIFIER',
];
export const primaryStart: readonly TokenKind[] = exprStart.filter((kind) => kind !== "'!'");
export const relationOps: readonly TokenKind[] = [
  "'<'",
  "'<='",
  "'>='",
  "'>'",
  "'=='",
  "'!='",
  "'in'",
];
export const addOps: readonly TokenKind[] = ["'+'", "'-'"];
export const mulOps: readonly TokenKind[] = ["'*'", "'/'", "'%'"];

/** A set of tokens as ANTLR writes it: one bare, several in braces in the order of the grammar. */
export function describeExpected(kinds: ReadonlySet<TokenKind>): string {
  const listed = tokenKinds.filter((kind) => kinds.has(kind));
  return listed.length === 1 ? (listed[0] ?? '') : `{${listed.join(', ')}}`;
}
