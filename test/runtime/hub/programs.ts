import type { JsonObject } from '../../../src/base/json.ts';
import { encode } from '../../../src/ir/encode.ts';
import type { IrExpr } from '../../../src/ir/expr.ts';
import type { IrApp, IrDecl, IrPlacement, IrRolloutStrategy } from '../../../src/ir/program.ts';
import type { ProgramObject, ProgramSpec } from '../../../src/ir/program-object.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import type {
  ManagedCluster,
  ManagedClusterSet,
  ManagedClusterSetBinding,
  Placement,
  PlacementDecision,
} from '../../../src/kube/ocm/cluster.ts';

const origin = { file: 0, span: { start: 12, end: 20 } };
const file = { uri: 'web.ocm', sha256: 'a'.repeat(64), lineStarts: [0, 10, 30] };

export const all: IrRolloutStrategy = {
  type: 'All',
  minSuccessTime: null,
  progressDeadline: null,
  maxFailures: null,
  maxConcurrency: null,
  mandatoryDecisionGroups: [],
};
export const oneByOne: IrRolloutStrategy = { ...all, type: 'Progressive', maxConcurrency: 1 };

/** A constant as the compiler writes it. */
export function constant(value: JsonObject): IrExpr {
  return { op: 'const', type: 'json', value };
}

export function configMap(name = 'web', data: Record<string, string> = { a: '1' }): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop' }, data };
}

export function app(name: string, more: Partial<IrApp> = {}): IrApp {
  return {
    kind: 'app',
    name,
    namespace: 'shop',
    origin,
    on: [{ placement: 'prod', rollout: all }],
    manifests: [{ origin, object: constant(configMap(name)) }],
    ...more,
  };
}

export function placementDecl(name: string, more: Partial<IrPlacement> = {}): IrPlacement {
  return {
    kind: 'placement',
    name,
    namespace: 'shop',
    origin,
    clusterSets: ['all'],
    where: { op: 'const', type: 'bool', value: true },
    numberOfClusters: null,
    prioritizerPolicy: null,
    sortBy: null,
    tolerations: [],
    groups: [],
    clustersPerDecisionGroup: null,
    via: null,
    ...more,
  };
}

/** A Program of declarations with its parts. */
export function program(
  decls: readonly IrDecl[],
  more: { spec?: Partial<ProgramSpec>; metadata?: object; status?: ProgramObject['status'] } = {},
): readonly [ProgramObject, ...KubeObject[]] {
  const encoded = encode({ irVersion: 'ocm.ir/v1', files: [file], decls }, { namespace: 'shop' });
  if (!encoded.ok) throw new Error(encoded.why);
  const object: ProgramObject = {
    apiVersion: 'ocmlang.dev/v1alpha1',
    kind: 'Program',
    metadata: {
      name: 'main',
      namespace: 'shop',
      resourceVersion: '9',
      generation: 1,
      ...more.metadata,
    },
    spec: {
      irVersion: encoded.irVersion,
      serviceAccountName: 'deployer',
      parts: encoded.parts,
      ...more.spec,
    },
    ...(more.status && { status: more.status }),
  };
  return [object, ...encoded.objects];
}

export function cluster(name: string, labels: Record<string, string> = {}): ManagedCluster {
  return {
    apiVersion: 'cluster.open-cluster-management.io/v1',
    kind: 'ManagedCluster',
    metadata: { name, labels },
  };
}

export function clusterSet(name: string, selector: object | null = {}): ManagedClusterSet {
  return {
    apiVersion: 'cluster.open-cluster-management.io/v1beta2',
    kind: 'ManagedClusterSet',
    metadata: { name },
    spec: {
      clusterSelector:
        selector === null
          ? { selectorType: 'ExclusiveClusterSetLabel' }
          : { selectorType: 'LabelSelector', labelSelector: selector },
    },
  };
}

export function setBinding(name: string, namespace = 'shop'): ManagedClusterSetBinding {
  return {
    apiVersion: 'cluster.open-cluster-management.io/v1beta2',
    kind: 'ManagedClusterSetBinding',
    metadata: { name, namespace },
    spec: { clusterSet: name },
  };
}

export function placement(name: string, selected: number, more: object = {}): Placement {
  return {
    apiVersion: 'cluster.open-cluster-management.io/v1beta1',
    kind: 'Placement',
    metadata: { name, namespace: 'shop', uid: `uid-${name}`, ...more },
    spec: {},
    status: { numberOfSelectedClusters: selected },
  };
}

export function decision(
  name: string,
  clusters: readonly string[],
  index = 0,
  group = '',
): PlacementDecision {
  return {
    apiVersion: 'cluster.open-cluster-management.io/v1beta1',
    kind: 'PlacementDecision',
    metadata: {
      name: `${name}-decision-${index + 1}`,
      namespace: 'shop',
      labels: {
        'cluster.open-cluster-management.io/placement': name,
        'cluster.open-cluster-management.io/decision-group-index': String(index),
        'cluster.open-cluster-management.io/decision-group-name': group,
      },
    },
    status: { decisions: clusters.map((clusterName) => ({ clusterName, reason: '' })) },
  };
}

/** A Placement that selected clusters, with its decisions. */
export function placed(name: string, clusters: readonly string[]): readonly KubeObject[] {
  return [placement(name, clusters.length), decision(name, clusters)];
}

/** Clusters c1…cn in a set bound to the namespace `shop`. */
export function fleet(count: number): readonly KubeObject[] {
  const clusters = Array.from({ length: count }, (_, at) => cluster(`c${at + 1}`));
  return [...clusters, clusterSet('all'), setBinding('all')];
}
