import { problem } from '../../diagnostics.ts';
import { listOf } from '../known.ts';
import { type BlockRule, keySpan, reportOn } from './rule.ts';

/** OCM2021: upstream reads an empty list of sets as every set (Rule 38). */
export const emptyFrom: BlockRule<'placement'> = (placement, session) => {
  if (listOf(placement.values.from)?.length !== 0) return;
  const help = ['without `from` the placement takes every set bound to its namespace'];
  reportOn(placement, problem('OCM2021', keySpan(placement, 'from'), {}, { help }), session);
};
