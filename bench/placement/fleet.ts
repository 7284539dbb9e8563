import type { HubObjects } from '../../src/engine/inventory/objects.ts';
import type {
  AddOnPlacementScore,
  ManagedCluster,
  ManagedClusterSet,
  Placement,
  PlacementDecision,
} from '../../src/kube/ocm/cluster.ts';
import { placementLabel } from '../../src/kube/ocm/cluster.ts';

/** Namespace of the placements, and the sets it is bound to. */
export const namespace = 'bench';
export const sets = ['fleet-a', 'fleet-b'] as const;

export interface Fleet extends HubObjects {
  readonly clusters: readonly ManagedCluster[];
  readonly sets: readonly ManagedClusterSet[];
  readonly scores: readonly AddOnPlacementScore[];
}

/** Clusters as a hub holds them: seven labels, claims, resources, a taint on one in twenty, one score. */
export function fleetOf(size: number): Fleet {
  return decoded(fleetMadeOf(size));
}

/** Objects as a hub gets them: read from JSON. Those of literals have other shapes for the engine that runs us. */
function decoded<T>(objects: T): T {
  return JSON.parse(JSON.stringify(objects)) as T;
}

function fleetMadeOf(size: number): Fleet {
  const clusters = Array.from({ length: size }, (_, at) => clusterAt(at));
  return {
    clusters,
    sets: sets.map((name) => ({
      apiVersion: 'cluster.open-cluster-management.io/v1beta2',
      kind: 'ManagedClusterSet',
      metadata: { name },
      spec: { clusterSelector: { selectorType: 'ExclusiveClusterSetLabel' as const } },
    })),
    scores: clusters.map(({ metadata }, at) => scoreOf(metadata.name, (at * 7919) % 201)),
  };
}

const tiers = ['gold', 'silver', 'bronze'];

function clusterAt(at: number): ManagedCluster {
  const pick = (from: readonly string[], salt: number) => from[hash(at, salt) % from.length] ?? '';
  const region = `${pick(['eu', 'us', 'ap'], 1)}-${hash(at, 2) % 9}`;
  return {
    apiVersion: 'cluster.open-cluster-management.io/v1',
    kind: 'ManagedCluster',
    metadata: {
      name: `cluster-${String(at).padStart(5, '0')}`,
      labels: {
        env: pick(['prod', 'prod', 'stage', 'dev'], 3),
        cloud: pick(['Amazon', 'Google', 'Azure'], 7),
        vendor: pick(['OpenShift', 'EKS', 'GKE', 'AKS'], 5),
        team: `team-${hash(at, 8) % 40}`,
        shard: String(at % 100),
        'cluster.open-cluster-management.io/clusterset': pick(sets, 2),
        ...(hash(at, 9) % 3 !== 0 && { tier: pick(tiers, 11) }),
      },
    },
    spec: {
      hubAcceptsClient: true,
      ...(at % 20 === 0 && { taints: [{ key: 'maintenance', effect: 'NoSelect' as const }] }),
    },
    status: {
      conditions: [],
      version: { kubernetes: `v1.${29 + (at % 6)}.${at % 10}` },
      capacity: { cpu: '64', memory: '256Gi' },
      allocatable: { cpu: `${1 + (at % 64)}`, memory: `${1 + (at % 256)}Gi` },
      clusterClaims: [
        { name: 'region.open-cluster-management.io', value: region },
        { name: 'id.k8s.io', value: `id-${at}` },
      ],
    },
  };
}

/** Small numbers that look like chance and are always the same. */
function hash(at: number, salt: number): number {
  const mixed = Math.imul(at + 1, 0x9e3779b1) ^ Math.imul(salt + 1, 0x85ebca6b);
  return Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> 12;
}

function scoreOf(cluster: string, value: number): AddOnPlacementScore {
  return {
    apiVersion: 'cluster.open-cluster-management.io/v1alpha1',
    kind: 'AddOnPlacementScore',
    metadata: { name: 'load', namespace: cluster },
    status: { scores: [{ name: 'free', value: value - 100 }] },
  };
}

type Selector = NonNullable<
  NonNullable<NonNullable<Placement['spec']>['predicates']>[number]['requiredClusterSelector']
>;

/** A placement of the best so many clusters. */
export function placementOf(name: string, selector: Selector, count: number): Placement {
  return {
    apiVersion: 'cluster.open-cluster-management.io/v1beta1',
    kind: 'Placement',
    metadata: { name, namespace },
    spec: {
      clusterSets: [...sets],
      numberOfClusters: count,
      predicates: [{ requiredClusterSelector: selector }],
    },
  };
}

/** So many placements, none like another: labels that are, are not and may be absent, a claim, a number of clusters. */
export function placementsOf(count: number): readonly Placement[] {
  const placements = Array.from({ length: count }, (_, at) =>
    placementOf(
      `p-${at}`,
      {
        labelSelector: {
          matchLabels: { env: at % 2 === 0 ? 'prod' : 'stage' },
          matchExpressions: [
            { key: 'tier', operator: 'NotIn', values: [tiers[at % 3] ?? ''] },
            { key: 'team', operator: 'NotIn', values: [`team-${at % 40}`] },
          ],
        },
        claimSelector: {
          matchExpressions: [
            {
              key: 'region.open-cluster-management.io',
              operator: 'In',
              values: [`eu-${at % 9}`, `us-${at % 7}`, `ap-${at % 5}`],
            },
          ],
        },
      },
      1 + (at % 50),
    ),
  );
  return decoded(placements);
}

/** The decision a placement has, as the hub stores it. */
export function decisionOf(placement: string, clusters: readonly string[]): PlacementDecision {
  return {
    apiVersion: 'cluster.open-cluster-management.io/v1beta1',
    kind: 'PlacementDecision',
    metadata: {
      name: `${placement}-decision-1`,
      namespace,
      labels: { [placementLabel]: placement },
    },
    status: { decisions: clusters.map((clusterName) => ({ clusterName, reason: '' })) },
  };
}
