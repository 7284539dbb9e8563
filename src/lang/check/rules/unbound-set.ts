import { blockKey } from '../../bind/program.ts';
import { problem } from '../../diagnostics.ts';
import { isSetOutside, listOf, referredName } from '../known.ts';
import { type BlockRule, reportOn, valueSpan } from './rule.ts';

/** OCM4006: a placement finds no cluster in a set that is not bound to its namespace (Rule 38). */
export const unboundSet: BlockRule<'placement'> = (placement, session, { isBound }) => {
  const { namespace } = placement;
  const item = placement.shaped.keys.from?.value;
  for (const [index, value] of (listOf(placement.values.from) ?? []).entries()) {
    const set = referredName(value);
    // Whoever declares a set elsewhere may bind it there too.
    if (set === undefined || isSetOutside(value)) continue;
    if (isBound(blockKey(namespace, set))) continue;
    const element = item?.kind === 'list' ? item.elements[index] : undefined;
    const isOwn = element?.kind === 'name' || element?.kind === 'member';
    const span = isOwn ? element.span : valueSpan(placement, 'from');
    const where = namespace === '' ? 'the namespace of this file' : `namespace \`${namespace}\``;
    const params = { set, where };
    const help = [`bind it: \`namespace ${namespace || 'n'} { bind: [${set}] }\``];
    reportOn(placement, problem('OCM4006', span, params, { help }), session);
  }
};
