import { problem } from '../../diagnostics.ts';
import { blocksOf } from '../checked.ts';
import { listOf, textOf } from '../known.ts';
import { keySpan, nameSpan, type Rule, reportOn } from './rule.ts';

/** OCM4007 and OCM2026: a policy that no placement puts anywhere, and `enforce` that changes nothing (Rule 43). */
export const policyPlaced: Rule = ({ blocks, program }, session) => {
  // Sets of policies are not available yet (OCM2034); what they would place is not placed nowhere.
  const hasSets = program.root.files.some(({ decls }) =>
    decls.some(({ node }) => node.kind === 'block' && node.head.text === 'policyset'),
  );
  for (const policy of blocksOf(blocks, 'policy')) {
    const { on, enforce, mode } = policy.values;
    const isUnwritten = policy.shaped.keys.on === null;
    if (!hasSets && (isUnwritten || listOf(on)?.length === 0)) {
      const help = ['say where it holds: `on: [placement]`'];
      const params = { sort: 'policy', name: policy.name };
      reportOn(policy, problem('OCM4007', nameSpan(policy), params, { help }), session);
    }
    if ((listOf(enforce)?.length ?? 0) > 0 && textOf(mode) === 'enforce') {
      const params = { key: 'enforce', other: '`mode: enforce`' };
      const help = ['`enforce` names the placements that enforce while the others inform'];
      reportOn(policy, problem('OCM2026', keySpan(policy, 'enforce'), params, { help }), session);
    }
  }
};
