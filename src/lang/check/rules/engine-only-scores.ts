import { problem } from '../../diagnostics.ts';
import type { Fields } from '../../fold/value.ts';
import { blocksOf } from '../checked.ts';
import { fieldsOf, knownValue, textOf } from '../known.ts';
import { type Rule, reportOn, valueSpan } from './rule.ts';
import { throughEngine } from './through-engine.ts';

/** OCM3001: a score that upstream's scheduler does not know, and for which it would find the placement misconfigured. */
export const engineOnlyScores: Rule = ({ blocks }, session) => {
  for (const placement of blocksOf(blocks, 'placement')) {
    const { prefer, via } = placement.values;
    if (textOf(via) === 'engine') continue;
    const terms = (fieldsOf(knownValue(prefer))?.get('terms') ?? []) as readonly Fields[];
    if (!terms.some((term) => term.get('score') === 'BuiltIn/Scatter')) continue;
    const span = valueSpan(placement, 'prefer');
    const found = problem('OCM3001', span, { atom: 'scatter' }, throughEngine(placement, 'prefer'));
    reportOn(placement, found, session);
  }
};
