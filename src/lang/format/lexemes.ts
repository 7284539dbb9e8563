import { tokenize } from '../syntax/lexer.ts';
import type { PlacedChunk } from '../syntax/parse.ts';
import type { Token, TokenType } from '../syntax/tokens.ts';

/** A comment and how it stands. */
export interface Comment {
  readonly text: string;
  /** Alone on its line. */
  readonly own: boolean;
  /** A blank line is before it. */
  readonly blank: boolean;
  /** Start of the piece of the file it is read in: a doc comment is that of what follows it in its piece. */
  readonly piece: number;
}

/** A token with what stands between it and the one before. Offsets count from the start of the file. */
export interface Lexeme {
  readonly type: TokenType;
  readonly text: string;
  readonly at: number;
  readonly end: number;
  readonly comments: readonly Comment[];
  /** It does not stand on the line of the token before. */
  readonly newline: boolean;
  /** A blank line is right before it. */
  readonly blank: boolean;
  readonly piece: number;
}

export interface Lexemes {
  readonly lexemes: readonly Lexeme[];
  /** Comments after the last token. */
  readonly rest: readonly Comment[];
}

/** Tokens and comments of consecutive pieces of a file. */
export function lexemesOf(text: string, chunks: readonly PlacedChunk[]): Lexemes {
  const lexemes: Lexeme[] = [];
  let end = chunks[0]?.start ?? 0;
  let comments: Comment[] = [];
  let newline = false;
  const step = (at: number): number => {
    const breaks = lineBreaks(text, end, at);
    if (breaks > 0) newline = true;
    return breaks;
  };
  for (const { start, chunk } of chunks) {
    for (const each of inOrder(chunk.text)) {
      const at = each.at + start;
      const breaks = step(at);
      end = at + each.text.length;
      if (each.type === null) {
        const own = breaks > 0 || (lexemes.length === 0 && comments.length === 0);
        comments.push({ text: each.text.trimEnd(), own, blank: breaks > 1, piece: start });
        continue;
      }
      const { type } = each;
      const blank = breaks > 1;
      lexemes.push({ type, text: each.text, at, end, comments, newline, blank, piece: start });
      comments = [];
      newline = false;
    }
  }
  return { lexemes, rest: comments };
}

/** Line ends in a part of a text, up to two. */
function lineBreaks(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to && count < 2; at++) if (text.charCodeAt(at) === 10) count += 1;
  return count;
}

interface Solid {
  /** Null for a comment. */
  readonly type: TokenType | null;
  readonly text: string;
  readonly at: number;
}

/** Tokens and comments of a text, in the order they stand. */
export function inOrder(text: string): readonly Solid[] {
  const { tokens, trivia } = tokenize(text);
  const merged: Solid[] = [];
  let next = 0;
  const addTrivia = (before: number): void => {
    for (let each = trivia[next]; each && each.span.start < before; each = trivia[next]) {
      merged.push({ type: null, text: each.text, at: each.span.start });
      next += 1;
    }
  };
  for (const token of tokens) {
    addTrivia(token.startOffset);
    merged.push(solidOf(token));
  }
  addTrivia(text.length + 1);
  return merged;
}

function solidOf({ tokenType, image, startOffset }: Token): Solid {
  return { type: tokenType, text: image, at: startOffset };
}
