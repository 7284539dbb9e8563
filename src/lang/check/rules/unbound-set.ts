import { problem } from '../../diagnostics.ts';
import { blocksOf, type CheckedProgram } from '../checked.ts';
import { listOf, referredName } from '../known.ts';
import { type Rule, reportOn, valueSpan } from './rule.ts';

/** OCM4006: a placement finds no cluster in a set that is not bound to its namespace (Rule 38). */
export const unboundSet: Rule = (program, session) => {
  const bound = boundSets(program);
  for (const placement of blocksOf(program.blocks, 'placement')) {
    const { namespace } = placement;
    const item = placement.shaped.keys.from?.value;
    for (const [index, value] of (listOf(placement.values.from) ?? []).entries()) {
      const set = referredName(value);
      if (set === undefined || bound.has(`${namespace}/${set}`)) continue;
      const element = item?.kind === 'list' ? item.elements[index] : undefined;
      const isOwn = element?.kind === 'name' || element?.kind === 'member';
      const span = isOwn ? element.span : valueSpan(placement, 'from');
      const params = { set, namespace: namespace || 'of this file' };
      const help = [`bind it: \`namespace ${namespace || 'n'} { bind: [${set}] }\``];
      reportOn(placement, problem('OCM4006', span, params, { help }), session);
    }
  }
};

function boundSets({ namespaces }: CheckedProgram): ReadonlySet<string> {
  const bound = new Set<string>();
  for (const { name, values } of namespaces) {
    for (const value of listOf(values.bind) ?? []) {
      const set = referredName(value);
      if (set !== undefined) bound.add(`${name}/${set}`);
    }
  }
  return bound;
}
