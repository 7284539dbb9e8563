import { formatInstant, instant, parseInstant } from '../../src/base/instant.ts';
import type { Json } from '../../src/base/json.ts';
import type { RolloutPlan } from '../../src/engine/rollout/outcome.ts';
import { planInNanos } from '../../src/engine/rollout/plan.ts';
import type {
  ClusterProgress,
  DecisionGroup,
  PlannedCluster,
  RolloutStatus,
} from '../../src/engine/rollout/progress.ts';
import { liftRolloutStrategy } from '../../src/ir/lift/rollout.ts';
import type { Nanos } from '../../src/kube/duration.ts';

interface Case {
  readonly now: string;
  readonly strategy: Json;
  readonly groups: readonly DecisionGroup[];
  readonly existing: readonly {
    readonly clusterName: string;
    readonly status: RolloutStatus;
    readonly groupName?: string;
    readonly groupIndex?: number;
    readonly lastTransitionTime?: string | null;
  }[];
}

/** The answer of the engine to one case of the `rollout` suite, as sdk-go would give it. */
export function answer(input: unknown): unknown {
  const { now, strategy, groups, existing } = input as Case;
  const outcome = planInNanos({
    strategy: liftRolloutStrategy(strategy),
    groups,
    existing: existing.map(progress),
    now: readTime(now),
    compat: 'upstream',
  });
  return outcome.ok ? written(outcome, readTime(now)) : { error: outcome.error };
}

function progress(of: Case['existing'][number]): ClusterProgress<Nanos> {
  const { clusterName, status, groupName, groupIndex, lastTransitionTime } = of;
  return {
    cluster: clusterName,
    status,
    group: { name: groupName ?? '', index: groupIndex ?? 0 },
    since: typeof lastTransitionTime === 'string' ? readTime(lastTransitionTime) : null,
  };
}

function written(plan: RolloutPlan<Nanos>, now: Nanos): unknown {
  return {
    clustersToRollout: plan.rollout.map(writtenCluster),
    clustersTimeOut: plan.timedOut.map(writtenCluster),
    clustersRemoved: plan.removed.map(writtenCluster),
    maxFailureBreach: plan.halted,
    recheckAfterNs: plan.recheckAt === null ? null : Number(plan.recheckAt - now),
  };
}

function writtenCluster({ cluster, group, status, since, recheckAt }: PlannedCluster<Nanos>) {
  return {
    clusterName: cluster,
    status,
    groupName: group.name,
    groupIndex: group.index,
    lastTransitionTime: since === null ? null : writeTime(since),
    recheckTime: recheckAt === null ? null : writeTime(recheckAt),
  };
}

const second = 1_000_000_000n;

/** RFC 3339 with up to nine digits of a fraction, in nanoseconds since the epoch. */
function readTime(text: string): Nanos {
  const fraction = /\.(\d{1,9})/.exec(text)?.[1] ?? '';
  const at = parseInstant(text.replace(/\.\d+/, ''));
  if (at === null) throw new Error(`no time: ${text}`);
  return BigInt(at) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

function writeTime(at: Nanos): string {
  const whole = at >= 0n || at % second === 0n ? at / second : at / second - 1n;
  const fraction = String(at - whole * second)
    .padStart(9, '0')
    .replace(/0+$/, '');
  const text = formatInstant(instant(Number(whole) * 1000));
  return fraction === '' ? text : text.replace('Z', `.${fraction}Z`);
}
