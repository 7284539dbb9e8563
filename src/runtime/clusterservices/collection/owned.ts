import { jsonHash } from '../../../base/hash.ts';
import { type Instant, plus } from '../../../base/instant.ts';
import { isJsonObject, jsonEqual } from '../../../base/json.ts';
import { type KubeObject, type OwnerReference, refOf } from '../../../kube/object.ts';
import { type Action, done, type Outcome, type Snapshot } from '../../control/controller.ts';
import { deleted, unblocked, withoutOwners } from './actions.ts';
import { dependentsOf } from './kinds.ts';
import { lookAgainAfter, type Owner, ownerOf } from './owners.ts';
import { deletesDependents, foreground, orphan } from './ownership.ts';

interface Named {
  readonly reference: OwnerReference;
  readonly owner: Owner;
}

/**
 * What becomes of an object that has owners: it goes with the last of them, and forgets those that go before. As long as
 * one cannot be told to be there or not, nothing is done (kubernetes `garbagecollector.go`, `attemptToDeleteItem`).
 */
export function owned(object: KubeObject, snapshot: Snapshot, now: Instant): Outcome {
  const all: readonly Named[] = (object.metadata.ownerReferences ?? []).map((reference) => ({
    reference,
    owner: ownerOf(reference, object, { snapshot, now }),
  }));
  const again = plus(now, lookAgainAfter);
  const unsettled = unsettledBy(all, again);
  if (unsettled !== null) return unsettled;
  const lost = all.filter(({ owner }) => owner.is !== 'there').map(({ reference }) => reference);
  if (lost.length === all.length) {
    const unconfirmed = unconfirmedBy(object, snapshot, again);
    return unconfirmed ?? { actions: [collected(object, all, snapshot)] };
  }
  if (lost.length > 0) return { actions: [withoutOwners(object, lost)] };
  const unseen = all.some(({ owner }) => owner.is === 'there' && owner.checkAgain === true);
  return unseen ? { actions: [], again } : done;
}

/** Waits for answers, and for definitions of kinds that nobody knows. */
function unsettledBy(all: readonly Named[], again: Instant): Outcome | null {
  const owners = all.map(({ owner }) => owner);
  const mentions = owners.flatMap((owner) => (owner.is === 'unknown' ? [owner.kind] : []));
  const open = owners.filter((owner) => owner.is === 'open');
  if (mentions.length + open.length === 0) return null;
  return {
    actions: [],
    mentions,
    evaluate: open.flatMap(({ ask }) => ask ?? []),
    ...(open.length > 0 && { again }),
  };
}

/**
 * Of an object that changed just before it was to be deleted the cache may not show the owners yet: the API server has to
 * say that they are those which were looked at (kubernetes `garbagecollector.go`, `deleteObject`).
 */
function unconfirmedBy(object: KubeObject, snapshot: Snapshot, again: Instant): Outcome | null {
  const on = refOf(object);
  const attempt = snapshot.attempt(on);
  if (attempt?.failure?.reason !== 'Conflict') return null;
  const { uid, resourceVersion, ownerReferences } = object.metadata;
  const round = Math.floor(again / lookAgainAfter);
  const id = jsonHash({ lookup: { ...on }, uid, resourceVersion, since: attempt.at, round });
  const answer = snapshot.evaluated(id);
  if (answer === undefined) {
    return { actions: [], evaluate: [{ id, pass: 'lookup', input: { ...on } }], again };
  }
  const live = answer.ok && isJsonObject(answer.outcome) ? answer.outcome : {};
  const isSame = live['uid'] === uid && jsonEqual(live['owners'], ownerReferences);
  return isSame ? null : { actions: [], again };
}

function collected(object: KubeObject, all: readonly Named[], snapshot: Snapshot): Action {
  const { finalizers = [], ownerReferences = [] } = object.metadata;
  const dependents = dependentsOf(object, snapshot);
  if (all.some(({ owner }) => owner.is === 'waiting') && dependents.length > 0) {
    // Owners in a circle would wait for one another.
    const inCircle = dependents.some(deletesDependents);
    if (inCircle && ownerReferences.some(({ blockOwnerDeletion }) => blockOwnerDeletion))
      return unblocked(object);
    return deleted(object, 'Foreground', snapshot);
  }
  if (finalizers.includes(orphan)) return deleted(object, 'Orphan', snapshot);
  return deleted(object, finalizers.includes(foreground) ? 'Foreground' : 'Background', snapshot);
}
