import { agentAnnotationPrefix } from '../kube/ocm/registration.ts';
import type { IrSource } from './expr.ts';

/** Conditions of a ManagedCluster that the hub sets; the agent reports the others. */
const hubConditions: ReadonlySet<string> = new Set([
  'HubAcceptedManagedCluster',
  'HubDeniedManagedCluster',
]);

/**
 * Who asserts a fact about a cluster: `hub`, whoever may write objects of the hub, or `agent`, the cluster itself, which
 * can claim what it likes. Labels, annotations, taints and sets are the hub's; claims, status and scores the agent's.
 */
export function assertedBy(source: IrSource): 'hub' | 'agent' {
  switch (source.from) {
    case 'label':
    case 'sets':
    case 'taints':
      return 'hub';
    case 'annotation':
      return source.key.startsWith(agentAnnotationPrefix) ? 'agent' : 'hub';
    case 'condition':
      return hubConditions.has(source.type) ? 'hub' : 'agent';
    case 'field':
      return source.path[0] === 'metadata' || source.path[0] === 'spec'
        ? hubField(source.path)
        : 'agent';
    case 'claim':
    case 'score':
    case 'addon':
      return 'agent';
  }
}

function hubField(path: readonly string[]): 'hub' | 'agent' {
  if (path[0] === 'spec')
    return path[1] === 'managedClusterClientConfigs' || path[1] === undefined ? 'agent' : 'hub';
  if (path[1] === undefined) return 'agent';
  // All annotations at once are also those of the agent.
  if (path[1] !== 'annotations') return 'hub';
  return path[2] === undefined || path[2].startsWith(agentAnnotationPrefix) ? 'agent' : 'hub';
}
