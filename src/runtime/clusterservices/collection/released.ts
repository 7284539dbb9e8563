import type { KubeObject, OwnerReference } from '../../../kube/object.ts';
import { done, type Outcome, type Snapshot } from '../../control/controller.ts';
import { withoutFinalizer, withoutOwners } from './actions.ts';
import { dependentsOf, kindsToCome } from './kinds.ts';
import { foreground, orphan } from './ownership.ts';

/**
 * What becomes of an object that is being deleted and waits for its dependents: in the foreground it goes when none is
 * left that blocks it (they see to their own end), orphaning when none names it any more.
 */
export function released(owner: KubeObject, snapshot: Snapshot): Outcome {
  const toCome = kindsToCome(snapshot);
  if (toCome.length > 0) return { actions: [], alsoList: toCome.map((kind) => ({ kind })) };
  const dependents = dependentsOf(owner, snapshot);
  if (!owner.metadata.finalizers?.includes(orphan)) {
    return dependents.some((dependent) => blocks(dependent, owner))
      ? done
      : { actions: [withoutFinalizer(owner, foreground)] };
  }
  if (dependents.length === 0) return { actions: [withoutFinalizer(owner, orphan)] };
  return {
    actions: dependents.map((dependent) =>
      withoutOwners(dependent, referencesTo(owner, dependent)),
    ),
  };
}

function referencesTo(owner: KubeObject, { metadata }: KubeObject): readonly OwnerReference[] {
  return (metadata.ownerReferences ?? []).filter(({ uid }) => uid === owner.metadata.uid);
}

function blocks(dependent: KubeObject, owner: KubeObject): boolean {
  if (waitsFor(owner, dependent)) return false;
  return referencesTo(owner, dependent).some(({ blockOwnerDeletion }) => blockOwnerDeletion);
}

/** Whether the owner is itself owned by its dependent and so would wait for ever. */
function waitsFor(owner: KubeObject, dependent: KubeObject): boolean {
  return (
    dependent.metadata.deletionTimestamp !== undefined && referencesTo(dependent, owner).length > 0
  );
}
