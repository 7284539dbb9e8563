import { sha256Hex } from '../../base/hash.ts';
import type { Controller } from '../control/controller.ts';
import { ruleCel } from './cel.ts';
import { applyWorks, type WorkAgentOptions } from './manifest-work.ts';
import { evaluatePolicies } from './policy/evaluate.ts';
import { syncPolicies } from './policy/sync.ts';
import { retireRecords } from './work/retire.ts';

export interface AgentOptions {
  readonly clusterName: string;
  /** Address of the hub, as its kubeconfig has it: records on the cluster are of one hub. */
  readonly hub: string;
  /** Tells agents of one hub on one cluster apart; a hash of the hub's address where absent, as upstream. */
  readonly agentId?: string;
  readonly compat?: 'upstream';
}

/** What an agent does besides staying registered: works and policies. */
export function agentControllers(options: AgentOptions): readonly Controller[] {
  const { clusterName, compat } = options;
  const hubHash = sha256Hex(options.hub);
  const work: WorkAgentOptions = {
    clusterName,
    hubHash,
    agentId: options.agentId ?? hubHash,
    cel: ruleCel(),
    ...(compat && { compat }),
  };
  return [
    applyWorks(work),
    retireRecords(work),
    syncPolicies({ clusterName }),
    evaluatePolicies({ clusterName, ...(compat && { compat }) }),
  ];
}
