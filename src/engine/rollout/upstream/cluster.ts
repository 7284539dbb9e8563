import { maxDuration, type Nanos } from '../../../kube/duration.ts';
import type { ClusterProgress, PlannedCluster, RolloutStatus } from '../progress.ts';

/** How long a success soaks and how long anything else may take; `maxDuration` is for ever. */
export interface Patience {
  readonly soak: Nanos;
  readonly deadline: Nanos;
  readonly now: Nanos;
}

/** What became of one cluster: its status after the deadline, and the list it goes to. */
export interface Judged {
  readonly status: RolloutStatus;
  readonly planned: PlannedCluster<Nanos>;
  readonly list: 'rollout' | 'timedOut' | null;
}

/** Upstream's `determineRolloutStatus` (sdk-go rollout.go). */
export function judge(progress: ClusterProgress<Nanos>, patience: Patience): Judged {
  const { cluster, group, status, since } = progress;
  const planned = (of: RolloutStatus, recheckAt: Nanos | null): PlannedCluster<Nanos> => ({
    cluster,
    group,
    status: of,
    since,
    recheckAt,
  });
  switch (status) {
    case 'ToApply':
      return { status, planned: planned(status, null), list: 'rollout' };
    case 'TimeOut':
    case 'Skip':
      return { status, planned: planned(status, null), list: null };
    case 'Succeeded': {
      const soaked = endOf(since, patience.soak, patience.now);
      const soaking = soaked !== null && patience.now < soaked;
      return {
        status,
        planned: planned(status, soaking ? soaked : null),
        list: soaking ? 'rollout' : null,
      };
    }
    default: {
      const due = endOf(since, patience.deadline, patience.now);
      if (due === null || patience.now < due) {
        return { status, planned: planned(status, due), list: 'rollout' };
      }
      return { status: 'TimeOut', planned: planned('TimeOut', due), list: 'timedOut' };
    }
  }
}

/** The end of a stretch of time that began at `since`, or now where that is not known; null: never. */
export function endOf(since: Nanos | null, duration: Nanos, now: Nanos): Nanos | null {
  return duration === maxDuration ? null : (since ?? now) + duration;
}

/** The earliest recheck that lies ahead. */
export function earliestRecheck(
  rollout: readonly PlannedCluster<Nanos>[],
  now: Nanos,
): Nanos | null {
  let earliest: Nanos | null = null;
  for (const { recheckAt } of rollout) {
    if (recheckAt === null || recheckAt <= now) continue;
    if (earliest === null || recheckAt < earliest) earliest = recheckAt;
  }
  return earliest;
}
