import { isJsonObject } from '../../base/json.ts';
import type { KubeObject } from '../../kube/object.ts';
import type { IrExclusion, IrPolicySet } from '../program.ts';
import { labelled, listAt, nodeOf, objectAt, textAt, textsAt } from './read.ts';

/** A PolicySet as IR, without the placements it is bound to. */
export function liftPolicySet(object: KubeObject): IrPolicySet {
  const spec = objectAt(object.spec);
  const policies = textsAt(spec['policies']);
  const exclusions = Array.isArray(spec['exclusions'])
    ? listAt(spec['exclusions']).map((each) => exclusionOf(each, policies))
    : [];
  return {
    kind: 'policyset',
    ...nodeOf(object),
    ...labelled(object),
    description: textAt(spec['description']),
    policies,
    ...(exclusions.length > 0 && exclusions.every((each) => each !== null) ? { exclusions } : {}),
    on: [],
  };
}

// Of a member, with at least one cluster; anything else is for `raw`.
function exclusionOf(value: unknown, members: readonly string[]): IrExclusion | null {
  if (!isJsonObject(value)) return null;
  const { policyName, clusterNames, reason, ...rest } = value;
  const clusters = textsAt(clusterNames);
  if (typeof policyName !== 'string' || !members.includes(policyName)) return null;
  if (clusters.length === 0 || clusters.length !== listAt(clusterNames).length) return null;
  if (Object.keys(rest).length > 0 || (reason !== undefined && typeof reason !== 'string')) {
    return null;
  }
  return { policy: policyName, clusters, ...(reason === undefined ? {} : { reason }) };
}
