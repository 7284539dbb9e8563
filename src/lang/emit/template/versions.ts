import { mirrored } from '../../../ir/comparison.ts';
import type { IrComparison, IrExpr } from '../../../ir/expr.ts';
import { type Draft, keep } from './draft.ts';
import { both, call, type GoExpr, text } from './go.ts';
import { typeOf } from './kinds.ts';

const symbols = { '==': '=', '!=': '!=', '<': '<', '<=': '<=', '>': '>', '>=': '>=' } as const;

/** A version beside a literal one, which compares only on the parts it has (Rule 35); null for anything else. */
export function compareVersions(
  { left, right }: Extract<IrExpr, { op: 'compare' }>,
  by: IrComparison,
  draft: Draft,
): GoExpr | null {
  if (typeOf(left) !== 'version' || typeOf(right) !== 'version') return null;
  const isFirst = left.op === 'const';
  const literal = isFirst ? left : right;
  const other = isFirst ? right : left;
  if (literal.op !== 'const' || typeof literal.value !== 'string' || other.op === 'const')
    return null;
  const parts = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(literal.value);
  if (parts === null) return null;
  const [, major, minor, patch] = parts;
  const of = draft.compile.maybe(other, draft);
  const pattern = patch === undefined ? '[0-9]+[.][0-9]+' : '[0-9]+[.][0-9]+[.][0-9]+';
  const found = keep(call('regexFind', text(pattern), of.value), draft);
  const cut = patch === undefined ? call('printf', text('%s.0'), found) : found;
  const order = symbols[isFirst ? mirrored[by] : by];
  const constraint = text(`${order}${major}.${minor}.${patch ?? '0'}`);
  return both(of.present, found, call('semverCompare', constraint, cut));
}
