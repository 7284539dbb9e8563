import { instant } from '../../../src/base/instant.ts';
import { compileClusterCel, runClusterCel } from '../../../src/engine/cel/cluster-selector.ts';
import type { CelValue } from '../../../src/engine/cel/value.ts';
import type { ManagedCluster } from '../../../src/kube/ocm/cluster.ts';

/** A cluster with something in most fields. */
export const rich: ManagedCluster = {
  apiVersion: 'cluster.open-cluster-management.io/v1',
  kind: 'ManagedCluster',
  metadata: {
    name: 'rich',
    creationTimestamp: '2026-01-02T03:04:05Z',
    labels: { env: 'dev', v: 'v1.30.2' },
    annotations: { a: '{"gpu":{"H100":2}}' },
  },
  spec: {
    hubAcceptsClient: true,
    leaseDurationSeconds: 60,
    taints: [{ key: 'k', effect: 'NoSelect', value: 'x', timeAdded: '2026-01-02T03:04:05Z' }],
  },
  status: {
    allocatable: { cpu: '0.5', memory: '1024Mi' },
    capacity: { cpu: '8' },
    version: { kubernetes: 'v1.30.2' },
    clusterClaims: [{ name: 'sku', value: 'a,b,c' }],
    conditions: [{ type: 'Available', status: 'True', reason: 'r', message: 'm' }],
  },
};

/** A cluster with a name and nothing else. */
export const bare: ManagedCluster = {
  apiVersion: 'cluster.open-cluster-management.io/v1',
  kind: 'ManagedCluster',
  metadata: { name: 'bare' },
};

const now = instant(Date.UTC(2030, 0, 1));

/** Runs an expression of a cluster selector. */
export function run(source: string, cluster = rich): { value: CelValue; cost: number } {
  const compiled = compileClusterCel(source);
  if (!compiled.ok) throw new Error(compiled.message);
  const facts = { name: cluster.metadata.name, cluster, scores: [], sets: [] };
  return runClusterCel(compiled.program, facts, { now, compat: 'upstream' });
}

/** What is wrong with an expression. */
export function problem(source: string): string {
  const compiled = compileClusterCel(source);
  return compiled.ok ? 'it compiles' : compiled.message;
}
