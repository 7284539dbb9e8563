import type { Nanos } from '../../kube/duration.ts';
import type { Limits } from './limits.ts';
import type { ClusterProgress, GroupKey, PlannedCluster, RolloutStatus } from './progress.ts';

/** Where one cluster stands now. */
export interface Standing {
  readonly planned: PlannedCluster<Nanos>;
  /** `underWay` and `soaking` hold a slot; `settled` and `failed` need nothing more. */
  readonly phase: 'toApply' | 'underWay' | 'soaking' | 'settled' | 'failed';
  /** Counts against the failures allowed; a failure whose deadline has not passed still holds its slot. */
  readonly failure: boolean;
  /** Its deadline passed just now. */
  readonly expired: boolean;
}

export interface StandingInput {
  readonly cluster: string;
  readonly group: GroupKey;
  readonly progress: ClusterProgress<Nanos> | undefined;
  readonly limits: Limits;
  readonly now: Nanos;
  readonly revision: string | undefined;
}

/** Judges one cluster: what it says of this revision, its soak and its deadline. */
export function standingOf(input: StandingInput): Standing {
  const { cluster, group, limits, now } = input;
  const { status, since } = statusOfRevision(input);
  const stand = (
    phase: Standing['phase'],
    of: RolloutStatus = status,
    recheckAt: Nanos | null = null,
  ): Standing => ({
    planned: { cluster, group, status: of, since, recheckAt },
    phase,
    failure: of === 'Failed' || of === 'TimeOut',
    expired: false,
  });
  switch (status) {
    case 'ToApply':
      return stand('toApply');
    case 'Skip':
      return stand('settled');
    case 'TimeOut':
      return stand('failed');
    case 'Succeeded': {
      const soaked = (since ?? now) + limits.soak;
      return now < soaked ? stand('soaking', status, soaked) : stand('settled');
    }
    case 'Failed':
    case 'Progressing':
    case 'Unknown': {
      if (limits.deadline === null) return stand(status === 'Failed' ? 'failed' : 'underWay');
      const due = (since ?? now) + limits.deadline;
      if (now < due) return stand('underWay', status, due);
      return { ...stand('failed', 'TimeOut', due), expired: true };
    }
  }
}

// A status of another revision must not let a step pass or fail: the cluster is still to be given this one, or has
// it and has not answered yet.
function statusOfRevision({ progress, revision }: StandingInput): {
  readonly status: RolloutStatus;
  readonly since: Nanos | null;
} {
  if (progress === undefined) return { status: 'ToApply', since: null };
  const { status, since, applied, observed, appliedAt } = progress;
  if (revision === undefined || status === 'ToApply' || status === 'Skip') return { status, since };
  if (applied !== revision) return { status: 'ToApply', since: null };
  if (observed !== revision) return { status: 'Progressing', since: appliedAt ?? null };
  return { status, since };
}
