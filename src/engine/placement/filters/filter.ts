import type { Origin } from '../../../ir/program.ts';
import type { Candidates } from '../../inventory/candidates.ts';
import type { ClusterFacts } from '../../inventory/facts.ts';
import type { ClusterSubset } from '../../inventory/inventory.ts';
import type { PipelineInput } from '../input.ts';
import type { ReasonText } from '../reason.ts';
import type { ScheduleStatus } from '../status.ts';

/** Keeps some clusters, or says that the placement asks for something impossible. */
export interface Filter {
  readonly name: string;
  /** What is wrong with the placement; `nothing`: there are no clusters left to filter. */
  readonly problem: (input: PipelineInput, nothing: boolean) => ScheduleStatus | null;
  /** Is a cluster kept? Written to be read: the reference. */
  readonly test: (input: PipelineInput) => (cluster: ClusterFacts) => boolean;
  /** Takes off whoever is not kept: the same for all clusters at once. */
  readonly narrow: (candidates: Candidates, input: PipelineInput) => void;
  /** Why it kept some of the clusters only: at most `mostReasons` texts, the most frequent first. */
  readonly whyDropped: (
    among: ClusterSubset,
    kept: ClusterSubset,
    input: PipelineInput,
  ) => readonly ReasonText[];
  /** Why a cluster is dropped; null where it is kept. */
  readonly why: (cluster: ClusterFacts, input: PipelineInput) => string | null;
  /** Where what drops a cluster is written; absent where that is nowhere in a program. */
  readonly origin?: (cluster: ClusterFacts, input: PipelineInput) => Origin | null;
}
