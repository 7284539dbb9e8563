import { managedClusterSetBindingKind } from '../../kube/ocm/cluster.ts';
import type { IrBinding } from '../program.ts';
import { type LoweredDecl, objectOf, objects } from './lowered.ts';

/** The set its namespace may place on. */
export function lowerBinding(decl: IrBinding): LoweredDecl {
  const { clusterSet } = decl;
  return objects(objectOf(managedClusterSetBindingKind, decl, { spec: { clusterSet } }));
}
