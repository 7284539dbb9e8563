import { policySetKind } from '../../kube/ocm/policy.ts';
import type { IrPolicySet } from '../program.ts';
import { type LoweredDecl, objectOf, objects } from './lowered.ts';
import { bindingsOf } from './policy-binding.ts';

/** A PolicySet, and a PlacementBinding for each placement (Rules 43, 44). */
export function lowerPolicySet(decl: IrPolicySet): LoweredDecl {
  const { description, policies, exclusions } = decl;
  const spec = {
    ...(description === null ? {} : { description }),
    policies,
    ...(exclusions === undefined
      ? {}
      : {
          exclusions: exclusions.map(({ policy, clusters, reason }) => ({
            policyName: policy,
            clusterNames: clusters,
            ...(reason === undefined ? {} : { reason }),
          })),
        }),
  };
  return objects(objectOf(policySetKind, decl, { spec }), ...bindingsOf(decl, 'PolicySet'));
}
