import type { KubeObject } from '../../../../src/kube/object.ts';
import type { PlacementDecision } from '../../../../src/kube/ocm/cluster.ts';
import type {
  PlacementBinding,
  Policy,
  PolicyCompliance,
  PolicySet,
} from '../../../../src/kube/ocm/policy.ts';
import { fleet } from '../programs.ts';

export function decision(
  placement: string,
  clusters: readonly string[],
  index = 0,
  group = '',
): PlacementDecision {
  return {
    apiVersion: 'cluster.open-cluster-management.io/v1beta1',
    kind: 'PlacementDecision',
    metadata: {
      name: `${placement}-decision-${index + 1}`,
      namespace: 'shop',
      labels: {
        'cluster.open-cluster-management.io/placement': placement,
        'cluster.open-cluster-management.io/decision-group-index': String(index),
        'cluster.open-cluster-management.io/decision-group-name': group,
      },
    },
    status: { decisions: clusters.map((clusterName) => ({ clusterName, reason: '' })) },
  };
}

export function policy(
  name: string,
  more: { spec?: object; metadata?: object; status?: Policy['status'] } = {},
): Policy {
  return {
    apiVersion: 'policy.open-cluster-management.io/v1',
    kind: 'Policy',
    metadata: { name, namespace: 'shop', uid: `uid-${name}`, ...more.metadata },
    spec: {
      disabled: false,
      remediationAction: 'inform',
      'policy-templates': [{ objectDefinition: { kind: 'ConfigurationPolicy' } }],
      ...more.spec,
    },
    ...(more.status && { status: more.status }),
  };
}

export function copy(name: string, clusterName: string, compliant?: PolicyCompliance): Policy {
  return {
    ...policy(`shop.${name}`),
    metadata: {
      name: `shop.${name}`,
      namespace: clusterName,
      uid: `uid-${clusterName}`,
      labels: {
        'policy.open-cluster-management.io/root-policy': `shop.${name}`,
        'policy.open-cluster-management.io/cluster-name': clusterName,
        'policy.open-cluster-management.io/cluster-namespace': clusterName,
      },
    },
    ...(compliant && { status: { compliant } }),
  };
}

export function binding(
  name: string,
  placement: string,
  subjects: readonly string[],
  more: object = {},
): PlacementBinding {
  return {
    apiVersion: 'policy.open-cluster-management.io/v1',
    kind: 'PlacementBinding',
    metadata: { name, namespace: 'shop' },
    placementRef: {
      apiGroup: 'cluster.open-cluster-management.io',
      kind: 'Placement',
      name: placement,
    },
    subjects: subjects.map((subject) => {
      const [kind, of] = subject.split('/') as ['Policy' | 'PolicySet', string];
      return { apiGroup: 'policy.open-cluster-management.io', kind, name: of };
    }),
    ...more,
  };
}

export function policySet(
  name: string,
  policies: readonly string[],
  exclusions: NonNullable<PolicySet['spec']>['exclusions'] = [],
): PolicySet {
  return {
    apiVersion: 'policy.open-cluster-management.io/v1beta1',
    kind: 'PolicySet',
    metadata: { name, namespace: 'shop' },
    spec: { policies, ...(exclusions.length > 0 && { exclusions }) },
  };
}

/** c1…c3 in a set bound to the namespace of the policies. */
export const clusters: readonly KubeObject[] = fleet(3);
