import { type Nanos, type ParsedDuration, parseDuration } from '../../../kube/duration.ts';
import type { RolloutInput, RolloutOutcome } from '../outcome.ts';
import type { ClusterProgress, DecisionGroup, PlannedCluster } from '../progress.ts';
import { stateOf, type Wave } from '../state.ts';
import { earliestRecheck } from './cluster.ts';
import { type EngineInput, perCluster, perGroup } from './engines.ts';
import { chosenGroups, type GroupTracker, groupsBesides, trackGroups } from './groups.ts';
import { sizeError, upstreamSize } from './size.ts';
import { parseTimeout } from './timeout.ts';

/** Upstream's `GetRolloutCluster`, bit by bit (sdk-go pkg/apis/cluster/v1alpha1/rollout.go). */
export function planUpstream(input: RolloutInput<Nanos>): RolloutOutcome<Nanos> {
  const { strategy, now } = input;
  if (!['All', 'Progressive', 'ProgressivePerGroup'].includes(strategy.type)) {
    return refuse(`incorrect rollout strategy type ${strategy.type}`);
  }
  const deadline = parseTimeout(strategy.progressDeadline);
  if (!deadline.ok) return refuse(deadline.error);
  const soak = parseSoak(strategy.type, strategy.minSuccessTime);
  if (!soak.ok) return refuse(soak.error);
  const badFailures = strategy.type === 'All' ? null : sizeError(strategy.maxFailures);
  if (badFailures !== null) {
    return refuse(`failed to parse the provided maxFailures: ${badFailures}`);
  }
  const tracker = trackGroups(input.groups);
  const all = groupsBesides(tracker, []);
  const { current, removed } = split(all, input.existing);
  const patience = { soak: soak.nanos, deadline: deadline.nanos, now };
  const wave = waveOf(input, tracker, { groups: all, existing: current, patience });
  if (typeof wave === 'string') return refuse(wave);
  return {
    ok: true,
    ...wave,
    removed,
    recheckAt: earliestRecheck(wave.rollout, now),
    state: stateOf(wave, all, current),
  };
}

function waveOf(
  { strategy }: RolloutInput<Nanos>,
  tracker: GroupTracker,
  all: EngineInput,
): Wave | string {
  const total = clusterCount(all.groups);
  if (strategy.type === 'All') return perCluster(all, total, total);
  const mandatory = mandatoryWave(chosenGroups(tracker, strategy.mandatoryDecisionGroups), all);
  if (mandatory !== null) return mandatory;
  const groups = groupsBesides(tracker, strategy.mandatoryDecisionGroups);
  const rest = { ...all, groups };
  if (strategy.type === 'ProgressivePerGroup') return perGroup(rest, strategy.maxFailures);
  const badWidth = sizeError(strategy.maxConcurrency);
  if (badWidth !== null) return `failed to parse the provided maxConcurrency: ${badWidth}`;
  const width = upstreamSize(strategy.maxConcurrency, clusterCount(groups), clusterCount(groups));
  return perCluster(rest, width, upstreamSize(strategy.maxFailures, total, 0));
}

// Looks at every known cluster, mandatory or not, and returns early for any of them (upstream faults A and B).
function mandatoryWave(groups: readonly DecisionGroup[], all: EngineInput): Wave | null {
  if (groups.length === 0) return null;
  const wave = perGroup({ ...all, groups }, 0);
  return wave.rollout.length > 0 || wave.timedOut.length > 0 ? wave : null;
}

function parseSoak(type: string, text: string | null): ParsedDuration {
  return type === 'All' || text === null ? { ok: true, nanos: 0n } : parseDuration(text);
}

function split(groups: readonly DecisionGroup[], existing: readonly ClusterProgress<Nanos>[]) {
  const clusters = new Set(groups.flatMap((group) => group.clusters));
  const removed: PlannedCluster<Nanos>[] = [];
  const current: ClusterProgress<Nanos>[] = [];
  for (const progress of existing) {
    if (clusters.has(progress.cluster)) current.push(progress);
    else removed.push({ ...pick(progress), recheckAt: null });
  }
  return { current, removed };
}

function pick({ cluster, group, status, since }: ClusterProgress<Nanos>) {
  return { cluster, group, status, since };
}

function clusterCount(groups: readonly DecisionGroup[]): number {
  return new Set(groups.flatMap((group) => group.clusters)).size;
}

function refuse(error: string): RolloutOutcome<Nanos> {
  return { ok: false, error };
}
