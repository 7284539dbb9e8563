import type { IrPolicySet } from '../../ir/program.ts';
import { refKey } from '../../kube/object.ts';
import { policySetKind } from '../../kube/ocm/policy.ts';
import type { PrintContext } from './context.ts';
import { metaEntries } from './meta.ts';
import { bindingNotes, docOf, refsEntry } from './policy-words.ts';
import { nameText, stringText } from './text.ts';
import { type Entry, entry, list, record, within } from './tree.ts';

const style = { templates: false };

/** A PolicySet; null where it names a policy that is not declared. */
export function printPolicySet(decl: IrPolicySet, context: PrintContext): Entry | null {
  const { group, kind } = policySetKind;
  const { namespace, name, description } = decl;
  const source = context.sourceOf(refKey({ group, kind, namespace, name }));
  const spec = within(source, 'spec');
  const doc = docOf(description);
  if (!decl.policies.every((each) => context.declares('policy', each))) return null;
  const exclusions = (decl.exclusions ?? []).map(({ policy, clusters, reason }, index) => {
    const body = record(
      entry('clusters:', list(clusters.map(stringText))),
      reason === undefined ? null : entry('reason:', stringText(reason)),
    );
    const at = within(spec, 'exclusions', index);
    return entry(`exclude ${nameText(policy)}`, body, { source: at, block: true });
  });
  const body = record(
    entry('policies:', list(decl.policies.map(nameText)), { source: within(spec, 'policies') }),
    refsEntry('on', decl.on),
    metaEntries(
      decl,
      source,
      style,
      description !== null && doc === null ? { spec: { description } } : {},
    ),
    exclusions,
  );
  const notes = bindingNotes(decl.bindingNames ?? []);
  return entry(`policyset ${nameText(name)}`, body, { source, doc: doc ?? [], notes, block: true });
}
