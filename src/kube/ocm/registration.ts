/** Prefix of users and groups of agents (ocm pkg/registration/hub/user/identity.go). */
export const agentPrefix = 'system:open-cluster-management:';
/** The group every agent is in. */
export const managedClustersGroup = `${agentPrefix}managed-clusters`;

/** The user of an agent: the common name of its certificate. */
export function agentUser(cluster: string, agent: string): string {
  return `${agentPrefix}${cluster}:${agent}`;
}

/** The groups of an agent: the organizations of its certificate. */
export function agentGroups(cluster: string): readonly string[] {
  return [`${agentPrefix}${cluster}`, managedClustersGroup];
}

/** The groups that roles of a cluster are bound to; the second one is for agents that come by AWS identities. */
export function boundGroups(cluster: string): readonly string[] {
  return [`${agentPrefix}${cluster}`, `open-cluster-management:${cluster}`];
}

/** The cluster and the agent a user stands for; null for any other user. */
export function parseAgentUser(
  user: string,
): { readonly cluster: string; readonly agent: string } | null {
  if (!user.startsWith(agentPrefix)) return null;
  const [cluster, agent, ...rest] = user.slice(agentPrefix.length).split(':');
  return cluster && agent && rest.length === 0 ? { cluster, agent } : null;
}

/** The signer of agents' certificates. */
export const clientSigner = 'kubernetes.io/kube-apiserver-client';
/** What an agent's certificate is good for, in upstream's order. */
export const clientUsages = ['digital signature', 'key encipherment', 'client auth'] as const;

/** The heartbeat of a cluster, in its namespace on the hub. */
export const clusterLeaseName = 'managed-cluster-lease';
/** Seconds between heartbeats where the ManagedCluster does not say. */
export const defaultLeaseSeconds = 60;
/** A cluster is lost after so many heartbeats. */
export const lostAfterLeases = 5;

/** Finalizers of a ManagedCluster: what is in its namespace, and what belongs to it elsewhere. */
export const clusterFinalizers = {
  resources: 'cluster.open-cluster-management.io/resource-cleanup',
  access: 'cluster.open-cluster-management.io/api-resource-cleanup',
} as const;

/** Annotation: when the hub accepted a cluster by itself. */
export const acceptedOnAnnotation = 'open-cluster-management.io/automatically-accepted-on';
/** Annotations of a Klusterlet with this prefix are put on the ManagedCluster. */
export const agentAnnotationPrefix = 'agent.open-cluster-management.io';
/** Label of a ClusterClaim that stays on its cluster. */
export const spokeOnlyLabel = 'open-cluster-management.io/spoke-only';
