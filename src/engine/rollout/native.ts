import type { Nanos } from '../../kube/duration.ts';
import { divideGroups, orderGroups } from './groups.ts';
import { readLimits } from './limits.ts';
import type { RolloutInput, RolloutOutcome } from './outcome.ts';
import type { ClusterProgress, DecisionGroup, PlannedCluster } from './progress.ts';
import { type Standing, standingOf } from './standing.ts';
import { stateOf } from './state.ts';
import { startAll } from './strategies/all.ts';
import { startProgressive } from './strategies/progressive.ts';
import { startPerGroup } from './strategies/progressive-per-group.ts';

/** Decides with the right behaviour of each case of docs/deviations.md. */
export function planNative(input: RolloutInput<Nanos>): RolloutOutcome<Nanos> {
  const groups = orderGroups(input.groups);
  const total = groups.reduce((sum, group) => sum + group.clusters.length, 0);
  const limits = readLimits(input.strategy, total);
  if (!limits.ok) return limits;
  const known = byCluster(input.existing);
  const standings = standingsOf(groups, (cluster, group) =>
    standingOf({
      cluster,
      group: { name: group.name, index: group.index },
      progress: known.get(cluster),
      limits: limits.value,
      now: input.now,
      revision: input.revision,
    }),
  );
  const phases = {
    ...divideGroups(groups, input.strategy.mandatoryDecisionGroups),
    standings,
    maxConcurrency: input.strategy.maxConcurrency,
  };
  const starts = {
    All: startAll,
    Progressive: startProgressive,
    ProgressivePerGroup: startPerGroup,
  }[limits.value.type](phases);
  if (!starts.ok) return starts;
  const halted = isHalted(standings, phases.mandatory, limits.value);
  const wave = waveOf(standings, new Set(halted ? [] : starts.value), halted);
  return {
    ok: true,
    ...wave,
    removed: removedOf(input.existing, standings),
    recheckAt: earliest(wave.rollout),
    state: stateOf(
      wave,
      groups,
      [...standings.values()].map(({ planned }) => planned),
    ),
  };
}

// A mandatory group tolerates no failure, reported or timed out; All has no mandatory groups and no limit.
function isHalted(
  standings: ReadonlyMap<string, Standing>,
  mandatory: readonly DecisionGroup[],
  { type, maxFailures }: { readonly type: string; readonly maxFailures: number },
): boolean {
  const failed = (cluster: string) => standings.get(cluster)?.failure === true;
  if (type !== 'All' && mandatory.some((group) => group.clusters.some(failed))) return true;
  return [...standings.values()].filter(({ failure }) => failure).length > maxFailures;
}

function waveOf(
  standings: ReadonlyMap<string, Standing>,
  starts: ReadonlySet<string>,
  halted: boolean,
) {
  const all = [...standings.values()];
  const holdsSlot = ({ phase, planned }: Standing) =>
    phase === 'underWay' || phase === 'soaking' || starts.has(planned.cluster);
  return {
    rollout: all.filter(holdsSlot).map(({ planned }) => planned),
    timedOut: all.filter(({ expired }) => expired).map(({ planned }) => planned),
    halted,
  };
}

function standingsOf(
  groups: readonly DecisionGroup[],
  judge: (cluster: string, group: DecisionGroup) => Standing,
): ReadonlyMap<string, Standing> {
  return new Map(
    groups.flatMap((group) =>
      group.clusters.map((cluster) => [cluster, judge(cluster, group)] as const),
    ),
  );
}

function byCluster(existing: readonly ClusterProgress<Nanos>[]) {
  const known = new Map<string, ClusterProgress<Nanos>>();
  for (const progress of existing) {
    if (!known.has(progress.cluster)) known.set(progress.cluster, progress);
  }
  return known;
}

function removedOf(
  existing: readonly ClusterProgress<Nanos>[],
  standings: ReadonlyMap<string, Standing>,
): PlannedCluster<Nanos>[] {
  return existing
    .filter(({ cluster }) => !standings.has(cluster))
    .map(({ cluster, group, status, since }) => ({
      cluster,
      group,
      status,
      since,
      recheckAt: null,
    }));
}

// Every recheck of a native wave lies ahead: what is over has left it.
function earliest(rollout: readonly PlannedCluster<Nanos>[]): Nanos | null {
  return rollout.reduce<Nanos | null>(
    (first, { recheckAt: at }) => (at !== null && (first === null || at < first) ? at : first),
    null,
  );
}
