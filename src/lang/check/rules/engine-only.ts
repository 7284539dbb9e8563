import { importedCondition } from '../../../ir/lower/predicate/imported.ts';
import { lowerPredicates, type Refusal } from '../../../ir/lower/predicate/predicates.ts';
import { problem } from '../../diagnostics.ts';
import type { Checked } from '../checked.ts';
import { textOf } from '../known.ts';
import { isImported } from '../note.ts';
import { placeOfOrigin } from './atoms.ts';
import { type BlockRule, reportOn } from './rule.ts';
import { throughEngine } from './through-engine.ts';

/** OCM3001: a condition that upstream's scheduler cannot evaluate. Asked of what writes the Placement, so no other is left out. */
export const engineOnlyAtoms: BlockRule<'placement'> = (placement, session, program) => {
  if (textOf(placement.values.via) === 'engine') return;
  const refusal = refusalOf(placement);
  if (refusal === null) return;
  const { span, text } = placeOfOrigin(refusal.origin, placement, 'where', program);
  const { help, fixes } = throughEngine(placement);
  const why = `upstream's selectors and CEL cannot say ${refusal.what} here`;
  const advice = { help: [why, ...help], fixes };
  reportOn(placement, problem('OCM3001', span, { atom: text }, advice), session);
};

function refusalOf({ values, shaped }: Checked<'placement'>): Refusal | null {
  const { where } = values;
  if (where === null || where.known) return null;
  if (isImported(shaped.keys.where) && importedCondition(where.ir) !== null) return null;
  const lowered = lowerPredicates(where.ir);
  return lowered.ok ? null : lowered.refusal;
}
