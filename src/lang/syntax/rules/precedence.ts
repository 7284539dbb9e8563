import { type Problem, problem } from '../../diagnostics.ts';
import type { BinaryOperator, Expr } from '../ast.ts';
import { spanOf } from '../nodes.ts';
import type { Token } from '../tokens.ts';

/** An operand and its place, parentheses included. */
export interface Operand {
  readonly node: Expr;
  readonly start: number;
  readonly end: number;
}
/** One that an operator stands before. */
export interface Link extends Operand {
  readonly operator: Token;
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

/** Makes a tree of `operand operator operand …` by precedence; all operators are left-associative. */
export function climb(
  first: Operand,
  links: readonly Link[],
  complain: (problem: Problem) => void,
): Expr {
  const operators = links.map(({ operator }) => operatorOf(operator, complain));
  let taken = 0;
  // What binds at least that tightly, from an operand on; each level asks tighter ones only.
  const treeFrom = ({ node, start }: Operand, least: number): Expr => {
    let left = node;
    let before = 0;
    for (;;) {
      const op = operators[taken];
      const link = links[taken];
      if (op === undefined || link === undefined || precedence[op] < least) return left;
      const level = precedence[op];
      if (level === comparison && before === comparison) complain(chained(link.operator));
      before = level;
      taken += 1;
      const right = treeFrom(link, level + 1);
      const span = { start, end: links[taken - 1]?.end ?? link.end };
      left = { kind: 'binary', span, op, at: spanOf(link.operator), left, right };
    }
  };
  return treeFrom(first, 0);
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
