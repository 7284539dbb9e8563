import type { Nanos } from '../../kube/duration.ts';
import type { RolloutState } from './outcome.ts';
import type { DecisionGroup, PlannedCluster, RolloutStatus } from './progress.ts';

/** What an engine answers, before it becomes a plan. */
export interface Wave {
  readonly rollout: readonly PlannedCluster<Nanos>[];
  readonly timedOut: readonly PlannedCluster<Nanos>[];
  readonly halted: boolean;
}

type Class = 'succeeded' | 'soaking' | 'underWay' | 'failed' | 'starting';

const classOfStatus: { readonly [S in RolloutStatus]?: Class } = {
  Succeeded: 'succeeded',
  Skip: 'succeeded',
  Failed: 'failed',
  TimeOut: 'failed',
};

/** Counts each cluster of the groups in one class, and says why no more are started. */
export function stateOf(
  wave: Wave,
  groups: readonly DecisionGroup[],
  known: readonly { readonly cluster: string; readonly status: RolloutStatus }[],
): RolloutState {
  const clusters = new Set(groups.flatMap((group) => group.clusters));
  const classes = new Map<string, Class>();
  for (const { cluster, status } of known) {
    const of = classOfStatus[status];
    if (of !== undefined && clusters.has(cluster)) classes.set(cluster, of);
  }
  for (const { cluster } of wave.timedOut) classes.set(cluster, 'failed');
  for (const { cluster, status } of wave.rollout) classes.set(cluster, classInWave(status));
  const counts = { succeeded: 0, soaking: 0, underWay: 0, failed: 0, starting: 0 };
  for (const of of classes.values()) counts[of]++;
  const { starting, ...others } = counts;
  const untouched = clusters.size - classes.size + starting;
  return { why: reason(wave, starting, untouched), clusters: clusters.size, ...others, untouched };
}

function classInWave(status: RolloutStatus): Class {
  if (status === 'ToApply') return 'starting';
  return status === 'Succeeded' ? 'soaking' : 'underWay';
}

function reason(wave: Wave, starting: number, untouched: number): RolloutState['why'] {
  if (wave.halted) return 'halted';
  if (starting > 0) return 'starting';
  return wave.rollout.length > 0 || untouched > 0 ? 'waiting' : 'done';
}
