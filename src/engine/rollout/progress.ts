import type { Instant } from '../../base/instant.ts';
import type { LiftedRolloutStrategy } from '../../ir/lift/rollout.ts';

/** Upstream's rollout statuses (sdk-go rollout.go); `Unknown` stands for anything else and behaves as Progressing. */
export type RolloutStatus =
  | 'ToApply'
  | 'Progressing'
  | 'Succeeded'
  | 'Failed'
  | 'TimeOut'
  | 'Skip'
  | 'Unknown';

/** Identity of a decision group; the name may be empty, the index is unique in a placement. */
export interface GroupKey {
  readonly name: string;
  readonly index: number;
}

/** One decision group of a placement, its clusters in decision order. */
export interface DecisionGroup extends GroupKey {
  readonly clusters: readonly string[];
}

/** What the caller knows about one cluster. `Time` is an instant; inside, nanoseconds, because durations are Go's. */
export interface ClusterProgress<Time = Instant> {
  readonly cluster: string;
  readonly group: GroupKey;
  readonly status: RolloutStatus;
  /** When the status began; null: unknown, and then taken for now. */
  readonly since: Time | null;
  /** The revision that was handed to the cluster; told together with `RolloutInput.revision`. */
  readonly applied?: string;
  /** The revision `status` was observed for. A status of another revision says nothing about this one. */
  readonly observed?: string;
  /** When `applied` was handed over: what a deadline counts from until something of it is observed. */
  readonly appliedAt?: Time | null;
}

/** A cluster as the plan sees it. */
export interface PlannedCluster<Time = Instant> {
  readonly cluster: string;
  readonly group: GroupKey;
  readonly status: RolloutStatus;
  readonly since: Time | null;
  /** When its soak or its deadline ends. */
  readonly recheckAt: Time | null;
}

/** The IR's strategy, but of any type: what a hand-written object says may be no strategy at all. */
export type RolloutStrategy = LiftedRolloutStrategy;

/** A group chosen by name (there may be several of one name) or by index. */
export type GroupChoice = RolloutStrategy['mandatoryDecisionGroups'][number];
