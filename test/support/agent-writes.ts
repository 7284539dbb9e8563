import type { Json } from '../../src/base/json.ts';

/** A cluster as the hub has it. */
export const hubCluster: Json = {
  apiVersion: 'cluster.open-cluster-management.io/v1',
  kind: 'ManagedCluster',
  metadata: {
    name: 'c1',
    labels: { env: 'dev', 'cluster.open-cluster-management.io/clusterset': 'default' },
    annotations: { note: 'x' },
  },
  spec: { hubAcceptsClient: false },
};

/** Headers of the cluster's agent; in a group that may do everything, so that only admission refuses. */
export const asAgent = {
  'content-type': 'application/merge-patch+json',
  'impersonate-user': 'system:open-cluster-management:c1:agent',
  'impersonate-group': 'system:masters',
};

/** What its agent tries to write, and whether it may. */
export const agentWrites: readonly (readonly [what: string, patch: Json, may: boolean])[] = [
  ['another label', { metadata: { labels: { env: 'prod' } } }, false],
  ['one label more', { metadata: { labels: { tier: 'gold' } } }, false],
  ['a label less', { metadata: { labels: { env: null } } }, false],
  ['a taint', { spec: { taints: [{ key: 'a', effect: 'NoSelect' }] } }, false],
  ['an annotation', { metadata: { annotations: { 'ocmlang.dev/x': 'y' } } }, false],
  ['another annotation', { metadata: { annotations: { note: 'y' } } }, false],
  ['an annotation less', { metadata: { annotations: { note: null } } }, false],
  [
    'an annotation of its own',
    { metadata: { annotations: { 'agent.open-cluster-management.io/x': 'y' } } },
    true,
  ],
  ['where it is', { spec: { managedClusterClientConfigs: [{ url: 'https://c1.example' }] } }, true],
];
