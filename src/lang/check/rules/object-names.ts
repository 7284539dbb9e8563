import { isDnsLabel, isDnsSubdomain } from '../../../kube/names.ts';
import { problem } from '../../diagnostics.ts';
import { blocksOf, type Checked } from '../checked.ts';
import type { Session } from '../session.ts';
import { nameSpan, type Rule, reportOn } from './rule.ts';

/** Of policy name and namespace together: the name of its copy in the cluster's namespace (Rule 36). */
const maxPolicyName = 62;
const groupName = /^[A-Za-z0-9][-A-Za-z0-9_.]{0,61}[A-Za-z0-9]$/;

/** OCM2013: names that the API would refuse. */
export const objectNames: Rule = ({ blocks }, session) => {
  for (const block of blocks) {
    checkBlock(block, session);
    for (const inner of block.children) checkBlock(inner, session);
  }
  for (const policy of blocksOf(blocks, 'policy')) {
    const length = policy.name.length + policy.namespace.length;
    if (length > maxPolicyName) {
      refuse(
        policy,
        `name and namespace have ${maxPolicyName} characters at most, not ${length}`,
        session,
      );
    }
  }
  for (const group of blocksOf(blocks, 'placement').flatMap(({ children }) => children)) {
    if (group.name === '' || groupName.test(group.name)) continue;
    refuse(
      group,
      'two to 63 letters, digits, `-`, `_` and `.`, a letter or digit first and last',
      session,
    );
  }
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
  else if (emitted.has(block.construct)) checkName(block, session);
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
