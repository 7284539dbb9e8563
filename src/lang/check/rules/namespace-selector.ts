import { problem } from '../../diagnostics.ts';
import { blocksOf, type Checked, isOf } from '../checked.ts';
import { fieldsOf, knownValue } from '../known.ts';
import type { Session } from '../session.ts';
import { enginesOf } from './policies.ts';
import { type BlockRule, nameSpan, reportOn, valueSpan } from './rule.ts';

/** OCM2030: without `include` or `labels` a selector selects no namespace; OCM2029: a `certificate` needs one. */
export const namespaceSelector: BlockRule<'policy'> = (policy, session) => {
  checkSelector(policy, session);
  for (const check of blocksOf(policy.children, 'check')) checkSelector(check, session);
  for (const rego of blocksOf(policy.children, 'rego')) checkSelector(rego, session);
  for (const template of enginesOf(policy)) {
    if (isOf(template, 'config') || isOf(template, 'certificate')) {
      checkSelector(template, session);
    }
    if (!isOf(template, 'certificate')) continue;
    if (template.shaped.keys.namespaces !== null || policy.shaped.keys.namespaces !== null) {
      continue;
    }
    const params = { block: '`certificate`', key: 'namespaces' };
    const help = ['say it here, or on the policy: `namespaces: { include: ["*"] }`'];
    reportOn(template, problem('OCM2029', nameSpan(template), params, { help }), session);
  }
};

type Selecting =
  | Checked<'policy'>
  | Checked<'config'>
  | Checked<'certificate'>
  | Checked<'check'>
  | Checked<'rego'>;

function checkSelector(block: Selecting, session: Session): void {
  const selector = fieldsOf(knownValue(block.values.namespaces));
  if (selector === undefined || selector.has('include') || selector.has('labels')) return;
  if (!selector.has('exclude')) return;
  const help = ['for all but those: `include: ["*"]`'];
  reportOn(block, problem('OCM2030', valueSpan(block, 'namespaces'), {}, { help }), session);
}
