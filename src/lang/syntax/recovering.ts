import { EmbeddedActionsParser, EOF, type IToken, type ParserMethod } from 'chevrotain';
import type { Span } from '../../base/span.ts';
import {
  type Alternatives,
  type Gap,
  type Gate,
  type Grammar,
  neededFrom,
  type Rule,
  type Run,
} from './grammar.ts';
import { limits } from './limits.ts';
import { End, type Token, type TokenType } from './tokens.ts';

/**
 * Reads anything, and goes on after what it could not read: chevrotain. Its methods are protected; this is the one
 * class that opens them, so that the grammar can be split into files of related rules.
 */
export class RecoveringGrammar extends EmbeddedActionsParser implements Grammar {
  #gaps: Gap[] = [];
  #expected: ReadonlyMap<string, string> = new Map();
  #rest = '';
  /** Where the last rule that was given up ended: at the token after it. */
  #lost = 0;

  /** `validate` also looks for ambiguities. */
  constructor(vocabulary: readonly TokenType[], validate: boolean) {
    super([...vocabulary], {
      recoveryEnabled: true,
      maxLookahead: 2,
      skipValidations: !validate,
      errorMessageProvider: {
        buildMismatchTokenMessage: ({ expected }) =>
          expected === EOF ? this.#rest : (expected.LABEL ?? expected.name),
        buildNotAllInputParsedMessage: () => this.#rest,
        buildNoViableAltMessage: ({ ruleName }) => this.#expected.get(ruleName) ?? ruleName,
        buildEarlyExitMessage: ({ ruleName }) => this.#expected.get(ruleName) ?? ruleName,
      },
    });
  }

  rule<T>(name: string, body: () => T, onError: () => T): Rule<T> {
    const recoveryValueFunc = (): T => {
      this.#lost = this.start;
      return onError();
    };
    return this.RULE(name, body, { recoveryValueFunc });
  }
  take(at: number, token: TokenType): Token {
    return this.consume(at, token) as Token;
  }
  sub<T>(at: number, rule: Rule<T>): T {
    return this.subrule(at, rule as ParserMethod<[], T>);
  }
  some(at: number, body: () => void, gate?: Gate): void {
    this.many(at, gate === undefined ? body : { DEF: body, GATE: gate });
  }
  commaSeparated(at: number, element: () => void, comma: TokenType): void {
    let more = true;
    this.many(at, {
      GATE: () => more,
      DEF: () => {
        element();
        more = false;
        this.option(at, () => {
          this.consume(at, comma);
          more = true;
        });
      },
    });
  }
  maybe<T>(at: number, body: () => T, gate?: Gate): T | undefined {
    return this.option(at, gate === undefined ? body : { DEF: body, GATE: gate });
  }
  need<T>(at: number, what: string, body: () => T, gate: Gate): T | undefined {
    const found = this.option(neededFrom + at, { DEF: body, GATE: gate });
    if (found === undefined && !this.learning) this.#gaps.push({ what, at: this.end });
    return found;
  }
  choose<T>(at: number, alternatives: Alternatives<T>): T {
    return this.or(at, alternatives) as T;
  }
  /** Words for errors: what to expect where a rule of that name cannot start. To be called when all rules are there. */
  seal(expected: ReadonlyMap<string, string>): void {
    this.#expected = expected;
    this.performSelfAnalysis();
  }

  get learning(): boolean {
    return this.RECORDING_PHASE;
  }
  ahead(distance: number): TokenType {
    const type = this.LA(distance).tokenType;
    return type === EOF ? End : (type as TokenType);
  }
  next(): Token {
    const token = this.LA(1) as Token;
    (this as unknown as { consumeToken: () => void }).consumeToken();
    return token;
  }
  get end(): number {
    const last = this.LA(0);
    return last.tokenType === EOF ? 0 : last.startOffset + last.image.length;
  }
  spanFrom(start: number): Span {
    return { start, end: Math.max(start, this.end, this.#lost) };
  }
  get start(): number {
    const next = this.LA(1);
    return next.tokenType === EOF ? this.end : next.startOffset;
  }

  /** Runs a rule over tokens. Total; what was expected in vain is in `gaps`, `rest` what should follow the rule. */
  run<T>(rule: Rule<T>, tokens: Token[], rest: string): Run<T> {
    this.#gaps = [];
    this.#lost = 0;
    this.#rest = rest;
    for (const token of tokens) token.tokenTypeIdx = token.tokenType.tokenTypeIdx ?? 0;
    this.input = tokens;
    const last = tokens.at(-1);
    const end = last === undefined ? 0 : last.startOffset + last.image.length;
    const node = rule.call(this);
    const errors = this.errors.map(({ message, token }) => ({
      what: message,
      at: token.tokenType === EOF ? end : token.startOffset,
    }));
    return { node, gaps: [...this.#gaps, ...errors] };
  }

  // Virtual tokens stand where the last real one ended; chevrotain's own would have no place.
  protected override getTokenToInsert(tokenType: TokenType): Token & IToken {
    return {
      image: '',
      startOffset: this.end,
      tokenType,
      tokenTypeIdx: tokenType.tokenTypeIdx ?? 0,
      isInsertedInRecovery: true,
    };
  }
  // Each recovery inside a repetition is a recursion of chevrotain's: without a bound, noise would fill the stack.
  protected SAVE_ERROR(error: never): never {
    const parent = EmbeddedActionsParser.prototype as unknown as {
      readonly SAVE_ERROR: (this: RecoveringGrammar, error: never) => never;
    };
    if (this.errors.length >= limits.recoveries) {
      (this as unknown as { moveToTerminatedState: () => void }).moveToTerminatedState();
    }
    return parent.SAVE_ERROR.call(this, error);
  }
}
