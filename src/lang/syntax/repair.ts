import { type Problem, problem } from '../diagnostics.ts';
import { limits } from './limits.ts';
import { spanOf } from './nodes.ts';
import {
  Bang,
  Colon,
  Comma,
  Dot,
  Ellipsis,
  isOperator,
  keyword,
  LeftBrace,
  LeftBracket,
  LeftParen,
  RightBrace,
  RightBracket,
  RightParen,
  type Token,
  type TokenType,
  vocabulary,
} from './tokens.ts';

/** What one pass over the brackets of a token vector says. */
export interface Brackets {
  /** Every bracket is closed by its own kind. */
  readonly balanced: boolean;
  /** Opened minus closed. */
  readonly excess: number;
  /** The token at which the tree would get deeper than `limits.depth`. */
  readonly tooDeep: Token | null;
}

const closes: ReadonlyMap<TokenType, TokenType> = new Map([
  [LeftBrace, RightBrace],
  [LeftBracket, RightBracket],
  [LeftParen, RightParen],
]);
const closers: ReadonlySet<TokenType> = new Set(closes.values());
const separators: readonly TokenType[] = [
  Comma,
  Colon,
  Ellipsis,
  ...(
    [
      'expect',
      'for',
      'import',
      'let',
      'param',
      'fun',
      'type',
      'kind',
      'namespace',
      'fleet',
    ] as const
  ).map(keyword),
];
const links: readonly TokenType[] = [Dot, Bang, keyword('then'), keyword('else'), keyword('not')];

/** What a token does to the depth of the tree, by the index of its type: the pass is over every token there is. */
const opener = 1;
const closer = 2;
const separator = 3;
const linking = 4;
const roles: readonly number[] = vocabulary.reduce<number[]>((table, type) => {
  const role = closes.has(type)
    ? opener
    : closers.has(type)
      ? closer
      : separators.includes(type)
        ? separator
        : links.includes(type) || isOperator(type)
          ? linking
          : 0;
  table[type.index] = role;
  return table;
}, []);
const roleOf = (type: TokenType): number => roles[type.index] ?? 0;

/**
 * Measures the brackets and bounds the depth of the tree: brackets that are open, and links of the chain
 * (`a.b.c`, `a + b + c`, `else if …`) that has been running on each level since its last separator.
 */
export function measure(tokens: readonly Token[], depth: number): Brackets {
  const open: TokenType[] = [];
  const chains: number[] = [0];
  let balanced = true;
  let excess = 0;
  let total = 0;
  let tooDeep: Token | null = null;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    const type = token.tokenType;
    const level = chains.length - 1;
    const role = roleOf(type);
    if (role === 0) continue;
    if (role === opener) {
      open.push(closes.get(type) ?? type);
      chains.push(0);
      excess += 1;
      total += limits.bracketWeight;
    } else if (role === closer) {
      excess -= 1;
      if (open.pop() !== type) balanced = false;
      if (level > 0) {
        total -= limits.bracketWeight + (chains.pop() ?? 0);
        const after = tokens[i + 1]?.tokenType;
        const goesOn = type !== RightBrace || after === undefined || continues(after);
        total += link(chains, goesOn ? 1 : 0);
      }
    } else total += link(chains, role === linking ? 1 : 0);
    if (total > depth && tooDeep === null) tooDeep = token;
  }
  return { balanced: balanced && open.length === 0, excess, tooDeep };
}

// Lengthens the chain of the innermost level by one, or starts it anew; returns by how much the depth changed.
function link(chains: number[], by: 0 | 1): number {
  const top = chains.length - 1;
  const before = chains[top] ?? 0;
  chains[top] = by === 0 ? 0 : before + 1;
  return by === 0 ? -before : 1;
}

function continues(type: TokenType): boolean {
  return roleOf(type) === linking || type === LeftBracket || type === LeftParen;
}

interface Opened {
  readonly closer: TokenType;
  readonly indent: number;
  readonly token: Token;
}

/**
 * Makes the brackets balance by indentation: what a line further left leaves open is closed before it, a closer
 * without a partner is dropped. Costs nothing where they balance, since it is not called then.
 */
export function repair(
  text: string,
  tokens: readonly Token[],
): { readonly tokens: Token[]; readonly problems: readonly Problem[] } {
  const kept: Token[] = [];
  const problems: Problem[] = [];
  const open: Opened[] = [];
  const counts = new Map<TokenType, number>();
  const count = (closer: TokenType, by: number): void => {
    counts.set(closer, (counts.get(closer) ?? 0) + by);
  };
  const lineOf = lineReader(text);
  const surplus = surplusOf(tokens);
  let end = 0;
  const close = (): void => {
    const opened = open.pop();
    if (opened === undefined) return;
    count(opened.closer, -1);
    kept.push(virtual(opened.closer, end));
    problems.push(unclosed(opened, end));
  };
  for (const token of tokens) {
    const type = token.tokenType;
    const closing = closers.has(type);
    const line = lineOf(token.startOffset);
    if (line.first) {
      const leaves = ({ indent, closer }: Opened): boolean =>
        closing
          ? indent > line.indent || (indent === line.indent && closer !== type)
          : indent >= line.indent;
      for (let top = open.at(-1); top !== undefined && leaves(top); top = open.at(-1)) close();
    }
    const closer = closes.get(type);
    if (closer !== undefined) {
      open.push({ closer, indent: line.indent, token });
      count(closer, 1);
    }
    const top = open.at(-1);
    let outside = line.first && (top?.indent ?? 0) < line.indent;
    // Behind something on a line further right than that of its opener: the likeliest one too many.
    if (closing && !line.first && top?.closer === type && top.indent < line.indent) {
      const left = surplus.get(type) ?? 0;
      outside = left > 0 && text.slice(top.token.startOffset, token.startOffset).includes('\n');
      if (outside) surplus.set(type, left - 1);
    }
    if (!closing) kept.push(token);
    else if (outside || (counts.get(type) ?? 0) === 0) problems.push(stray(token));
    else {
      while (open.at(-1)?.closer !== type) close();
      open.pop();
      count(type, -1);
      kept.push(token);
    }
    end = token.startOffset + token.image.length;
  }
  while (open.length > 0) close();
  return { tokens: kept, problems };
}

/** By closer: how many more of them there are than openers. */
function surplusOf(tokens: readonly Token[]): Map<TokenType, number> {
  const surplus = new Map<TokenType, number>();
  for (const { tokenType } of tokens) {
    const closer = closes.get(tokenType);
    if (closer !== undefined) surplus.set(closer, (surplus.get(closer) ?? 0) - 1);
    else if (closers.has(tokenType)) surplus.set(tokenType, (surplus.get(tokenType) ?? 0) + 1);
  }
  return surplus;
}

function virtual(tokenType: TokenType, at: number): Token {
  return { image: '', startOffset: at, tokenType, tokenTypeIdx: 0 };
}

function unclosed({ closer, token }: Opened, at: number): Problem {
  const bracket = closer.name.slice(1, -1);
  const title = `add \`${bracket}\``;
  return problem(
    'OCM1001',
    { start: at, end: at },
    { what: `\`${bracket}\`` },
    {
      help: [`the \`${token.image}\` before it is not closed`],
      fixes: [{ title, edits: [{ span: { start: at, end: at }, text: bracket }] }],
    },
  );
}

function stray(token: Token): Problem {
  const span = spanOf(token);
  const title = `remove \`${token.image}\``;
  return problem(
    'OCM1002',
    span,
    { text: token.image },
    {
      help: ['nothing is open that it would close'],
      fixes: [{ title, edits: [{ span, text: '' }] }],
    },
  );
}

/** Says of ascending offsets how their line is indented, and whether only blanks stand before them on it. */
function lineReader(
  text: string,
): (at: number) => { readonly first: boolean; readonly indent: number } {
  let scanned = 0;
  let lineStart = 0;
  let word = -1;
  return (at) => {
    for (; scanned < at; scanned++) {
      if (text.charCodeAt(scanned) !== 10) continue;
      lineStart = scanned + 1;
      word = -1;
    }
    if (word < 0) {
      word = lineStart;
      while (text.charCodeAt(word) === 32 || text.charCodeAt(word) === 9) word += 1;
    }
    return { first: word === at, indent: word - lineStart };
  };
}
