import type { Expr, LiteralNode } from '../ast.ts';
import type { Grammar } from '../grammar.ts';
import { type PendingString, spanOf, stringOf, wordOf } from '../nodes.ts';
import {
  Colon,
  Dot,
  isOperator,
  isWord,
  keyword,
  LeftBracket,
  LeftParen,
  Name,
  Num,
  QuotedName,
  Str,
  type TokenType,
  Unit,
  Version,
  WordOperator,
} from '../tokens.ts';

// Five rules lie between an expression and a name in it, and most expressions are one token or a path. Lookahead
// sees that for less than the rules cost; what they would make of it is made here. Tokens that do not fit are left to
// the rules, which also know how to go on after them.

const names: ReadonlySet<TokenType> = new Set([Name, QuotedName, WordOperator]);
const literals: ReadonlyMap<TokenType, LiteralNode['type']> = new Map([
  [Unit, 'unit'],
  [Num, 'number'],
  [Version, 'version'],
  [keyword('true'), 'bool'],
  [keyword('false'), 'bool'],
]);

/** How many tokens ahead are one operand that is a literal, a string, a name or a path of names; 0: it is more. */
export function plainOperand(g: Grammar): number {
  if (g.learning) return 0;
  const first = g.ahead(1);
  let length = 1;
  if (names.has(first)) {
    while (g.ahead(length + 1) === Dot) {
      if (!isWord(g.ahead(length + 2)) || g.ahead(length + 3) === Colon) return 0;
      length += 2;
    }
  } else if (first !== Str && !literals.has(first)) return 0;
  const next = g.ahead(length + 1);
  return next === LeftParen || next === LeftBracket || next === Dot ? 0 : length;
}

/** The same for a whole expression. */
export function plainExpr(g: Grammar): number {
  const length = plainOperand(g);
  return length > 0 && isOperator(g.ahead(length + 1)) ? 0 : length;
}

/** Takes the tokens of a plain operand. */
export function takePlain(g: Grammar, length: number, strings: PendingString[]): Expr {
  const token = g.next();
  const type = token.tokenType;
  if (type === Str) return stringOf(token, strings);
  const literal = literals.get(type);
  if (literal !== undefined) {
    return { kind: 'literal', span: spanOf(token), type: literal, text: token.image };
  }
  const word = wordOf(token);
  let node: Expr = { kind: 'name', span: word.span, name: word };
  for (let taken = 1; taken < length; taken += 2) {
    g.next();
    const name = wordOf(g.next());
    node = {
      kind: 'member',
      span: { start: word.span.start, end: name.span.end },
      of: node,
      name,
    };
  }
  return node;
}
