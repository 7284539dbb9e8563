import { problem } from '../../diagnostics.ts';
import type { Fields } from '../../fold/value.ts';
import { fieldsOf, knownValue, textOf } from '../known.ts';
import { type BlockRule, reportOn, valueSpan } from './rule.ts';
import { throughEngine } from './through-engine.ts';

/** OCM3001: a score that upstream's scheduler does not know, and for which it would find the placement misconfigured. */
export const engineOnlyScores: BlockRule<'placement'> = (placement, session) => {
  const { prefer, via } = placement.values;
  if (textOf(via) === 'engine') return;
  const terms = (fieldsOf(knownValue(prefer))?.get('terms') ?? []) as readonly Fields[];
  const scatters = terms.some((term) => term.get('score') === 'BuiltIn/Scatter');
  if (!scatters && !terms.some((term) => term.has('expr'))) return;
  const span = valueSpan(placement, 'prefer');
  const atom = scatters ? 'scatter' : 'a computed score';
  const found = problem('OCM3001', span, { atom }, throughEngine(placement, 'prefer'));
  reportOn(placement, found, session);
};
