import { problem } from '../../diagnostics.ts';
import type { Checked } from '../checked.ts';
import { isEnforced, objectTemplatesOf } from './policies.ts';
import { type BlockRule, reportOn } from './rule.ts';

/** OCM4013 and OCM4018: what a template without a name does not do, and what one with a name does not look at (Rule 46). */
export const unnamedObjects: BlockRule<'policy'> = (policy, session) => {
  for (const { object, within } of objectTemplatesOf(policy)) {
    // With a selector upstream finds the objects by their labels, and enforces.
    const isNamed = object.name !== '' || object.lateName !== null;
    const isFound = isNamed || object.noted.values.has('select');
    if (!isFound && isEnforced(policy, within)) {
      const block = `\`${object.construct} ${object.kind?.kind ?? ''}\``;
      const help = ['give it a name to have it enforced'];
      const { span } = object.shaped.head;
      reportOn(object, problem('OCM4013', span, { block }, { help }), session);
    }
    if (object.construct === 'mustnothave' && isNamed) warnFields(object, session);
  }
};

// The identity of an object is its kind, name and namespace.
function warnFields(object: Checked, session: Parameters<BlockRule>[1]): void {
  const extra = object.shaped.body.items.find((item) => {
    if (item.kind !== 'property') return true;
    const key = item.key.kind === 'word' ? item.key.text : '';
    if (key !== 'metadata' || item.value.kind !== 'body') return true;
    return item.value.items.some(
      (field) =>
        field.kind !== 'property' || field.key.kind !== 'word' || field.key.text !== 'namespace',
    );
  });
  if (extra === undefined) return;
  const help = ['leave the name out to match by fields'];
  reportOn(object, problem('OCM4018', extra.span, {}, { help }), session);
}
