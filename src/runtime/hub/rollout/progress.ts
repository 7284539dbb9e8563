import { type Instant, instant, parseInstant } from '../../../base/instant.ts';
import type { ClusterProgress, GroupKey, RolloutStatus } from '../../../engine/rollout/progress.ts';
import { type Condition, conditionOf } from '../../../kube/object.ts';
import { type ManifestWork, workConditions } from '../../../kube/ocm/work.ts';
import { workAnnotations } from '../works.ts';
import { revisionOf } from './works.ts';

/** What is rolled out to a cluster is compared with what is wanted there: these stand for the two answers. */
export const wanted = 'wanted';
const other = 'other';

interface Judged {
  readonly status: RolloutStatus;
  readonly since: Instant | null;
  /** Whether the status was observed for the spec as it is now. */
  readonly observed: boolean;
}

export interface ProgressInput {
  readonly cluster: string;
  readonly group: GroupKey;
  readonly works: readonly ManifestWork[];
  /** The revision that is wanted on this cluster, and in how many works. */
  readonly revision: string;
  readonly count: number;
  readonly compat?: 'upstream';
  readonly now: Instant;
}

/**
 * Where a cluster stands with the revision that is wanted on it, judged on conditions of the current generation only
 * (work.md §9, M1 and M5): Degraded is failed, Progressing is under way, applied and there is done.
 */
export function progressOf(input: ProgressInput): ClusterProgress {
  const { cluster, group, works, revision, count } = input;
  const current = works.filter((work) => revisionOf(work) === revision);
  const applied = current.length >= count && current.length === works.length ? wanted : other;
  const judged = works.map((work) => judge(work, input));
  const observed = judged.every((one) => one.observed) ? applied : undefined;
  return {
    cluster,
    group,
    ...together(judged),
    applied,
    ...(observed !== undefined && { observed }),
    appliedAt: latest(current.map(handedOver)),
  };
}

/** Whether the works on a cluster are those of the revision, whatever became of them. */
export function isApplied(progress: ClusterProgress): boolean {
  return progress.applied === wanted;
}

const rank: readonly RolloutStatus[] = ['Failed', 'ToApply', 'Progressing', 'Succeeded'];

/** Of several works the worst counts; all are done only since the last one is. */
function together(judged: readonly Judged[]): { status: RolloutStatus; since: Instant | null } {
  const status = rank.find((of) => judged.some((one) => one.status === of)) ?? 'ToApply';
  const same = judged.filter((one) => one.status === status);
  return { status, since: latest(same.map(({ since }) => since)) };
}

function judge(work: ManifestWork, { compat, now }: Pick<ProgressInput, 'compat' | 'now'>): Judged {
  const { generation } = work.metadata;
  const conditions = work.status?.conditions;
  const applied = conditionOf(conditions, workConditions.applied);
  const available = conditionOf(conditions, workConditions.available);
  const ruled = [workConditions.progressing, workConditions.degraded].map(
    (type) => [type, conditionOf(conditions, type)] as const,
  );
  const needed = ruled.filter(([type]) => hasRule(work, type));
  const observed = [applied, available, ...needed.map(([, condition]) => condition)].every(
    (condition) => condition !== undefined && condition.observedGeneration === generation,
  );
  const [progressing, degraded] = needed.length === 0 ? [] : ruled.map(([, of]) => of);
  if (compat !== 'upstream' && someRuleFailed(work)) {
    return { status: 'Progressing', since: handedOver(work), observed };
  }
  const status = statusOf({ applied, available, progressing, degraded, compat });
  const deciding = status === 'Failed' ? [degraded] : [applied, available, progressing];
  const since = latest([
    ...deciding.map((of) => timeOf(of, work, compat === 'upstream' ? null : now)),
    handedOver(work),
  ]);
  // A manifest that is refused is news of this revision, although the others are not observed yet.
  const refused = applied?.status === 'False' && applied.observedGeneration === generation;
  return { status, since, observed: observed || refused };
}

function hasRule(work: ManifestWork, type: string): boolean {
  return (work.spec?.manifestConfigs ?? []).some(({ conditionRules }) =>
    conditionRules?.some(({ condition }) => condition === type),
  );
}

// Upstream makes a rule that cannot be evaluated False: that says nothing, least of all that a rollout is done.
function someRuleFailed({ status }: ManifestWork): boolean {
  return (status?.resourceStatus?.manifests ?? []).some(({ conditions }) =>
    conditions.some(({ reason }) => reason === 'ConditionRuleExpressionError'),
  );
}

function statusOf(of: {
  readonly applied: Condition | undefined;
  readonly available: Condition | undefined;
  readonly progressing: Condition | undefined;
  readonly degraded: Condition | undefined;
  readonly compat: 'upstream' | undefined;
}): RolloutStatus {
  const isProgressing = of.progressing !== undefined && of.progressing.status !== 'False';
  const fails = of.degraded?.status === 'True';
  if (fails && (of.compat !== 'upstream' || of.progressing?.status === 'True')) return 'Failed';
  if (isProgressing || of.applied?.status !== 'True') return 'Progressing';
  if (of.compat === 'upstream') return 'Succeeded';
  return of.available?.status === 'True' ? 'Succeeded' : 'Progressing';
}

/**
 * When a condition became what it is. A clock that is ahead must neither hold a slot nor put off a deadline: a time that
 * still to come (of `now`, null: any) counts as the one the hub recorded for the last change of the status, else as that of handing over.
 */
function timeOf(
  condition: Condition | undefined,
  work: ManifestWork,
  now: Instant | null,
): Instant | null {
  const at = parsed(condition?.lastTransitionTime);
  if (at === null || now === null || at <= now) return at;
  const recorded = latest(
    (work.metadata.managedFields ?? [])
      .filter(({ subresource }) => subresource === 'status')
      .map(({ time }) => parsed(time)),
  );
  return recorded === null ? handedOver(work) : instant(Math.min(recorded, now));
}

function parsed(time: string | undefined): Instant | null {
  return time === undefined ? null : parseInstant(time);
}

function handedOver({ metadata }: ManifestWork): Instant | null {
  return parsed(metadata.annotations?.[workAnnotations.appliedAt]);
}

function latest(times: readonly (Instant | null)[]): Instant | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : instant(Math.max(...known));
}
