import { isDnsLabel, isDnsSubdomain } from '../../../kube/names.ts';
import { problem } from '../../diagnostics.ts';
import type { Checked } from '../checked.ts';
import type { Session } from '../session.ts';
import { type BlockRule, nameSpan, reportOn } from './rule.ts';

/** Of policy name and namespace together: the name of its copy in the cluster's namespace (Rule 36). */
const maxPolicyName = 62;
const groupName = /^[A-Za-z0-9][-A-Za-z0-9_.]{0,61}[A-Za-z0-9]$/;

/** OCM2013: names that the API would refuse. */
export const objectNames: BlockRule = (block, session) => {
  for (const each of [block, ...block.children]) checkBlock(each, session);
};

const emitted: ReadonlySet<string> = new Set([
  'clusterset',
  'placement',
  'policy',
  'config',
  'operator',
  'certificate',
  'policyset',
  'app',
  'addon',
]);

function checkBlock(block: Checked, session: Session): void {
  if (block.name === '') return;
  if (block.construct === 'namespace') checkNamespace(block, session);
  else if (block.construct === 'group') checkGroup(block, session);
  else if (emitted.has(block.construct)) checkName(block, session);
  if (block.construct === 'policy') checkLength(block, session);
}

function checkLength(policy: Checked, session: Session): void {
  const length = policy.name.length + policy.namespace.length;
  if (length <= maxPolicyName) return;
  refuse(
    policy,
    `name and namespace have ${maxPolicyName} characters at most, not ${length}`,
    session,
  );
}

function checkGroup(group: Checked, session: Session): void {
  if (groupName.test(group.name)) return;
  refuse(
    group,
    'two to 63 letters, digits, `-`, `_` and `.`, a letter or digit first and last',
    session,
  );
}

function checkName(block: Checked, session: Session): void {
  if (isDnsSubdomain(block.name)) return;
  refuse(
    block,
    'lower case letters, digits, `-` and `.`, a letter or digit first and last',
    session,
  );
}

function checkNamespace(block: Checked, session: Session): void {
  if (isDnsLabel(block.name)) return;
  refuse(
    block,
    'at most 63 lower case letters, digits and `-`, a letter or digit first and last',
    session,
  );
}

function refuse(block: Checked, range: string, session: Session): void {
  const params = { what: `the name \`${block.name}\``, range };
  reportOn(block, problem('OCM2013', nameSpan(block), params), session);
}
