import type { LabelSelector } from '../../../src/kube/object.ts';
import type { ManagedClusterAddOn } from '../../../src/kube/ocm/addon.ts';
import type {
  AddOnPlacementScore,
  ClusterTaint,
  ManagedCluster,
  ManagedClusterSet,
} from '../../../src/kube/ocm/cluster.ts';

/** What a test wants to say about a cluster. */
export interface ClusterInput {
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly claims?: Record<string, string>;
  readonly taints?: readonly ClusterTaint[];
  readonly allocatable?: Record<string, string>;
  readonly capacity?: Record<string, string>;
  readonly deleting?: boolean;
}

export function cluster(name: string, input: ClusterInput = {}): ManagedCluster {
  const { labels, annotations, claims, taints, allocatable, capacity, deleting } = input;
  return {
    apiVersion: 'cluster.open-cluster-management.io/v1',
    kind: 'ManagedCluster',
    metadata: {
      name,
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ...(deleting && { deletionTimestamp: '2029-12-31T00:00:00Z' }),
    },
    spec: { hubAcceptsClient: true, ...(taints && { taints }) },
    status: {
      conditions: [],
      ...(claims && {
        clusterClaims: Object.entries(claims).map(([of, value]) => ({ name: of, value })),
      }),
      ...(allocatable && { allocatable }),
      ...(capacity && { capacity }),
    },
  };
}

/** A set by labels, or, without a selector, the exclusive set of its name. */
export function clusterSet(name: string, labelSelector?: LabelSelector): ManagedClusterSet {
  return {
    apiVersion: 'cluster.open-cluster-management.io/v1beta2',
    kind: 'ManagedClusterSet',
    metadata: { name },
    spec: {
      clusterSelector:
        labelSelector === undefined
          ? { selectorType: 'ExclusiveClusterSetLabel' }
          : { selectorType: 'LabelSelector', labelSelector },
    },
  };
}

/** The set that has every cluster. */
export const everything = clusterSet('all', {});

export function scoreOn(
  clusterName: string,
  scores: Record<string, number>,
  validUntil?: string,
): AddOnPlacementScore {
  return {
    apiVersion: 'cluster.open-cluster-management.io/v1alpha1',
    kind: 'AddOnPlacementScore',
    metadata: { name: 'load', namespace: clusterName },
    status: {
      scores: Object.entries(scores).map(([name, value]) => ({ name, value })),
      ...(validUntil !== undefined && { validUntil }),
    },
  };
}

export function addonOn(clusterName: string, name: string, available: string): ManagedClusterAddOn {
  return {
    apiVersion: 'addon.open-cluster-management.io/v1alpha1',
    kind: 'ManagedClusterAddOn',
    metadata: { name, namespace: clusterName },
    spec: {},
    status: {
      conditions: [
        {
          type: 'Available',
          status: available as 'True',
          reason: 'Lease',
          message: '',
          lastTransitionTime: '2029-12-31T00:00:00Z',
        },
      ],
    },
  };
}
