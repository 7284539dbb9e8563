import { problem } from '../../diagnostics.ts';
import { secondary } from '../../place.ts';
import { blocksOf, type Checked } from '../checked.ts';
import { nameSpan, type Rule, reportOn } from './rule.ts';

/** OCM2303: templates share the cluster's namespace on the agent, whatever namespace their policies are in (Rule 45). */
export const templateNames: Rule = ({ blocks }, session) => {
  const first = new Map<string, Checked>();
  for (const policy of blocksOf(blocks, 'policy')) {
    if (policy.children.length === 0) continue;
    const { name } = policy;
    const other = first.get(name);
    if (other === undefined) {
      first.set(name, policy);
      continue;
    }
    const at = secondary(other.shaped.place, nameSpan(other), 'first used here');
    reportOn(policy, problem('OCM2303', nameSpan(policy), { name }, { secondary: [at] }), session);
  }
};
