import type { Expected } from './expected.ts';
import { describeExpected } from './expected.ts';
import type { LexicalError } from './lexer.ts';
import type { Source } from './source.ts';
import type { Token, TokenKind } from './token.ts';

/** A syntax error in ANTLR's words, at the offset of a token. */
export interface SyntaxError {
  readonly at: number;
  readonly message: string;
}

/** Ends a rule whose text is not right. Thrown and caught within the parser only: `rule` reports it and goes on. */
export class Fault {
  readonly token: Token;
  readonly message: string;
  constructor(token: Token, message: string) {
    this.token = token;
    this.message = message;
  }
}

/** Ends the parse: the expression nests too deeply, or too much of it is wrong. */
export class GiveUp {
  readonly message: string | null;
  constructor(message: string | null) {
    this.message = message;
  }
}

/** How deep a rule may call itself, as in cel-go. */
export const maxNesting = 250;
const maxAttempts = 30;
const maxErrors = 100;

/**
 * Walks over tokens as ANTLR's default error strategy does, so that wrong text gets the same messages: a token too many
 * is dropped, a missing one is made up, else the rule ends and tokens are skipped until one that an outer rule expects.
 * Facts from antlr4 `runtime/Go/antlr/v4/error_strategy.go` and cel-go `parser/parser.go`.
 */
export class Cursor {
  readonly errors: SyntaxError[] = [];
  private at = 0;
  private recovering = false;
  private attempts = 0;
  private lastErrorAt = -1;
  private lastErrorRules = new Set<string>();
  /** What each rule under way is followed by, outermost first. */
  private readonly follows: Expected[] = [];
  private readonly nesting = new Map<string, number>();
  private readonly tokens: readonly Token[];
  private readonly source: Source;
  private readonly skipped: readonly LexicalError[];

  constructor(tokens: readonly Token[], source: Source, skipped: readonly LexicalError[]) {
    this.tokens = tokens;
    this.source = source;
    this.skipped = skipped;
  }

  /** The kind of the token `ahead` of the present one (1: the present one). */
  kind(ahead = 1): TokenKind {
    return this.token(ahead).kind;
  }

  token(ahead = 1): Token {
    const last = this.tokens.length - 1;
    const token = this.tokens[Math.min(this.at + ahead - 1, last)];
    if (token === undefined) throw new Error('invariant broken: no token');
    return token;
  }

  /** Runs a rule; when it fails, reports why and skips to where an outer rule can go on. */
  rule<T>(name: string, follow: Expected, body: () => T, otherwise: () => T): T {
    this.follows.push(follow);
    this.enter(name);
    try {
      return body();
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      this.report(fault.token, fault.message);
      this.recover(name);
      return otherwise();
    } finally {
      this.leave(name);
      this.follows.pop();
    }
  }

  /** Counts one more level of a rule that calls itself on its left. */
  enter(name: string): void {
    const depth = (this.nesting.get(name) ?? 0) + 1;
    this.nesting.set(name, depth);
    if (depth > maxNesting) throw new GiveUp(`expression recursion limit exceeded: ${maxNesting}`);
  }

  leave(name: string, levels = 1): void {
    this.nesting.set(name, (this.nesting.get(name) ?? 0) - levels);
  }

  /** Takes a token of one kind. `then` is what may follow it: a missing token is made up when that is there already. */
  match(kind: TokenKind, then: Expected): Token {
    const token = this.token();
    if (token.kind === kind) {
      this.consume();
      return token;
    }
    this.attempt();
    const wanted = new Set([kind]);
    if (this.dropOne(wanted)) return this.match(kind, then);
    if (this.reachable(then).has(token.kind)) {
      this.report(token, `missing ${describeExpected(wanted)} at ${quote(token)}`);
      return { kind, text: `<missing ${kind}>`, start: token.start };
    }
    throw this.mismatch(wanted);
  }

  /** `match`, with something to do when it fails. */
  matchOr(kind: TokenKind, then: Expected, onFault: () => void): Token {
    try {
      return this.match(kind, then);
    } catch (fault) {
      onFault();
      throw fault;
    }
  }

  /** Before a choice: is the present token one of those that may come? One too many is dropped. */
  sync({ kinds, end }: Expected): void {
    if (this.recovering || end || kinds.has(this.kind())) return;
    if (!this.dropOne(kinds)) throw this.mismatch(kinds);
  }

  /** Within a repetition that must go on or over to what follows it: skips what is neither. */
  syncLoop({ kinds }: Expected): void {
    if (this.recovering || kinds.has(this.kind())) return;
    this.unwanted(kinds);
    this.skipUntil(new Set([...kinds, ...this.recoverySet()]));
  }

  /** Takes the present token, whatever it is. */
  consume(): Token {
    const token = this.token();
    if (token.kind !== '<EOF>') this.at += 1;
    this.matched();
    return token;
  }

  /** No alternative fits the tokens from here to the one `ahead`. */
  noAlternative(ahead: number): Fault {
    const token = this.token(ahead);
    const text = this.textBetween(this.token(), token);
    const word = /^.(true|false|null)$/su.exec(text)?.[1];
    if (word !== undefined) {
      return new Fault(token, `mismatched input '${word}' expecting IDENTIFIER`);
    }
    return new Fault(token, `no viable alternative at input '${escapeSpace(text)}'`);
  }

  private mismatch(kinds: ReadonlySet<TokenKind>): Fault {
    const token = this.token();
    return new Fault(
      token,
      `mismatched input ${quote(token)} expecting ${describeExpected(kinds)}`,
    );
  }

  private unwanted(kinds: ReadonlySet<TokenKind>): void {
    const token = this.token();
    this.report(token, `extraneous input ${quote(token)} expecting ${describeExpected(kinds)}`);
  }

  private dropOne(kinds: ReadonlySet<TokenKind>): boolean {
    if (!kinds.has(this.kind(2))) return false;
    this.unwanted(kinds);
    this.consume();
    return true;
  }

  private report(token: Token, message: string): void {
    if (this.recovering) return;
    this.recovering = true;
    this.add(token, message);
  }

  private add({ start }: Token, message: string): void {
    if (this.errors.length < maxErrors) {
      this.errors.push({ at: start, message: `Syntax error: ${message}` });
      return;
    }
    this.errors.push({ at: start, message: `Syntax error: More than ${maxErrors} syntax errors` });
    throw new GiveUp(null);
  }

  private recover(rule: string): void {
    this.attempt();
    if (this.lastErrorAt === this.at && this.lastErrorRules.has(rule)) this.skip();
    this.lastErrorAt = this.at;
    this.lastErrorRules.add(rule);
    this.skipUntil(this.recoverySet());
  }

  private attempt(): void {
    this.attempts += 1;
    if (this.attempts <= maxAttempts) return;
    this.add(this.token(), `error recovery attempt limit exceeded: ${maxAttempts}`);
    throw new GiveUp(null);
  }

  private matched(): void {
    this.recovering = false;
    this.lastErrorAt = -1;
    this.lastErrorRules = new Set();
  }

  private skipUntil(kinds: ReadonlySet<TokenKind>): void {
    while (this.kind() !== '<EOF>' && !kinds.has(this.kind())) this.skip();
  }

  private skip(): void {
    if (this.kind() !== '<EOF>') this.at += 1;
  }

  private recoverySet(): Set<TokenKind> {
    return new Set(this.follows.flatMap(({ kinds }) => [...kinds]));
  }

  // What may come after a place, through the ends of the rules under way.
  private reachable({ kinds, end }: Expected): ReadonlySet<TokenKind> {
    const reached = new Set(kinds);
    for (let level = this.follows.length - 1; end && level >= 0; level -= 1) {
      const follow = this.follows[level];
      for (const kind of follow?.kinds ?? []) reached.add(kind);
      if (!follow?.end) return reached;
    }
    if (end) reached.add('<EOF>');
    return reached;
  }

  private textBetween(from: Token, to: Token): string {
    const { points } = this.source;
    const end = to.kind === '<EOF>' ? points.length : to.start + [...to.text].length;
    let text = '';
    for (let at = from.start; at < end; at += 1) {
      const wrong = this.skipped.some((e) => at >= e.at && at < e.at + [...e.text].length);
      if (!wrong) text += points[at] ?? '';
    }
    return text;
  }
}

function quote({ text }: Token): string {
  return `'${escapeSpace(text)}'`;
}

function escapeSpace(text: string): string {
  return text.replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');
}
