import type { Instant } from '../../../base/instant.ts';
import type { Json } from '../../../base/json.ts';
import { type NewCondition, setCondition, setConditions } from '../../../kube/conditions.ts';
import { type Condition, conditionOf } from '../../../kube/object.ts';
import {
  type ManifestCondition,
  type ManifestWork,
  type ManifestWorkStatus,
  manifestWorkKind,
  workConditions,
} from '../../../kube/ocm/work.ts';
import type { Action, Attempt, Seen, Snapshot } from '../../control/controller.ts';
import { carriesHash, ignoreProblem, isComplete, type Manifest } from '../manifests.ts';
import { aggregate, isByRule } from './aggregate.ts';
import { conditionsByRules, type EvaluateCel } from './condition-rules.ts';
import { feedbackOf } from './feedback.ts';

export interface ReportInput {
  readonly work: ManifestWork;
  readonly manifests: readonly Manifest[];
  readonly snapshot: Snapshot;
  readonly now: Instant;
  readonly cel: EvaluateCel;
  readonly compat?: 'upstream';
}

/**
 * The status of a work: what became of each manifest at this generation, whether the objects are there, what was asked
 * to be fed back and what condition rules say. A manifest counts as applied when the live object carries its hash and no
 * later write of it was refused, so nothing is judged on what an earlier generation left.
 */
export function reportWork(input: ReportInput): Action {
  const manifests = input.manifests.map((manifest) => reportManifest(manifest, input));
  const conditions = workLevel(manifests, input);
  return patchStatus(input.work, { conditions, resourceStatus: { manifests } });
}

/** Says that a work that is going is being cleaned up (work.md §5). */
export function reportDeleting(work: ManifestWork, now: Instant): Action {
  const conditions = setCondition(
    work.status?.conditions,
    {
      type: 'Deleting',
      status: 'True',
      reason: 'WorkDeleting',
      message: 'ManifestWork is being deleted',
      observedGeneration: generationOf(work),
    },
    now,
  );
  return patchStatus(work, { conditions });
}

function patchStatus({ metadata }: ManifestWork, status: ManifestWorkStatus): Action {
  return {
    do: 'patchStatus',
    of: { ...manifestWorkKind, namespace: metadata.namespace ?? '', name: metadata.name },
    status: status as unknown as Json,
    independent: true,
  };
}

function generationOf({ metadata }: ManifestWork): number {
  return metadata.generation ?? 0;
}

function reportManifest(manifest: Manifest, input: ReportInput): ManifestCondition {
  const { work, snapshot, now, cel, compat } = input;
  const before = knownBefore(manifest, work);
  const seen: Seen =
    manifest.ref === null ? { state: 'unread' } : snapshot.look(manifest.ref, 'cluster');
  const applied = appliedCondition(manifest, seen, input);
  let conditions = before?.conditions ?? [];
  if (applied !== null) conditions = setObserved(conditions, applied, now);
  const there = availableCondition(manifest, seen);
  if (there !== null) conditions = setCondition(conditions, there, now);
  const base = { resourceMeta: manifest.meta };
  if (seen.state !== 'present') {
    const kept = seen.state === 'unread' ? before?.statusFeedback : undefined;
    return { ...base, conditions, ...(kept && { statusFeedback: kept }) };
  }
  const feedback = feedbackOf(seen.object, manifest.config.feedbackRules ?? [], compat);
  conditions = setCondition(conditions, feedback.condition, now);
  if (applied?.status === 'True') {
    const rules = manifest.config.conditionRules ?? [];
    const ruled = conditionsByRules(seen.object, rules, { cel, ...(compat && { compat }) });
    conditions = ruledConditions(conditions, ruled, { generation: generationOf(work), now });
  }
  const values = feedback.values;
  return { ...base, conditions, ...(values.length > 0 && { statusFeedback: { values } }) };
}

/** By identity whatever its place; where a work names one object twice, by place. */
function knownBefore({ meta }: Manifest, work: ManifestWork): ManifestCondition | undefined {
  const known = work.status?.resourceStatus?.manifests ?? [];
  const same = known.filter(
    ({ resourceMeta: of }) =>
      (of.group ?? '') === (meta.group ?? '') &&
      (of.kind ?? '') === (meta.kind ?? '') &&
      (of.namespace ?? '') === (meta.namespace ?? '') &&
      (of.name ?? '') === (meta.name ?? ''),
  );
  return same.find(({ resourceMeta }) => resourceMeta.ordinal === meta.ordinal) ?? same[0];
}

/** null while nothing is known of this generation. */
function appliedCondition(manifest: Manifest, seen: Seen, input: ReportInput): NewCondition | null {
  const of = { type: workConditions.applied, observedGeneration: generationOf(input.work) };
  const failed = (why: string): NewCondition => {
    const message = `Failed to apply manifest: ${why}`;
    return { ...of, status: 'False', reason: 'AppliedManifestFailed', message };
  };
  if (manifest.ref === null) return failed(manifest.problem);
  const unclear = ignoreProblem(manifest);
  if (unclear !== null) {
    const message = `Failed to process ignoreFields: ${unclear}`;
    return { ...of, status: 'False', reason: 'AppliedManifestSSAIgnoreFieldError', message };
  }
  const failure = isWrittenOnce(manifest, seen, input.work) ? null : refusalOf(manifest, input);
  if (failure !== null) return failed(failure.message || failure.reason);
  if (!isApplied(manifest, seen)) return null;
  const message = 'Apply manifest complete';
  return { ...of, status: 'True', reason: 'AppliedManifestComplete', message };
}

function isApplied({ strategy, hash }: Manifest, seen: Seen): boolean {
  if (strategy.type === 'ReadOnly') return true;
  if (seen.state !== 'present') return false;
  return strategy.type === 'CreateOnly' || carriesHash(seen.object, hash);
}

/** Whether the object is as it has to be for good: nothing is written any more, so no refusal is ever mended. */
function isWrittenOnce(manifest: Manifest, seen: Seen, work: ManifestWork): boolean {
  if (!isApplied(manifest, seen)) return false;
  const { type } = manifest.strategy;
  return type === 'ReadOnly' || type === 'CreateOnly' || isComplete(manifest, work);
}

function refusalOf({ ref, intent }: Manifest, { snapshot }: ReportInput): Attempt['failure'] {
  const attempt = ref === null ? undefined : snapshot.attempt(ref, 'cluster');
  return attempt?.intent === intent ? attempt.failure : null;
}

function availableCondition({ ref }: Manifest, seen: Seen): NewCondition | null {
  const type = workConditions.available;
  if (ref === null) {
    const message = 'Resource meta is incomplete';
    return { type, status: 'Unknown', reason: 'IncompleteResourceMeta', message };
  }
  if (seen.state === 'present') {
    return { type, status: 'True', reason: 'ResourceAvailable', message: 'Resource is available' };
  }
  if (seen.state === 'absent') {
    const message = 'Resource is not available';
    return { type, status: 'False', reason: 'ResourceNotAvailable', message };
  }
  if (seen.why === undefined) return null;
  const message = `Failed to fetch resource: ${seen.why.message}`;
  return { type, status: 'Unknown', reason: 'FetchingResourceFailed', message };
}

/** A condition of a new generation is a new one, so that its time says since when it holds of this generation. */
function setObserved(
  conditions: readonly Condition[],
  next: NewCondition,
  now: Instant,
): readonly Condition[] {
  const old = conditionOf(conditions, next.type);
  const others =
    old !== undefined && old.observedGeneration !== next.observedGeneration
      ? conditions.filter((condition) => condition !== old)
      : conditions;
  return setCondition(others, next, now);
}

function ruledConditions(
  before: readonly Condition[],
  ruled: readonly NewCondition[],
  { generation, now }: { readonly generation: number; readonly now: Instant },
): readonly Condition[] {
  const observed = ruled.map((condition) => ({ ...condition, observedGeneration: generation }));
  return setConditions(before, observed, now).filter(
    (condition) => !isByRule(condition) || condition.observedGeneration === generation,
  );
}

/** The work's conditions; those of this generation only once every manifest has been dealt with. */
function workLevel(
  manifests: readonly ManifestCondition[],
  { work, now, compat }: ReportInput,
): readonly Condition[] {
  const before = work.status?.conditions ?? [];
  const observedGeneration = generationOf(work);
  const applied = manifests.map(({ conditions }) =>
    conditionOf(conditions, workConditions.applied),
  );
  const known = applied.filter((of) => of?.observedGeneration === observedGeneration);
  const failed = known.some((of) => of?.status === 'False');
  if (known.length < manifests.length && !failed) return before;
  const next: NewCondition = {
    type: workConditions.applied,
    observedGeneration,
    ...(failed
      ? {
          status: 'False',
          reason: 'AppliedManifestWorkFailed',
          message: 'Failed to apply manifest work',
        }
      : {
          status: 'True',
          reason: 'AppliedManifestWorkComplete',
          message: 'Apply manifest work complete',
        }),
  };
  const withApplied = setCondition(before, next, now);
  if (known.length < manifests.length) return withApplied;
  const set = setConditions(withApplied, aggregate(manifests, observedGeneration, compat), now);
  return set.filter(
    (condition) => !isByRule(condition) || condition.observedGeneration === observedGeneration,
  );
}
