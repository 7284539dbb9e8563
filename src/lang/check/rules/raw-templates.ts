import { problem } from '../../diagnostics.ts';
import { blocksOf } from '../checked.ts';
import { fieldsOf, knownValue } from '../known.ts';
import { type BlockRule, reportOn, valueSpan } from './rule.ts';

/** OCM2026: upstream takes object templates as a list or as one template text, not both (Rule 47). */
export const rawTemplates: BlockRule<'policy'> = ({ children }, session) => {
  for (const config of blocksOf(children, 'config')) {
    const spec = fieldsOf(fieldsOf(knownValue(config.values.raw))?.get('spec'));
    // null is as good as absent
    if ((spec?.get('object-templates-raw') ?? null) === null || config.children.length === 0)
      continue;
    const params = { key: 'object-templates-raw', other: 'blocks beside it' };
    const help = ['put the blocks into a `config` of their own'];
    reportOn(config, problem('OCM2026', valueSpan(config, 'raw'), params, { help }), session);
  }
};
