import type { IrAttribute, IrExpr } from '../../../ir/expr.ts';
import { operandsOf } from '../../../ir/operands.ts';
import { problem } from '../../diagnostics.ts';
import { textOf } from '../known.ts';
import { placeOfAtom } from './atoms.ts';
import { type BlockRule, reportOn } from './rule.ts';
import { throughEngine } from './through-engine.ts';

/**
 * OCM3012: a condition on an add-on's score, which upstream's CEL reads whether or not its `validUntil` is over (ocm
 * `pkg/placement/plugins/predicate`, §7); here an expired score is absent (Rule 31).
 */
export const scoreExpiry: BlockRule<'placement'> = (placement, session, program) => {
  const { where, via } = placement.values;
  if (where === null || where.known || textOf(via) === 'engine') return;
  const said = new Set<string>();
  for (const atom of atomsOf(where.ir)) {
    const found = scoreIn(atom)?.source;
    if (found?.from !== 'score') continue;
    const score = `${found.resource}/${found.score}`;
    if (said.has(score)) continue;
    said.add(score);
    const { span } = placeOfAtom(atom, placement, 'where', program);
    const advice = throughEngine(placement);
    reportOn(placement, problem('OCM3012', span, { score }, advice), session);
  }
};

/** The parts of a condition that are joined with `&&`, `||` and `!`, if they look at scores. */
function atomsOf(expr: IrExpr): readonly IrExpr[] {
  if (expr.op === 'and' || expr.op === 'or') return expr.args.flatMap(atomsOf);
  if (expr.op === 'not') return atomsOf(expr.arg);
  return scoreIn(expr) === null ? [] : [expr];
}

function scoreIn(expr: IrExpr): IrAttribute | null {
  if (expr.op === 'attribute') return expr.source.from === 'score' ? expr : null;
  for (const each of operandsOf(expr)) {
    const found = scoreIn(each);
    if (found !== null) return found;
  }
  return null;
}
