import { problem } from '../../diagnostics.ts';
import { type Checked, isOf } from '../checked.ts';
import { listOf } from '../known.ts';
import type { Session } from '../session.ts';
import { type BlockRule, nameSpan, reportOn } from './rule.ts';

const musthave = 'say what has to be so: `musthave Kind name { … }`';

/** OCM4027: a policy or a config without anything to look at. */
export const emptyPolicies: BlockRule<'policy'> = (policy, session) => {
  for (const block of [policy, ...policy.children]) {
    if (!isOf(block, 'policy') && !isOf(block, 'config')) continue;
    const { children, keys } = block.shaped;
    // `raw` may say it.
    if (children.length === 0 && keys.raw === null) report(block, musthave, session);
  }
};

/** The same of a set without policies. */
export const emptySets: BlockRule<'policyset'> = (set, session) => {
  if (listOf(set.values.policies)?.length === 0) report(set, 'name its policies', session);
};

function report(block: Checked, advice: string, session: Session): void {
  const params = { sort: block.construct, name: block.name };
  reportOn(block, problem('OCM4027', nameSpan(block), params, { help: [advice] }), session);
}
