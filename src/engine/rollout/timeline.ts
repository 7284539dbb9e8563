import { type Instant, instant } from '../../base/instant.ts';
import type { Nanos } from '../../kube/duration.ts';
import { nanosPerMilli } from '../../kube/duration.ts';
import type { ClusterProgress, PlannedCluster } from './progress.ts';

/** An instant as nanoseconds since the epoch, the unit durations of strategies have. */
export function toNanos(at: Instant): Nanos {
  return BigInt(Math.floor(at)) * nanosPerMilli;
}

/** The first instant that is not before a time in nanoseconds. */
export function toInstant(at: Nanos): Instant {
  const whole = at / nanosPerMilli;
  return instant(Number(at > whole * nanosPerMilli ? whole + 1n : whole));
}

/** A cluster's progress, its times in nanoseconds. */
export function progressInNanos(progress: ClusterProgress): ClusterProgress<Nanos> {
  const { since, appliedAt, ...rest } = progress;
  return {
    ...rest,
    since: since === null ? null : toNanos(since),
    ...(appliedAt === undefined
      ? {}
      : { appliedAt: appliedAt === null ? null : toNanos(appliedAt) }),
  };
}

/** A planned cluster, its times in instants. */
export function plannedInInstants(planned: PlannedCluster<Nanos>): PlannedCluster {
  const { since, recheckAt } = planned;
  return {
    ...planned,
    since: since === null ? null : toInstant(since),
    recheckAt: recheckAt === null ? null : toInstant(recheckAt),
  };
}
