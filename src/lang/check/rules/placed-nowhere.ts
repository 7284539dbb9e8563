import { problem } from '../../diagnostics.ts';
import { blocksOf, type Checked } from '../checked.ts';
import { listOf, textOf } from '../known.ts';
import type { Session } from '../session.ts';
import { placedMembers } from './policies.ts';
import { keySpan, nameSpan, type ProgramRule, reportOn } from './rule.ts';

/** OCM4007 and OCM2026: what no placement puts anywhere, and an `enforce` that changes nothing (Rule 43). */
export const placedNowhere: ProgramRule = (program, session) => {
  const { blocks } = program;
  const members = placedMembers(program);
  for (const policy of blocksOf(blocks, 'policy')) {
    const { on, enforce, mode } = policy.values;
    const isUnplaced = policy.shaped.keys.on === null || listOf(on)?.length === 0;
    if (isUnplaced && !members.has(policy.shaped)) warn(policy, session);
    if ((listOf(enforce)?.length ?? 0) > 0 && textOf(mode) === 'enforce') {
      const params = { key: 'enforce', other: '`mode: enforce`' };
      const help = ['`enforce` names the placements that enforce while the others inform'];
      reportOn(policy, problem('OCM2026', keySpan(policy, 'enforce'), params, { help }), session);
    }
  }
  for (const app of blocksOf(blocks, 'app')) {
    if (listOf(app.values.on)?.length === 0) warn(app, session);
  }
};

function warn(block: Checked, session: Session): void {
  const help =
    block.construct === 'policy'
      ? ['say where: `on: [placement]`, or put it into a `policyset` that is placed']
      : ['say where: `on: [placement]`'];
  const params = { sort: block.construct, name: block.name };
  reportOn(block, problem('OCM4007', nameSpan(block), params, { help }), session);
}
