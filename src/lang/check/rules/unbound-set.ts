import { problem } from '../../diagnostics.ts';
import type { Value } from '../../fold/value.ts';
import { blocksOf, type CheckedProgram } from '../checked.ts';
import { isSetOutside, listOf, referredName } from '../known.ts';
import { type Rule, reportOn, valueSpan } from './rule.ts';

/** OCM4006: a placement finds no cluster in a set that is not bound to its namespace (Rule 38). */
export const unboundSet: Rule = (program, session) => {
  const bound = boundSets(program);
  for (const placement of blocksOf(program.blocks, 'placement')) {
    const { namespace } = placement;
    const item = placement.shaped.keys.from?.value;
    const here = bound.get(namespace);
    const isBound = (value: Value): boolean => {
      const set = referredName(value);
      // Whoever declares a set elsewhere may bind it there too.
      return set === undefined || isSetOutside(value) || here?.has(set) === true;
    };
    const sets = listOf(placement.values.from) ?? [];
    if (sets.every(isBound)) continue;
    for (const [index, value] of sets.entries()) {
      const set = referredName(value);
      if (set === undefined || isBound(value)) continue;
      const element = item?.kind === 'list' ? item.elements[index] : undefined;
      const isOwn = element?.kind === 'name' || element?.kind === 'member';
      const span = isOwn ? element.span : valueSpan(placement, 'from');
      const where = namespace === '' ? 'the namespace of this file' : `namespace \`${namespace}\``;
      const params = { set, where };
      const help = [`bind it: \`namespace ${namespace || 'n'} { bind: [${set}] }\``];
      reportOn(placement, problem('OCM4006', span, params, { help }), session);
    }
  }
};

/** The sets that are bound, by namespace. */
function boundSets({ namespaces }: CheckedProgram): ReadonlyMap<string, ReadonlySet<string>> {
  const bound = new Map<string, Set<string>>();
  for (const { name, values } of namespaces) {
    const sets = bound.get(name) ?? new Set<string>();
    bound.set(name, sets);
    for (const value of listOf(values.bind) ?? []) {
      const set = referredName(value);
      if (set !== undefined) sets.add(set);
    }
  }
  return bound;
}
