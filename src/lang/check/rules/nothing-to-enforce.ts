import { problem } from '../../diagnostics.ts';
import { blocksOf } from '../checked.ts';
import { textOf } from '../known.ts';
import { type BlockRule, nameSpan, reportOn } from './rule.ts';

/** OCM4015: what our engine judges stays a report, whatever the policy says (Rule 42). */
export const nothingToEnforce: BlockRule<'policy'> = (policy, session) => {
  if (textOf(policy.values.mode) !== 'enforce') return;
  const checks = blocksOf(policy.children, 'check').filter(
    ({ values }) => textOf(values.via) !== 'admission',
  );
  for (const check of [...checks, ...blocksOf(policy.children, 'rego')]) {
    const block = `${check.construct} ${check.name}`;
    const help =
      check.construct === 'check'
        ? ['`via: admission` has the API server of the cluster refuse such objects']
        : ['put it into a policy with `mode: inform`'];
    reportOn(check, problem('OCM4015', nameSpan(check), { block }, { help }), session);
  }
};
