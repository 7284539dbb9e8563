import type { KubeObject } from '../../../../src/kube/object.ts';
import {
  type ManagedCluster,
  type Placement,
  type PlacementSpec,
  placementKind,
} from '../../../../src/kube/ocm/cluster.ts';
import type { Controller } from '../../../../src/runtime/control/controller.ts';
import { cluster } from '../programs.ts';

/** Decisions that depend on nothing but facts of clusters: no Balance, which looks at other placements. */
const exact = { mode: 'Exact', configurations: [] } as const;

export function placementOf(name: string, spec: PlacementSpec, namespace = 'shop'): Placement {
  return {
    apiVersion: `${placementKind.group}/${placementKind.version}`,
    kind: placementKind.kind,
    metadata: { name, namespace },
    spec: { prioritizerPolicy: exact, ...spec },
  };
}

export function byLabel(key: string, value: string): PlacementSpec {
  return {
    predicates: [{ requiredClusterSelector: { labelSelector: { matchLabels: { [key]: value } } } }],
  };
}

export function byClaim(key: string, value: string): PlacementSpec {
  const claimSelector = { matchExpressions: [{ key, operator: 'In' as const, values: [value] }] };
  return { predicates: [{ requiredClusterSelector: { claimSelector } }] };
}

export function byCel(...celExpressions: readonly string[]): PlacementSpec {
  return { predicates: [{ requiredClusterSelector: { celSelector: { celExpressions } } }] };
}

/** The first `count` by a prioritizer of the cluster's own. */
export function bestBy(coordinate: object, count: number): PlacementSpec {
  return {
    numberOfClusters: count,
    prioritizerPolicy: {
      mode: 'Exact',
      configurations: [{ scoreCoordinate: coordinate as never, weight: 1 }],
    },
  };
}

/** A cluster as an agent keeps it. */
export function reported(name: string, labels: Record<string, string> = {}): ManagedCluster {
  return {
    ...cluster(name, labels),
    status: {
      conditions: [
        {
          type: 'ManagedClusterConditionAvailable',
          status: 'True',
          reason: 'x',
          message: '',
          lastTransitionTime: '2026-01-01T00:00:00Z',
        },
      ],
      version: { kubernetes: 'v1.35.0' },
      capacity: { cpu: '8', memory: '32Gi' },
      allocatable: { cpu: '4', memory: '16Gi' },
      clusterClaims: [{ name: 'region', value: 'eu' }],
    },
  };
}

export function scoreOf(namespace: string, value: number, name = 'usage'): KubeObject {
  return {
    apiVersion: 'cluster.open-cluster-management.io/v1alpha1',
    kind: 'AddOnPlacementScore',
    metadata: { name, namespace },
    status: { scores: [{ name: 'cpu', value }] },
  };
}

/** A controller that counts its passes by key. */
export function counted(controller: Controller): {
  readonly controller: Controller;
  readonly passes: Map<string, number>;
} {
  const passes = new Map<string, number>();
  const reconcile: Controller['reconcile'] = (key, snapshot, now) => {
    passes.set(key, (passes.get(key) ?? 0) + 1);
    return controller.reconcile(key, snapshot, now);
  };
  return { controller: { ...controller, reconcile }, passes };
}
