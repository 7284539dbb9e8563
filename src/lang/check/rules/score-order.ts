import { problem } from '../../diagnostics.ts';
import { blocksOf } from '../checked.ts';
import { textOf } from '../known.ts';
import { keySpan, type Rule, reportOn } from './rule.ts';

/** OCM3007: `order: Score` is in the CRD, and no upstream controller reads it; ours does. */
export const scoreOrder: Rule = ({ blocks }, session) => {
  for (const placement of blocksOf(blocks, 'placement')) {
    if (textOf(placement.values.order) !== 'Score') continue;
    const help = ['it holds where our hub decides'];
    const span = keySpan(placement, 'order');
    reportOn(placement, problem('OCM3007', span, { key: 'order: Score' }, { help }), session);
  }
};
