import type { Origin } from '../../../ir/program.ts';
import type { ClusterFacts } from '../../inventory/facts.ts';
import type { ClusterSubset } from '../../inventory/inventory.ts';
import type { PipelineInput } from '../input.ts';
import type { ReasonText } from '../reason.ts';
import type { ScheduleStatus } from '../status.ts';

/** Keeps some clusters, or says that the placement asks for something impossible. */
export interface Filter {
  readonly name: string;
  /** What is wrong with the placement, where so many clusters are left to filter. */
  readonly problem: (input: PipelineInput, clusters: number) => ScheduleStatus | null;
  /** Is a cluster kept? Written to be read: the reference. */
  readonly test: (input: PipelineInput) => (cluster: ClusterFacts) => boolean;
  /** The same for all clusters at once. */
  readonly keep: (among: ClusterSubset, input: PipelineInput) => Kept;
  /** Why a cluster is dropped; null where it is kept. */
  readonly why: (cluster: ClusterFacts, input: PipelineInput) => string | null;
  /** Where what drops a cluster is written; absent where that is nowhere in a program. */
  readonly origin?: (cluster: ClusterFacts, input: PipelineInput) => Origin | null;
}

/** What a filter kept, and why it dropped the others. */
export interface Kept {
  readonly kept: ClusterSubset;
  readonly why: readonly ReasonText[];
}
