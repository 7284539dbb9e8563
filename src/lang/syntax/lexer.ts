import { Lexer } from 'chevrotain';
import type { Span } from '../../base/span.ts';
import type { Trivia } from './ast.ts';
import { spanOf } from './nodes.ts';
import { type Token, vocabulary } from './tokens.ts';

export interface Tokens {
  readonly tokens: Token[];
  /** Comments in source order. */
  readonly trivia: readonly Trivia[];
  /** Characters that start no token. */
  readonly unreadable: readonly Span[];
}

let lexer: Lexer | null = null;

/** Splits a text into tokens and comments. Total: what cannot be read is left out and listed. */
export function tokenize(text: string): Tokens {
  lexer ??= new Lexer([...vocabulary], {
    positionTracking: 'onlyOffset',
    ensureOptimizations: true,
    skipValidations: true,
  });
  const { tokens, groups, errors } = lexer.tokenize(text);
  return {
    tokens,
    trivia: (groups['trivia'] ?? []).map(triviaOf),
    unreadable: [
      ...(groups['unreadable'] ?? []).map(spanOf),
      ...errors.map(({ offset, length }) => ({ start: offset, end: offset + length })),
    ],
  };
}

function triviaOf({ image, startOffset, tokenType }: Token): Trivia {
  const text = image.endsWith('\r') ? image.slice(0, -1) : image;
  return {
    kind: tokenType.name === 'DOC' ? 'doc' : 'comment',
    span: { start: startOffset, end: startOffset + text.length },
    text,
  };
}
