import { problem } from '../../diagnostics.ts';
import { fieldsOf, listOf } from '../known.ts';
import { type BlockRule, elementSpan, reportOn } from './rule.ts';

/** OCM2029: a value of no key, which upstream calls misconfigured when it meets a cluster, and then selects nothing. */
export const tolerationKeys: BlockRule<'placement'> = (placement, session) => {
  for (const [index, value] of (listOf(placement.values.tolerate) ?? []).entries()) {
    const toleration = fieldsOf(value);
    if (!toleration?.has('value') || (toleration.get('key') ?? '') !== '') continue;
    const span = elementSpan(placement, 'tolerate', index);
    const params = { block: 'a toleration with a `value`', key: 'key' };
    const help = ['without `value` a toleration without `key` is of every taint'];
    reportOn(placement, problem('OCM2029', span, params, { help }), session);
  }
};
