import {
  EmbeddedActionsParser,
  EOF,
  type IOrAlt,
  type IToken,
  type ParserMethod,
  type TokenType,
} from 'chevrotain';
import type { Span } from '../../base/span.ts';
import { limits } from './limits.ts';

/** A production; `sub` calls it from another one. */
export type Rule<T> = ParserMethod<[], T>;
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

/**
 * Chevrotain's methods are protected; this is the one class that opens them, so that the grammar can be split
 * into files of related rules. A rule is run as `rule.call(parser)`, which `run` hides. The first argument of
 * `take`, `sub`, `some`, `maybe` and `choose` numbers the occurrences of the same call within one rule.
 */
export class Grammar extends EmbeddedActionsParser {
  #gaps: Gap[] = [];
  #expected: ReadonlyMap<string, string> = new Map();
  #rest = '';
  /** Where the last rule that was given up ended: at the token after it. */
  #lost = 0;

  constructor(vocabulary: readonly TokenType[], validate: boolean) {
    super([...vocabulary], {
      recoveryEnabled: true,
      maxLookahead: 2,
      skipValidations: !validate,
      errorMessageProvider: {
        buildMismatchTokenMessage: ({ expected }) => expected.LABEL ?? expected.name,
        buildNotAllInputParsedMessage: () => this.#rest,
        buildNoViableAltMessage: ({ ruleName }) => this.#expected.get(ruleName) ?? ruleName,
        buildEarlyExitMessage: ({ ruleName }) => this.#expected.get(ruleName) ?? ruleName,
      },
    });
  }

  /** `onError` gives what is left behind where the rule cannot go on. */
  rule<T>(name: string, body: () => T, onError: () => T): Rule<T> {
    const recoveryValueFunc = (): T => {
      this.#lost = this.start;
      return onError();
    };
    return this.RULE(name, body, { recoveryValueFunc });
  }
  take(at: number, token: TokenType): IToken {
    return this.consume(at, token);
  }
  sub<T>(at: number, rule: Rule<T>): T {
    return this.subrule(at, rule);
  }
  some(at: number, body: () => void, gate?: Gate): void {
    this.many(at, gate === undefined ? body : { DEF: body, GATE: gate });
  }
  /** Elements with commas between, and after the last where the author likes. */
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
  /** Like `maybe`, for what the grammar requires: where `gate` says it has not been written yet, that is a gap. */
  need<T>(at: number, what: string, body: () => T, gate: Gate): T | undefined {
    const found = this.option(neededFrom + at, { DEF: body, GATE: gate });
    if (found === undefined) this.gap(what);
    return found;
  }
  /** `alternatives` should be one array made once: the parser keeps what it learns of it. */
  choose<T>(at: number, alternatives: Alternatives<T>): T {
    return this.or(at, alternatives) as T;
  }
  /** Words for errors: what to expect where a rule of that name cannot start. */
  expects(words: ReadonlyMap<string, string>): void {
    this.#expected = words;
  }
  seal(): void {
    this.performSelfAnalysis();
  }

  /** True while the parser learns the grammar by calling the rules with made-up tokens. */
  get learning(): boolean {
    return this.RECORDING_PHASE;
  }
  /** The type of a token ahead (1 is the next one). */
  ahead(distance: number): TokenType {
    return this.LA(distance).tokenType;
  }
  look(distance: number): IToken {
    return this.LA(distance);
  }
  /** Takes the next token, where `ahead` has said what it is. */
  next(): IToken {
    const token = this.LA(1);
    (this as unknown as { consumeToken: () => void }).consumeToken();
    return token;
  }
  /** Offset after the last token taken. */
  get end(): number {
    const last = this.LA(0);
    return last.tokenType === EOF ? 0 : last.startOffset + last.image.length;
  }
  /** From an offset to the last token taken, or to where something was given up since: that lies in what it is part of. */
  spanFrom(start: number): Span {
    return { start, end: Math.max(start, this.end, this.#lost) };
  }
  /** Where the next token starts, or the end of the text. */
  get start(): number {
    const next = this.LA(1);
    return next.tokenType === EOF ? this.end : next.startOffset;
  }
  /** Says that something is missing after the last token taken. */
  gap(what: string): void {
    if (!this.learning) this.#gaps.push({ what, at: this.end });
  }

  /** Runs a rule over tokens. Total; what was expected in vain is in `gaps`, `rest` what should follow the rule. */
  run<T>(rule: Rule<T>, tokens: IToken[], rest: string): Run<T> {
    this.#gaps = [];
    this.#lost = 0;
    this.#rest = rest;
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
  protected override getTokenToInsert(tokenType: TokenType): IToken {
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
      readonly SAVE_ERROR: (this: Grammar, error: never) => never;
    };
    if (this.errors.length >= limits.recoveries) {
      (this as unknown as { moveToTerminatedState: () => void }).moveToTerminatedState();
    }
    return parent.SAVE_ERROR.call(this, error);
  }
}

/** Alternatives of `choose`, tried by lookahead. */
export type Alternatives<T> = IOrAlt<T>[];
/** Makes the alternatives of `choose`. */
export function alternatives<T>(...bodies: readonly (() => T)[]): Alternatives<T> {
  return bodies.map((ALT) => ({ ALT }));
}
