import { problem } from '../../diagnostics.ts';
import { blocksOf } from '../checked.ts';
import { listOf } from '../known.ts';
import { keySpan, type Rule, reportOn } from './rule.ts';

/** OCM2021: upstream reads an empty list of sets as every set (Rule 38). */
export const emptyFrom: Rule = ({ blocks }, session) => {
  for (const placement of blocksOf(blocks, 'placement')) {
    if (listOf(placement.values.from)?.length !== 0) continue;
    const help = ['without `from` the placement takes every set bound to its namespace'];
    reportOn(placement, problem('OCM2021', keySpan(placement, 'from'), {}, { help }), session);
  }
};
