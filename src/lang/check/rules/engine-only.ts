import type { IrExpr } from '../../../ir/expr.ts';
import { importedCondition } from '../../../ir/lower/predicate/imported.ts';
import { lowerPredicates, type Refusal } from '../../../ir/lower/predicate/predicates.ts';
import { problem } from '../../diagnostics.ts';
import { blocksOf, type Checked } from '../checked.ts';
import { textOf } from '../known.ts';
import { isImported } from '../note.ts';
import { placeOfOrigin } from './atoms.ts';
import { type Rule, reportOn } from './rule.ts';
import { throughEngine } from './through-engine.ts';

/** OCM3001: a condition that upstream's scheduler cannot evaluate. Asked of what writes the Placement, so no other is left out. */
export const engineOnlyAtoms: Rule = (program, session) => {
  for (const placement of blocksOf(program.blocks, 'placement')) {
    if (textOf(placement.values.via) === 'engine') continue;
    const refusal = refusalOf(placement);
    if (refusal === null) continue;
    const { span, text } = placeOfOrigin(refusal.origin, placement, 'where', program);
    const { help, fixes } = throughEngine(placement);
    const why = `upstream's selectors and CEL cannot say ${refusal.what} here`;
    const advice = { help: [why, ...help], fixes };
    reportOn(placement, problem('OCM3001', span, { atom: text }, advice), session);
  }
};

// A condition that an edit did not touch is the same object in the next check.
const refusals = new WeakMap<IrExpr, Refusal | null>();

function refusalOf({ values, shaped }: Checked<'placement'>): Refusal | null {
  const { where } = values;
  if (where === null || where.known) return null;
  if (isImported(shaped.keys.where) && importedCondition(where.ir) !== null) return null;
  const known = refusals.get(where.ir);
  if (known !== undefined) return known;
  const lowered = lowerPredicates(where.ir);
  const refusal = lowered.ok ? null : lowered.refusal;
  refusals.set(where.ir, refusal);
  return refusal;
}
