import type { Json } from '../../../base/json.ts';
import { type KubeObject, type OwnerReference, refOf } from '../../../kube/object.ts';
import type { Action, Snapshot } from '../../control/controller.ts';

/**
 * Deletes an object as it was read, so that one that got another owner meanwhile stays. Of one that changed meanwhile the
 * API server has said that its owners are the same, and it is deleted whatever its version: its status may never rest.
 */
export function deleted(
  object: KubeObject,
  propagation: 'Background' | 'Foreground' | 'Orphan',
  snapshot: Snapshot,
): Action {
  const of = refOf(object);
  const { uid, resourceVersion } = object.metadata;
  const changed = snapshot.attempt(of)?.failure?.reason === 'Conflict';
  return {
    do: 'delete',
    of,
    propagation,
    independent: true,
    ...(uid && { ifUid: uid }),
    ...(resourceVersion && !changed && { ifVersion: resourceVersion }),
  };
}

/** Takes owners out of an object. */
export function withoutOwners(object: KubeObject, lost: readonly OwnerReference[]): Action {
  return owners(
    object,
    (object.metadata.ownerReferences ?? []).filter((owner) => !lost.includes(owner)),
  );
}

/** Lets all owners of an object go before it does. */
export function unblocked(object: KubeObject): Action {
  return owners(
    object,
    (object.metadata.ownerReferences ?? []).map((owner) => ({
      ...owner,
      blockOwnerDeletion: false,
    })),
  );
}

/** Takes a finalizer off an object. */
export function withoutFinalizer(object: KubeObject, finalizer: string): Action {
  const finalizers = (object.metadata.finalizers ?? []).filter((one) => one !== finalizer);
  return patched(object, { finalizers });
}

function owners(object: KubeObject, left: readonly OwnerReference[]): Action {
  return patched(object, { ownerReferences: left.map((owner) => ({ ...owner })) });
}

function patched(object: KubeObject, metadata: Json): Action {
  const { resourceVersion } = object.metadata;
  return {
    do: 'patch',
    of: refOf(object),
    patch: { metadata },
    independent: true,
    ...(resourceVersion && { ifVersion: resourceVersion }),
  };
}
