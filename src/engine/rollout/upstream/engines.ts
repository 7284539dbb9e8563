import { compareText } from '../../../base/json.ts';
import type { Nanos } from '../../../kube/duration.ts';
import type {
  ClusterProgress,
  DecisionGroup,
  GroupKey,
  PlannedCluster,
  RolloutStatus,
} from '../progress.ts';
import type { Wave } from '../state.ts';
import { judge, type Patience } from './cluster.ts';
import { clustersByName, keyOf } from './groups.ts';
import { upstreamSize } from './size.ts';

/** The groups an engine looks at, and all clusters that are known. */
export interface EngineInput {
  readonly groups: readonly DecisionGroup[];
  readonly existing: readonly ClusterProgress<Nanos>[];
  readonly patience: Patience;
}

interface Collected {
  readonly rollout: PlannedCluster<Nanos>[];
  readonly timedOut: PlannedCluster<Nanos>[];
}

/** Upstream's `progressivePerCluster`: by name, known clusters first, until the width is reached. */
export function perCluster(input: EngineInput, width: number, maxFailures: number): Wave {
  const collected: Collected = { rollout: [], timedOut: [] };
  const known = [...input.existing]
    .filter(({ cluster }) => cluster !== '')
    .sort((a, b) => compareText(a.cluster, b.cluster));
  let failures = 0;
  let halted = false;
  for (const progress of known) {
    const passedOver = halted && progress.status === 'ToApply';
    const status = passedOver ? progress.status : collect(progress, input.patience, collected);
    if (isFailure(status)) halted = ++failures > maxFailures;
    if (collected.rollout.length >= width) return { ...collected, halted };
  }
  if (halted) return { ...collected, halted };
  const names = new Set(known.map(({ cluster }) => cluster));
  for (const { cluster, group } of clustersByName(input.groups)) {
    if (names.has(cluster)) continue;
    collected.rollout.push(untouched(cluster, group));
    if (collected.rollout.length >= width) break;
  }
  return { ...collected, halted };
}

/** Upstream's `progressivePerGroup`: group after group, as soon as one has nothing to roll out but failures. */
export function perGroup(input: EngineInput, maxFailures: number | string | null): Wave {
  const collected: Collected = { rollout: [], timedOut: [] };
  const statuses = new Map<string, RolloutStatus>();
  for (const progress of input.existing) {
    if (progress.cluster === '' || progress.status === 'ToApply') continue;
    statuses.set(progress.cluster, collect(progress, input.patience, collected));
  }
  let total = 0;
  let halted = false;
  for (const group of input.groups) {
    const allowed = upstreamSize(maxFailures, group.clusters.length, 0);
    const clusters = [...group.clusters].sort(compareText);
    for (const cluster of clusters.filter((name) => !statuses.has(name))) {
      collected.rollout.push(untouched(cluster, keyOf(group)));
    }
    const failures = clusters.filter((name) => isFailure(statuses.get(name))).length;
    if (failures > 0) halted = failures > allowed;
    total += failures;
    if (collected.rollout.length - total > 0 || halted) break;
  }
  return { ...collected, halted };
}

/** Puts a cluster into the list it belongs to and tells its status after the deadline. */
function collect(
  progress: ClusterProgress<Nanos>,
  patience: Patience,
  { rollout, timedOut }: Collected,
): RolloutStatus {
  const judged = judge(progress, patience);
  if (judged.list === 'rollout') rollout.push(judged.planned);
  if (judged.list === 'timedOut') timedOut.push(judged.planned);
  return judged.status;
}

function untouched(cluster: string, group: GroupKey): PlannedCluster<Nanos> {
  return { cluster, group, status: 'ToApply', since: null, recheckAt: null };
}

function isFailure(status: RolloutStatus | undefined): boolean {
  return status === 'TimeOut' || status === 'Failed';
}
