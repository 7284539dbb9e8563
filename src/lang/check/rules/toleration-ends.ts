import { problem } from '../../diagnostics.ts';
import { fieldsOf, listOf } from '../known.ts';
import { type BlockRule, elementSpan, reportOn } from './rule.ts';

/** OCM4012: upstream applies `tolerationSeconds` of `NoSelectIfNew` until a cluster is first selected, never after. */
export const tolerationEnds: BlockRule<'placement'> = (placement, session) => {
  for (const [index, value] of (listOf(placement.values.tolerate) ?? []).entries()) {
    const toleration = fieldsOf(value);
    if (toleration?.get('effect') !== 'NoSelectIfNew' || !toleration.has('for')) continue;
    const span = elementSpan(placement, 'tolerate', index);
    const help = ['a selected cluster keeps its place however long the taint stays'];
    reportOn(placement, problem('OCM4012', span, {}, { help }), session);
  }
};
