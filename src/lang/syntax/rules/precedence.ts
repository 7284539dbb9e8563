import type { Span } from '../../../base/span.ts';
import { type Problem, problem } from '../../diagnostics.ts';
import type { BinaryOperator, Expr } from '../ast.ts';
import { missing, spanOf } from '../nodes.ts';
import type { Token } from '../tokens.ts';

/** An operand and its place, parentheses included. */
export interface Operand {
  readonly node: Expr;
  readonly span: Span;
}

/** Rule 6: the higher, the tighter. */
export const precedence: Readonly<Record<BinaryOperator, number>> = {
  '||': 1,
  '&&': 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  in: 3,
  'not in': 3,
  '??': 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
};
const comparison = precedence['=='];
const written: ReadonlyMap<string, BinaryOperator> = new Map([
  ['not', 'not in'],
  ['and', '&&'],
  ['or', '||'],
]);

/** Makes a tree of a flat chain `operand operator operand …` by precedence; all operators are left-associative. */
export function climb(
  operands: readonly Operand[],
  operators: readonly Token[],
  complain: (problem: Problem) => void,
): Expr {
  const rest = [...operands].reverse();
  const next = (): Operand => rest.pop() ?? { node: missing(0), span: { start: 0, end: 0 } };
  const stack: { readonly left: Operand; readonly token: Token; readonly op: BinaryOperator }[] =
    [];
  let right = next();
  const reduce = (least: number): void => {
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      if (precedence[top.op] < least) return;
      stack.pop();
      right = join(top.left, top.op, top.token, right);
    }
  };
  for (const token of operators) {
    const op = operatorOf(token, complain);
    const level = precedence[op];
    reduce(level + 1);
    const above = stack.at(-1);
    if (level === comparison && above !== undefined && precedence[above.op] === comparison) {
      complain(chained(token));
    }
    reduce(level);
    stack.push({ left: right, token, op });
    right = next();
  }
  reduce(0);
  return right.node;
}

function join(left: Operand, op: BinaryOperator, token: Token, right: Operand): Operand {
  const span = { start: left.span.start, end: Math.max(left.span.end, right.span.end) };
  const at = spanOf(token);
  return { node: { kind: 'binary', span, op, at, left: left.node, right: right.node }, span };
}

function operatorOf(token: Token, complain: (problem: Problem) => void): BinaryOperator {
  const word = token.image;
  const meant = written.get(word);
  if (meant === undefined) return word as BinaryOperator;
  if (word !== 'not') {
    const title = `write \`${meant}\``;
    const fix = { title, edits: [{ span: spanOf(token), text: meant }] };
    complain(problem('OCM1007', spanOf(token), { word }, { help: [title], fixes: [fix] }));
  }
  return meant;
}

function chained(token: Token): Problem {
  const help = ['join two comparisons with `&&`: `a < b && b < c`'];
  return problem('OCM1006', spanOf(token), {}, { help });
}
