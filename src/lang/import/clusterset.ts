import type { IrBinding, IrClusterSet } from '../../ir/program.ts';
import { hubSets } from '../schema/types.ts';
import { groupConditionOf } from './condition.ts';
import { keyOfConstruct, type PrintContext } from './context.ts';
import { metaEntries } from './meta.ts';
import { isName, nameText, stringText } from './text.ts';
import { type Entry, entry, list, record, within } from './tree.ts';

const style = { templates: false };

/** A ManagedClusterSet; null where its selector has no form as a condition. */
export function printClusterSet(decl: IrClusterSet, context: PrintContext): Entry | null {
  const source = context.sourceOf(keyOfConstruct('ManagedClusterSet', '', decl.name));
  const spec = within(source, 'spec');
  const members = membersEntry(decl);
  if (members === null) return null;
  const namespaces = decl.namespaces ?? [];
  const body = record(
    { ...members, source: within(spec, 'clusterSelector') },
    namespaces.length === 0
      ? null
      : entry('namespaces:', list(namespaces.map(stringText)), {
          source: within(spec, 'managedNamespaces'),
        }),
    metaEntries(decl, source, style),
  );
  return entry(`clusterset ${nameText(decl.name)}`, body, { source, block: true });
}

function membersEntry({ selector }: IrClusterSet): Entry | null {
  if (selector === null) return entry('members:', 'exclusive');
  const condition = groupConditionOf({
    op: 'and',
    args: [{ op: 'selector', over: 'label', selector }],
  });
  return condition && entry('members:', condition.value, { notes: condition.notes });
}

/** A set as a reference to it; one that is not among what is read is named as the object it is on the hub (Rule 22). */
export function setText(name: string, context: PrintContext): string {
  if (hubSets.has(name) || context.declares('clusterset', name)) return nameText(name);
  return isName(name) ? `ManagedClusterSet.${name}` : `ManagedClusterSet(${stringText(name)})`;
}

/** The bindings of one namespace, where all say nothing else; else null. */
export function printBindings(
  namespace: string,
  bindings: readonly IrBinding[],
  context: PrintContext,
): Entry | null {
  const isPlain = ({ name, clusterSet, labels, annotations, raw }: IrBinding) =>
    name === clusterSet && labels === undefined && annotations === undefined && raw === undefined;
  if (!bindings.every(isPlain)) return null;
  const sets = list(bindings.map(({ clusterSet }) => setText(clusterSet, context)));
  return entry(`namespace ${nameText(namespace)}`, record(entry('bind:', sets)), { block: true });
}
