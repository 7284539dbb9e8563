import { parseApiVersion, type Ref, refKey, refOf } from '../../../kube/object.ts';
import type { ConfigurationPolicy, RelatedObject } from '../../../kube/ocm/policy.ts';
import type { Action, Outcome, Snapshot } from '../../control/controller.ts';

/** Keeps a policy that prunes until what it is to take along is gone; upstream's name. */
export const pruneFinalizer = 'policy.open-cluster-management.io/delete-related-objects';

/** Whether a policy takes objects along: only one that enforces does (policy.md §3.7). */
export function prunes({ spec }: ConfigurationPolicy): boolean {
  const enforces = spec?.remediationAction?.toLowerCase() === 'enforce';
  return enforces && (spec?.pruneObjectBehavior ?? 'None') !== 'None';
}

/** Puts the finalizer on a policy that prunes and takes it off one that does not; null where it is as it should be. */
export function finalizerAction(policy: ConfigurationPolicy): Action | null {
  const { finalizers = [] } = policy.metadata;
  const has = finalizers.includes(pruneFinalizer);
  if (has === prunes(policy)) return null;
  return setFinalizers(
    policy,
    has ? finalizers.filter((of) => of !== pruneFinalizer) : [...finalizers, pruneFinalizer],
  );
}

function setFinalizers(policy: ConfigurationPolicy, finalizers: readonly string[]): Action {
  const { resourceVersion } = policy.metadata;
  return {
    do: 'patch',
    of: refOf(policy),
    patch: { metadata: { finalizers } },
    ...(resourceVersion !== undefined && { ifVersion: resourceVersion }),
    at: 'cluster',
    independent: true,
  };
}

/** Removals of objects the policy was about and no longer is. */
export function pruneDropped(
  policy: ConfigurationPolicy,
  related: readonly RelatedObject[],
  snapshot: Snapshot,
): Pruned {
  if (!prunes(policy)) return { actions: [], left: [] };
  const kept = new Set(related.flatMap((one) => keyOf(one) ?? []));
  const dropped = (policy.status?.relatedObjects ?? []).filter((one) => {
    const key = keyOf(one);
    return key !== null && !kept.has(key);
  });
  return prune(policy, dropped, snapshot);
}

/** Lets a policy go that is being deleted: first what it takes along. */
export function finalizePolicy(policy: ConfigurationPolicy, snapshot: Snapshot): Outcome {
  const { finalizers = [] } = policy.metadata;
  if (!finalizers.includes(pruneFinalizer)) return { actions: [] };
  const related = prunes(policy) ? (policy.status?.relatedObjects ?? []) : [];
  const { actions, left } = prune(policy, related, snapshot);
  const alsoWatch = left.map((ref) => ({ ref, at: 'cluster' as const }));
  if (left.length > 0) return { actions, alsoWatch };
  return {
    actions: [
      setFinalizers(
        policy,
        finalizers.filter((of) => of !== pruneFinalizer),
      ),
    ],
  };
}

interface Pruned {
  readonly actions: readonly Action[];
  /** What is still there, or has not been looked at yet. */
  readonly left: readonly Ref[];
}

function prune(
  { spec }: ConfigurationPolicy,
  related: readonly RelatedObject[],
  snapshot: Snapshot,
): Pruned {
  const actions: Action[] = [];
  const left: Ref[] = [];
  for (const one of related) {
    const ref = refOfRelated(one);
    if (ref === null || !mayGo(one, spec?.pruneObjectBehavior)) continue;
    const seen = snapshot.look(ref, 'cluster');
    if (seen.state === 'unread') left.push(ref);
    if (seen.state !== 'present' || isAnother(one, seen.object.metadata.uid, spec)) continue;
    left.push(ref);
    const { uid, deletionTimestamp } = seen.object.metadata;
    if (deletionTimestamp !== undefined) continue;
    actions.push({
      do: 'delete',
      of: ref,
      ...(uid !== undefined && { ifUid: uid }),
      at: 'cluster',
      independent: true,
    });
  }
  return { actions, left };
}

function mayGo({ properties }: RelatedObject, behavior: string | undefined): boolean {
  return behavior === 'DeleteAll' || properties?.createdByPolicy === true;
}

/** Only the very object the policy made may go, where only that may. */
function isAnother(
  { properties }: RelatedObject,
  uid: string | undefined,
  spec: ConfigurationPolicy['spec'],
): boolean {
  return spec?.pruneObjectBehavior !== 'DeleteAll' && properties?.uid !== uid;
}

function keyOf(related: RelatedObject): string | null {
  const ref = refOfRelated(related);
  return ref === null ? null : refKey(ref);
}

/** null for what stands for no object, as `-` does where none was found. */
function refOfRelated({ object }: RelatedObject): Ref | null {
  const { name = '', namespace = '' } = object?.metadata ?? {};
  if (object?.apiVersion === undefined || object.kind === undefined) return null;
  if (name === '' || name === '-') return null;
  return { ...parseApiVersion(object.apiVersion), kind: object.kind, namespace, name };
}
