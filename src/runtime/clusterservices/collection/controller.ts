import { jsonEqual } from '../../../base/json.ts';
import { customResourceDefinitionKind } from '../../../kube/core.ts';
import { type Kind, type KubeObject, kindKey, refKey, refOf } from '../../../kube/object.ts';
import {
  type Controller,
  done,
  type Outcome,
  type Projection,
  type Snapshot,
  type Watch,
} from '../../control/controller.ts';
import { collectedKinds, definedKinds, kindsOf, objectAt } from './kinds.ts';
import { owned } from './owned.ts';
import { isWaiting, ownership } from './ownership.ts';
import { released } from './released.ts';

/**
 * Deletes what has lost all its owners, and carries out foreground and orphaning deletion, as kube-controller-manager's
 * garbage collector does: for the built-in kinds, and for those of definitions as long as these are there.
 */
export const collectionController: Controller = {
  name: 'collection',
  projections: [definedKinds, ownership] as unknown as Projection<unknown>[],
  watches: collectedKinds.map((kind) =>
    kind.kind === customResourceDefinitionKind.kind
      ? { kind, keys: keysOfDefinition, watches: definedWatches }
      : watchOf(kind),
  ),
  reconcile(key, snapshot, now): Outcome {
    const object = objectAt(key, snapshot);
    if (object === undefined) return done;
    if (isWaiting(object)) return released(object, snapshot);
    const { deletionTimestamp, ownerReferences = [] } = object.metadata;
    if (deletionTimestamp !== undefined || ownerReferences.length === 0) return done;
    return owned(object, snapshot, now);
  },
};

function watchOf(kind: Kind): Watch {
  return {
    kind,
    keys: keysOf,
    keysOfChange: (before, now, snapshot) =>
      matters(before, now) ? [...keysOf(before, snapshot), ...keysOf(now, snapshot)] : [],
  };
}

function definedWatches(definition: KubeObject): readonly Watch[] {
  return kindsOf(definition).map(watchOf);
}

/** The object itself, owners that wait for it, and what it owns. */
function keysOf(object: KubeObject, snapshot: Snapshot): readonly string[] {
  const { ownerReferences = [], uid = '' } = object.metadata;
  const { dependents, waiting } = snapshot.projection(ownership);
  return [
    ...(ownerReferences.length > 0 || isWaiting(object) ? [refKey(refOf(object))] : []),
    ...ownerReferences.flatMap((owner) => [...(waiting.get(owner.uid)?.keys() ?? [])]),
    ...(dependents.get(uid)?.keys() ?? []),
  ];
}

/** Those too whose owners are of a kind that nobody knew. */
function keysOfDefinition(definition: KubeObject, snapshot: Snapshot): readonly string[] {
  const kinds = kindsOf(definition).map(kindKey);
  return [
    ...keysOf(definition, snapshot),
    ...kinds.flatMap((kind) => [...(snapshot.mentioning.get(kind) ?? [])]),
  ];
}

function matters({ metadata: before }: KubeObject, { metadata: now }: KubeObject): boolean {
  return (
    before.uid !== now.uid ||
    before.deletionTimestamp !== now.deletionTimestamp ||
    !jsonEqual(before.finalizers, now.finalizers) ||
    !jsonEqual(before.ownerReferences, now.ownerReferences)
  );
}
