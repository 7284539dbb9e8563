import type { BlockSymbol } from '../../bind/program.ts';
import { problem } from '../../diagnostics.ts';
import { isList, isReference, type Value } from '../../fold/value.ts';
import { secondary } from '../../place.ts';
import { blocksOf, type Checked, type CheckedProgram } from '../checked.ts';
import { groupsOfPlacement } from '../groups.ts';
import { blockOf, knownValue, listOf, placedEntry } from '../known.ts';
import { rolloutKeys } from '../rollout-value.ts';
import type { Session } from '../session.ts';
import { keySpan, type Rule, reportOn } from './rule.ts';

/** OCM4004: a rollout starts with a group that a placement of the app or add-on does not have (Rule 51). */
export const firstGroups: Rule = (program, session) => {
  for (const app of blocksOf(program.blocks, 'app')) {
    const usual = knownValue(app.values.rollout);
    for (const value of listOf(app.values.on) ?? []) {
      const entry = placedEntry(value);
      if (entry === undefined) continue;
      const key = entry.rollout === undefined ? 'rollout' : 'on';
      const { placement, rollout = usual } = entry;
      check({ block: app, key, placement, rollout }, program, session);
    }
  }
  for (const addon of blocksOf(program.blocks, 'addon')) {
    for (const install of blocksOf(addon.children, 'install')) {
      const placement = blockOf(install.reference ?? undefined);
      if (placement === undefined) continue;
      const rollout = knownValue(install.values.rollout);
      check({ block: install, key: 'rollout', placement, rollout }, program, session);
    }
  }
};

interface Use {
  readonly block: Checked;
  readonly key: string;
  readonly placement: BlockSymbol;
  readonly rollout: Value | undefined;
}

function check(
  { block, key, placement, rollout }: Use,
  program: CheckedProgram,
  session: Session,
): void {
  const first = rolloutKeys(rollout, program)?.('first');
  if (first === undefined || first === null || typeof first !== 'object' || !isList(first)) return;
  const groups = groupsOfPlacement(placement);
  for (const each of first) {
    if (!isReference(each) || groups.includes(each.name)) continue;
    const { name, place, span } = placement;
    const at = secondary(place, span, 'the placement is declared here');
    const params = { placement: name, group: each.name };
    const advice = { secondary: [at] };
    reportOn(block, problem('OCM4004', keySpan(block, key), params, advice), session);
  }
}
