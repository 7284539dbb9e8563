import type { Span } from '../../base/span.ts';
import type { Token, TokenType } from './tokens.ts';

/** A production; `sub` calls it from another one. */
export type Rule<T> = () => T;
/** A condition beside the lookahead, or none. */
export type Gate = () => boolean;

/** Options numbered from here are required by the grammar and optional for the sake of recovery only. */
export const neededFrom = 100;

/** What the parser expected and where. */
export interface Gap {
  readonly what: string;
  readonly at: number;
}

export interface Run<T> {
  readonly node: T;
  readonly gaps: readonly Gap[];
}

/** Alternatives of `choose`, tried by lookahead. */
export type Alternatives<T> = { readonly ALT: () => T }[];
/** Makes the alternatives of `choose`. */
export function alternatives<T>(...bodies: readonly (() => T)[]): Alternatives<T> {
  return bodies.map((ALT) => ({ ALT }));
}

/**
 * What the rules are written in. Two read by them: `StraightGrammar` what is written without a mistake, and fast;
 * `RecoveringGrammar` anything. The first argument of `take`, `sub`, `some`, `maybe`, `need` and `choose` numbers the
 * occurrences of the same call within one rule.
 */
export interface Grammar {
  /** `onError` gives what is left behind where the rule cannot go on. */
  rule<T>(name: string, body: () => T, onError: () => T): Rule<T>;
  take(at: number, token: TokenType): Token;
  sub<T>(at: number, rule: Rule<T>): T;
  some(at: number, body: () => void, gate?: Gate): void;
  /** Elements with commas between, and after the last where the author likes. */
  commaSeparated(at: number, element: () => void, comma: TokenType): void;
  maybe<T>(at: number, body: () => T, gate?: Gate): T | undefined;
  /** Like `maybe`, for what the grammar requires: where `gate` says it has not been written yet, that is a gap. */
  need<T>(at: number, what: string, body: () => T, gate: Gate): T | undefined;
  /** `alternatives` should be one array made once: the parser keeps what it learns of it. */
  choose<T>(at: number, alternatives: Alternatives<T>): T;

  /** True while the grammar is learnt by calling the rules with made-up tokens. */
  readonly learning: boolean;
  /** The type of a token ahead (1 is the next one, 0 the last one taken). */
  ahead(distance: number): TokenType;
  /** Takes the next token, where `ahead` has said what it is. */
  next(): Token;
  /** Offset after the last token taken. */
  readonly end: number;
  /** Where the next token starts, or the end of the text. */
  readonly start: number;
  /** From an offset to the last token taken, or to where something was given up since: that lies in what it is part of. */
  spanFrom(start: number): Span;
}
