import type { KubeObject } from '../../kube/object.ts';
import type { IrBinding, IrClusterSet } from '../program.ts';
import { labelled, listAt, nodeOf, objectAt, selectorAt, textAt } from './read.ts';

/** A ManagedClusterSet as IR. A `LabelSelector` set without a selector matches nothing, which no IR set does: null. */
export function liftClusterSet(object: KubeObject): IrClusterSet | null {
  const { selectorType, labelSelector } = objectAt(objectAt(object.spec)['clusterSelector']);
  const namespaces = listAt(objectAt(object.spec)['managedNamespaces']).flatMap(
    (of) => textAt(objectAt(of)['name']) ?? [],
  );
  const base = {
    kind: 'clusterset',
    ...nodeOf(object),
    ...labelled(object),
    ...(namespaces.length === 0 ? {} : { namespaces }),
  } as const;
  const isExclusive = ['', undefined, 'ExclusiveClusterSetLabel'].includes(selectorType as string);
  if (isExclusive) return { ...base, selector: null };
  const selector = selectorType === 'LabelSelector' ? selectorAt(labelSelector) : null;
  return selector === null ? null : { ...base, selector };
}

/** A ManagedClusterSetBinding as IR. */
export function liftBinding(object: KubeObject): IrBinding {
  const clusterSet = textAt(objectAt(object.spec)['clusterSet']) ?? '';
  return { kind: 'binding', ...nodeOf(object), ...labelled(object), clusterSet };
}
