import { problem } from '../../diagnostics.ts';
import { isList, isReference } from '../../fold/value.ts';
import { secondary } from '../../place.ts';
import { groupsOfPlacement } from '../groups.ts';
import { type RolloutUse, rolloutsOf } from '../rollout-uses.ts';
import type { Session } from '../session.ts';
import { type BlockRule, keySpan, reportOn } from './rule.ts';

/** OCM4004: a rollout starts with a group that a placement of the app or add-on does not have (Rule 51). */
export const firstGroups: BlockRule<'app' | 'addon'> = (block, session, around) => {
  for (const use of rolloutsOf(block, around)) check(use, session);
};

function check({ block, key, keys, symbol }: RolloutUse, session: Session): void {
  const first = keys('first');
  if (first === undefined || first === null || typeof first !== 'object' || !isList(first)) return;
  const groups = groupsOfPlacement(symbol);
  for (const each of first) {
    if (!isReference(each) || groups.includes(each.name)) continue;
    const { name, place, span } = symbol;
    const at = secondary(place, span, 'the placement is declared here');
    const params = { placement: name, group: each.name };
    const advice = { secondary: [at] };
    reportOn(block, problem('OCM4004', keySpan(block, key), params, advice), session);
  }
}
