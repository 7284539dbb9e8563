import type { Span } from '../../base/span.ts';
import { type Decision, type Decisions, decisionsOf, noDecisions } from './decisions.ts';
import type { Alternatives, Gate, Grammar, Rule } from './grammar.ts';
import { End, type Token, type TokenType } from './tokens.ts';

/** What `run` gives where the text is not what the grammar says. */
export const stuck = Symbol('stuck');

/**
 * Reads what is written without a mistake and gives up at the first one: nothing is kept in case something goes wrong,
 * and what chevrotain found out about the grammar is looked up (`lookahead.ts`) instead of found out at each start.
 */
export class StraightGrammar implements Grammar {
  readonly learning = false;
  #tokens: readonly Token[] = [];
  /** Index of the next token. */
  #at = 0;
  /** Those of the rule that is running. */
  #decisions: Decisions = noDecisions;

  rule<T>(name: string, body: () => T): Rule<T> {
    const own = decisionsOf(name);
    return () => {
      const outer = this.#decisions;
      this.#decisions = own;
      const node = body();
      this.#decisions = outer;
      return node;
    };
  }
  take(_at: number, type: TokenType): Token {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw stuck;
    const found = token.tokenType;
    if (found !== type && type.members[found.index] !== true) throw stuck;
    this.#at += 1;
    return token;
  }
  sub<T>(_at: number, rule: Rule<T>): T {
    return rule();
  }
  some(at: number, body: () => void, gate?: Gate): void {
    const decision = this.#decisions.some[at];
    while ((gate === undefined || gate()) && this.#pick(decision) === 0) body();
  }
  commaSeparated(at: number, element: () => void, comma: TokenType): void {
    const decision = this.#decisions.some[at];
    while (this.#pick(decision) === 0) {
      element();
      if (this.ahead(1) !== comma) return;
      this.#at += 1;
    }
  }
  maybe<T>(at: number, body: () => T, gate?: Gate): T | undefined {
    const isThere = (gate === undefined || gate()) && this.#pick(this.#decisions.maybe[at]) === 0;
    return isThere ? body() : undefined;
  }
  need<T>(at: number, _what: string, body: () => T, gate: Gate): T {
    if (!gate() || this.#pick(this.#decisions.need[at]) !== 0) throw stuck;
    return body();
  }
  choose<T>(at: number, alternatives: Alternatives<T>): T {
    const chosen = alternatives[this.#pick(this.#decisions.choose[at])];
    if (chosen === undefined) throw stuck;
    return chosen.ALT();
  }
  #pick(decision: Decision | undefined): number {
    if (decision === undefined) throw new Error('the lookahead of the grammar is out of date');
    return decision(this.ahead(1), this.ahead(2));
  }

  ahead(distance: number): TokenType {
    const at = this.#at + distance - 1;
    return at < 0 ? End : (this.#tokens[at]?.tokenType ?? End);
  }
  next(): Token {
    return this.take(0, this.ahead(1));
  }
  get end(): number {
    const last = this.#at === 0 ? undefined : this.#tokens[this.#at - 1];
    return last === undefined ? 0 : last.startOffset + last.image.length;
  }
  get start(): number {
    return this.#tokens[this.#at]?.startOffset ?? this.end;
  }
  spanFrom(start: number): Span {
    return { start, end: Math.max(start, this.end) };
  }

  /** Runs a rule over all of the tokens. */
  run<T>(rule: Rule<T>, tokens: readonly Token[]): T | typeof stuck {
    this.#tokens = tokens;
    this.#at = 0;
    try {
      const node = rule();
      return this.#at === tokens.length ? node : stuck;
    } catch (error) {
      if (error === stuck) return stuck;
      throw error;
    }
  }
}
