import type { Span } from '../../../base/span.ts';
import { problem } from '../../diagnostics.ts';
import type { ArgNode, ElementNode, Expr, LambdaNode, LiteralNode } from '../ast.ts';
import { alternatives } from '../grammar.ts';
import { missing, noWord, spanOf, stringOf, wordOf } from '../nodes.ts';
import { fenceContent } from '../text.ts';
import {
  Arrow,
  Bang,
  Colon,
  Comma,
  Dot,
  Ellipsis,
  Fence,
  keyword,
  LeftBracket,
  LeftParen,
  Minus,
  Name,
  Num,
  Operator,
  RightBracket,
  RightParen,
  Str,
  type Token,
  type TokenType,
  Unit,
  Version,
  Word,
  WordOperator,
} from '../tokens.ts';
import { startsMember, startsValue } from './gates.ts';
import { plainExpr, plainOperand, takePlain } from './plain.ts';
import { climb, type Link, type Operand } from './precedence.ts';
import type { Building, Rules } from './rules.ts';

type ExpressionRules = Pick<
  Rules,
  'expr' | 'binary' | 'unary' | 'postfix' | 'primary' | 'element' | 'args' | 'arg'
>;

/** Productions of expressions, from `expr` to `arg`. */
export function expressionRules(b: Building): ExpressionRules {
  return { ...operatorRules(b), ...postfixRules(b), ...primaryRules(b) };
}

function operatorRules(b: Building): Pick<Rules, 'expr' | 'binary' | 'unary'> {
  const { grammar: g, rules } = b;
  const lost = (): Expr => missing(g.start);

  const exprs = alternatives<Expr>(
    () => {
      const start = g.start;
      g.take(0, keyword('if'));
      const test = g.sub(0, rules.expr);
      g.take(1, keyword('then'));
      const yes = g.sub(1, rules.expr);
      g.take(2, keyword('else'));
      const no = g.sub(2, rules.expr);
      return { kind: 'if', span: g.spanFrom(start), test, yes, no };
    },
    () => g.sub(3, rules.binary),
  );
  const expr = g.rule<Expr>(
    'expr',
    () => {
      const plain = plainExpr(g);
      return plain > 0 ? takePlain(g, plain, b.strings) : g.choose(0, exprs);
    },
    lost,
  );

  const isIn = keyword('in');
  const isNot = keyword('not');
  const wordLike: ReadonlySet<TokenType> = new Set([isIn, isNot, WordOperator]);
  // A word operator with a colon after it is the key of the next item (Rule 2).
  const goesOn = () => !(wordLike.has(g.ahead(1)) && g.ahead(2) === Colon);
  const takeIn = () => g.take(1, isIn);
  const operand = (at: number): Operand => {
    const start = g.start;
    const plain = plainOperand(g);
    const node = plain > 0 ? takePlain(g, plain, b.strings) : g.sub(at, rules.unary);
    return { node, start, end: g.spanFrom(start).end };
  };
  const later = () => operand(1);
  const isHere = () => startsValue(g);
  const unwritten = (): Operand => {
    const at = g.end;
    return { node: missing(at), start: at, end: g.spanFrom(at).end };
  };
  const binary = g.rule<Expr>(
    'binary',
    () => {
      const head = operand(0);
      const links: Link[] = [];
      g.some(
        0,
        () => {
          const operator = g.take(0, Operator);
          if (g.learning || operator.tokenType === isNot) g.maybe(0, takeIn);
          const next = g.need(0, 'an operand', later, isHere) ?? unwritten();
          links.push({ operator, node: next.node, start: next.start, end: next.end });
        },
        goesOn,
      );
      if (links.length === 0 || g.learning) return head.node;
      return climb(head, links, b.complain);
    },
    lost,
  );

  const unaries = alternatives<Expr>(
    () => {
      const start = g.start;
      g.take(0, Bang);
      const of = g.sub(0, rules.unary);
      return { kind: 'unary', span: g.spanFrom(start), op: '!', of };
    },
    () => {
      const start = g.start;
      g.take(1, Minus);
      const of = g.sub(1, rules.unary);
      return { kind: 'unary', span: g.spanFrom(start), op: '-', of };
    },
    () => {
      const word = g.take(2, isNot);
      const of = g.sub(2, rules.unary);
      b.complain(notAnOperator(spanOf(word), 'not', '!'));
      return { kind: 'unary', span: g.spanFrom(word.startOffset), op: '!', of };
    },
    () => g.sub(3, rules.postfix),
  );
  const unary = g.rule<Expr>('unary', () => g.choose(0, unaries), lost);

  return { expr, binary, unary };
}

function notAnOperator(span: Span, word: string, instead: string) {
  const title = `write \`${instead}\``;
  return problem(
    'OCM1007',
    span,
    { word },
    { help: [title], fixes: [{ title, edits: [{ span, text: instead }] }] },
  );
}

function postfixRules(b: Building): Pick<Rules, 'postfix' | 'args' | 'arg'> {
  const { grammar: g, rules } = b;

  // What the alternatives below extend. Each reads them before it calls another rule, which may set them anew.
  let of: Expr = missing(0);
  let start = 0;
  const steps = alternatives<void>(
    () => {
      const inner = of;
      const from = start;
      g.take(0, Dot);
      const word = g.need(
        0,
        'a member name',
        () => wordOf(g.take(1, Word)),
        () => startsMember(g),
      );
      const name = word ?? noWord(g.end);
      of = { kind: 'member', span: g.spanFrom(from), of: inner, name };
    },
    () => {
      const inner = of;
      const from = start;
      g.take(2, LeftBracket);
      const at = g.sub(0, rules.expr);
      g.take(3, RightBracket);
      of = { kind: 'index', span: g.spanFrom(from), of: inner, at };
    },
    () => {
      const inner = of;
      const from = start;
      const args = g.sub(1, rules.args);
      of = { kind: 'call', span: g.spanFrom(from), of: inner, args };
    },
  );
  const step = () => g.choose(0, steps);
  const postfix = g.rule<Expr>(
    'postfix',
    () => {
      const from = g.start;
      let node = g.sub(2, rules.primary);
      g.some(0, () => {
        of = node;
        start = from;
        step();
        node = of;
      });
      return node;
    },
    () => missing(g.start),
  );

  const args = g.rule<readonly ArgNode[]>(
    'args',
    () => {
      const found: ArgNode[] = [];
      g.take(0, LeftParen);
      g.commaSeparated(
        0,
        () => {
          const arg = g.sub(0, rules.arg);
          if (arg !== null) found.push(arg);
        },
        Comma,
      );
      g.take(1, RightParen);
      return found;
    },
    () => [],
  );

  const argForms = alternatives<ArgNode>(
    () => {
      const name = wordOf(g.take(0, Word));
      g.take(1, Colon);
      const value = g.sub(0, rules.expr);
      return { kind: 'arg', span: g.spanFrom(name.span.start), name, value };
    },
    () => {
      const formal = wordOf(g.take(2, Name));
      g.take(3, Arrow);
      const body = g.sub(1, rules.expr);
      const span = g.spanFrom(formal.span.start);
      const value: LambdaNode = { kind: 'lambda', span, formal, body };
      return { kind: 'arg', span, name: null, value };
    },
    () => {
      const from = g.start;
      const value = g.sub(2, rules.expr);
      return { kind: 'arg', span: g.spanFrom(from), name: null, value };
    },
  );
  const arg = g.rule<ArgNode | null>(
    'arg',
    () => g.choose(0, argForms),
    () => null,
  );

  return { postfix, args, arg };
}

function primaryRules(b: Building): Pick<Rules, 'primary' | 'element'> {
  const { grammar: g, rules } = b;
  const literal = (type: LiteralNode['type'], token: Token): LiteralNode => ({
    kind: 'literal',
    span: spanOf(token),
    type,
    text: token.image,
  });

  const primaries = alternatives<Expr>(
    () => {
      const name = wordOf(g.take(0, Name));
      return { kind: 'name', span: name.span, name };
    },
    () => stringOf(g.take(1, Str), b.strings),
    () => literal('unit', g.take(2, Unit)),
    () => literal('number', g.take(3, Num)),
    () => literal('version', g.take(4, Version)),
    () => literal('bool', g.take(5, keyword('true'))),
    () => literal('bool', g.take(6, keyword('false'))),
    () => {
      const token = g.take(7, Fence);
      return { kind: 'fence', span: spanOf(token), ...fenceContent(token.image) };
    },
    () => {
      g.take(8, LeftParen);
      const inner = g.sub(0, rules.expr);
      g.take(9, RightParen);
      return inner;
    },
    () => {
      const start = g.start;
      const elements: ElementNode[] = [];
      g.take(10, LeftBracket);
      g.commaSeparated(0, () => elements.push(g.sub(1, rules.element)), Comma);
      g.take(11, RightBracket);
      return { kind: 'list', span: g.spanFrom(start), elements };
    },
    () => g.sub(2, rules.body),
  );
  const primary = g.rule<Expr>(
    'primary',
    () => g.choose(0, primaries),
    () => missing(g.start),
  );

  const elements = alternatives<ElementNode>(
    () => {
      const start = g.start;
      const head = g.sub(0, rules.forHead);
      g.take(0, Colon);
      const value = g.sub(1, rules.expr);
      return { kind: 'forElement', span: g.spanFrom(start), head, value };
    },
    () => {
      const start = g.start;
      g.take(1, Ellipsis);
      const of = g.sub(2, rules.expr);
      return { kind: 'spread', span: g.spanFrom(start), notes: [], of };
    },
    () => g.sub(3, rules.expr),
  );
  const element = g.rule<ElementNode>(
    'element',
    () => g.choose(0, elements),
    () => missing(g.start),
  );

  return { primary, element };
}
