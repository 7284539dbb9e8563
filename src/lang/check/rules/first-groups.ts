import { problem } from '../../diagnostics.ts';
import { isList, isReference } from '../../fold/value.ts';
import { secondary } from '../../place.ts';
import { blocksOf } from '../checked.ts';
import { groupsOfPlacement } from '../groups.ts';
import { knownValue, listOf, placedEntry } from '../known.ts';
import { rolloutKeys } from '../rollout-value.ts';
import { keySpan, type Rule, reportOn } from './rule.ts';

/** OCM4004: a rollout starts with a group that a placement of the app does not have (Rule 51). */
export const firstGroups: Rule = (program, session) => {
  for (const app of blocksOf(program.blocks, 'app')) {
    const usual = knownValue(app.values.rollout);
    for (const value of listOf(app.values.on) ?? []) {
      const entry = placedEntry(value);
      const first = rolloutKeys(entry?.rollout ?? usual, program)?.('first');
      if (entry === undefined || first === undefined || first === null) continue;
      if (typeof first !== 'object' || !isList(first)) continue;
      const groups = groupsOfPlacement(entry.placement);
      for (const each of first) {
        if (!isReference(each) || groups.includes(each.name)) continue;
        const { name, place, span } = entry.placement;
        const at = secondary(place, span, 'the placement is declared here');
        const key = entry.rollout === undefined ? 'rollout' : 'on';
        const params = { placement: name, group: each.name };
        reportOn(app, problem('OCM4004', keySpan(app, key), params, { secondary: [at] }), session);
      }
    }
  }
};
