import { type ManagedClusterSet, managedClusterSetKind } from '../../kube/ocm/cluster.ts';
import type { IrClusterSet } from '../program.ts';
import { type LoweredDecl, objectOf, objects } from './lowered.ts';

/** A cluster set: exclusive by label, or by a label selector. */
export function lowerClusterSet(decl: IrClusterSet): LoweredDecl {
  const clusterSelector =
    decl.selector === null
      ? ({ selectorType: 'ExclusiveClusterSetLabel' } as const)
      : ({ selectorType: 'LabelSelector', labelSelector: decl.selector } as const);
  const managed = decl.namespaces?.map((name) => ({ name }));
  const spec: ManagedClusterSet['spec'] = {
    clusterSelector,
    ...(managed === undefined || managed.length === 0 ? {} : { managedNamespaces: managed }),
  };
  return objects(objectOf(managedClusterSetKind, decl, { spec }));
}
