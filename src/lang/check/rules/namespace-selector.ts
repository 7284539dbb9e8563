import { problem } from '../../diagnostics.ts';
import { blocksOf } from '../checked.ts';
import { fieldsOf, knownValue } from '../known.ts';
import { type Rule, reportOn, valueSpan } from './rule.ts';

/** OCM2030: without `include` or `labels` a selector selects no namespace. */
export const namespaceSelector: Rule = ({ blocks }, session) => {
  for (const policy of blocksOf(blocks, 'policy')) {
    const selector = fieldsOf(knownValue(policy.values.namespaces));
    if (selector === undefined || selector.has('include') || selector.has('labels')) continue;
    if (!selector.has('exclude')) continue;
    const help = ['for all but those: `include: ["*"]`'];
    reportOn(policy, problem('OCM2030', valueSpan(policy, 'namespaces'), {}, { help }), session);
  }
};
