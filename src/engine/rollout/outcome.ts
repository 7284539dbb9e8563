import type { Instant } from '../../base/instant.ts';
import type {
  ClusterProgress,
  DecisionGroup,
  PlannedCluster,
  RolloutStrategy,
} from './progress.ts';

/** Everything a rollout decision depends on. */
export interface RolloutInput<Time = Instant> {
  readonly strategy: RolloutStrategy;
  /** The groups a placement decided, in any order; their own index orders them. */
  readonly groups: readonly DecisionGroup[];
  readonly existing: readonly ClusterProgress<Time>[];
  readonly now: Time;
  /** What is being rolled out. With it a cluster is judged only on what was observed of this revision. */
  readonly revision?: string;
  /** `upstream` answers as sdk-go does, its faults included (docs/deviations.md). */
  readonly compat?: 'upstream';
}

/** Which clusters may be touched now. */
export interface RolloutPlan<Time = Instant> {
  readonly ok: true;
  /** Clusters to start and those under way or soaking; a caller acts on those that are still `ToApply`. */
  readonly rollout: readonly PlannedCluster<Time>[];
  /** Clusters whose deadline has passed. */
  readonly timedOut: readonly PlannedCluster<Time>[];
  /** Clusters no group has any more. */
  readonly removed: readonly PlannedCluster<Time>[];
  /** More failures than allowed: nothing is started. */
  readonly halted: boolean;
  /** When to ask again although nothing has happened; null: never. */
  readonly recheckAt: Time | null;
  /** What holds the rollout, for messages and status; bounded. */
  readonly state: RolloutState;
}

/** The size of each class of clusters, and why no more are started. */
export interface RolloutState {
  readonly why: 'done' | 'starting' | 'waiting' | 'halted';
  readonly clusters: number;
  readonly succeeded: number;
  readonly soaking: number;
  readonly underWay: number;
  readonly failed: number;
  readonly untouched: number;
}

/** A strategy that is none: what upstream returns as an error. */
export interface RolloutRefusal {
  readonly ok: false;
  readonly error: string;
}

export type RolloutOutcome<Time = Instant> = RolloutPlan<Time> | RolloutRefusal;
