import { jsonHash } from '../../../base/hash.ts';
import { plus } from '../../../base/instant.ts';
import { isJsonObject } from '../../../base/json.ts';
import { kindInfo, kindTable } from '../../../kube/kinds.ts';
import {
  type Kind,
  type KubeObject,
  type OwnerReference,
  parseApiVersion,
  type Ref,
  refKey,
  refOf,
} from '../../../kube/object.ts';
import {
  type Action,
  type Controller,
  done,
  type Evaluation,
  type Outcome,
  type Projection,
  type Snapshot,
  watch,
} from '../../control/controller.ts';

const foreground = 'foregroundDeletion';
const orphan = 'orphan';

/** All that is stored; Events own nothing and are owned by nobody. */
export const collectedKinds: readonly Kind[] = kindTable.filter(
  ({ verbs, kind }) => verbs === undefined && kind !== 'Event',
);
const byName = new Map(collectedKinds.map((kind) => [`${kind.group}/${kind.kind}`, kind]));

/** How long an answer that an owner is there counts, in milliseconds. */
const lookAgainAfter = 10_000;

/** Dependents by the uid of their owner. */
type Dependents = Map<string, Map<string, Ref>>;
const dependents: Projection<Dependents> = {
  name: 'dependents',
  kinds: collectedKinds.map((kind) => ({ kind })),
  create: () => new Map(),
  change: (into, before, now) => {
    for (const { uid } of before?.metadata.ownerReferences ?? []) {
      const of = into.get(uid);
      if (before !== undefined) of?.delete(refKey(refOf(before)));
      if (of?.size === 0) into.delete(uid);
    }
    for (const { uid } of now?.metadata.ownerReferences ?? []) {
      const of = into.get(uid) ?? new Map<string, Ref>();
      if (now !== undefined) of.set(refKey(refOf(now)), refOf(now));
      into.set(uid, of);
    }
  },
};

/**
 * Deletes what has lost all its owners, and carries out foreground and orphaning deletion, as kube-controller-manager's
 * garbage collector does. That an owner is gone is never concluded from the cache, which may be behind: it is looked up.
 */
export const collectionController: Controller = {
  name: 'collection',
  projections: [dependents as unknown as Projection<unknown>],
  watches: collectedKinds.map((kind) =>
    watch({
      kind,
      keys: (object, snapshot) => [
        ...(concerns(object) ? [refKey(refOf(object))] : []),
        // An owner that is being deleted waits for what it owns.
        ...(object.metadata.ownerReferences ?? []).flatMap((owner) => {
          const ref = ownerRef(owner, object);
          return ref === undefined ? [] : [refKey(ref)];
        }),
        ...(snapshot
          .projection(dependents)
          .get(object.metadata.uid ?? '')
          ?.keys() ?? []),
      ],
    }),
  ),
  reconcile(key, snapshot, now): Outcome {
    const object = find(key, snapshot);
    if (object === undefined) return done;
    const { deletionTimestamp, finalizers = [], ownerReferences = [] } = object.metadata;
    if (deletionTimestamp !== undefined) {
      if (finalizers.includes(orphan)) return orphaned(object, snapshot);
      if (finalizers.includes(foreground)) return collected(object, snapshot);
      return done;
    }
    if (ownerReferences.length === 0) return done;
    const round = Math.floor(now / lookAgainAfter);
    const asked: Evaluation[] = [];
    const gone = ownerReferences.filter((owner) => {
      const ref = ownerRef(owner, object);
      if (ref === undefined || isThere(ref, owner.uid, snapshot)) return false;
      const id = jsonHash({ lookup: ref, uid: owner.uid, round });
      const answer = snapshot.evaluated(id);
      if (answer === undefined) asked.push({ id, pass: 'lookup', input: { ...ref } });
      const found = answer?.ok && isJsonObject(answer.outcome) ? answer.outcome : undefined;
      return found !== undefined && found['uid'] !== owner.uid;
    });
    const waits = { evaluate: asked, again: plus(now, lookAgainAfter) };
    if (asked.length > 0) return { actions: [], ...waits };
    if (gone.length === 0)
      return someMissing(ownerReferences, object, snapshot)
        ? { actions: [], again: waits.again }
        : done;
    if (gone.length < ownerReferences.length) return { actions: [withoutOwners(object, gone)] };
    return { actions: [deleted(object)] };
  },
};

function concerns({ metadata }: KubeObject): boolean {
  return (
    (metadata.ownerReferences ?? []).length > 0 ||
    metadata.finalizers?.includes(foreground) === true ||
    metadata.finalizers?.includes(orphan) === true
  );
}

function find(key: string, snapshot: Snapshot): KubeObject | undefined {
  const [group = '', kind = '', namespace = '', name = ''] = key.split('/');
  const of = byName.get(`${group}/${kind}`);
  return of && snapshot.get(of, namespace, name);
}

/** undefined where the kind is none this collector watches: such owners are left to others. */
function ownerRef(owner: OwnerReference, { metadata }: KubeObject): Ref | undefined {
  const { group, version } = parseApiVersion(owner.apiVersion);
  const info = kindInfo({ group, kind: owner.kind });
  if (info === undefined || !byName.has(`${group}/${owner.kind}`)) return undefined;
  const namespace = info.namespaced ? (metadata.namespace ?? '') : '';
  return { group, version, kind: owner.kind, namespace, name: owner.name };
}

function isThere(ref: Ref, uid: string, snapshot: Snapshot): boolean {
  const seen = snapshot.look(ref);
  return seen.state === 'unread' || (seen.state === 'present' && seen.object.metadata.uid === uid);
}

function someMissing(
  owners: readonly OwnerReference[],
  object: KubeObject,
  snapshot: Snapshot,
): boolean {
  return owners.some((owner) => {
    const ref = ownerRef(owner, object);
    return ref !== undefined && !isThere(ref, owner.uid, snapshot);
  });
}

function dependentsOf(owner: KubeObject, snapshot: Snapshot): readonly KubeObject[] {
  const keys =
    snapshot
      .projection(dependents)
      .get(owner.metadata.uid ?? '')
      ?.keys() ?? [];
  return [...keys].flatMap((key) => find(key, snapshot) ?? []);
}

/**
 * Foreground: dependents first, and the owner goes when none is left that blocks it. A dependent that somebody else
 * still owns stays, and forgets this owner.
 */
function collected(owner: KubeObject, snapshot: Snapshot): Outcome {
  const isOwner = ({ uid }: OwnerReference) => uid === owner.metadata.uid;
  const all = dependentsOf(owner, snapshot);
  const shared = all.filter((object) => hasOtherOwner(object, owner, snapshot));
  const own = all.filter((object) => !shared.includes(object));
  const blocking = own.filter(
    (object) =>
      object.metadata.ownerReferences?.some((of) => isOwner(of) && of.blockOwnerDeletion) &&
      !waitsFor(owner, object),
  );
  const actions: Action[] = [
    ...shared.map((object) =>
      withoutOwners(object, (object.metadata.ownerReferences ?? []).filter(isOwner)),
    ),
    ...own
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map((object) => deleted(object, 'Foreground')),
  ];
  if (blocking.length > 0) return { actions };
  return { actions: [...actions, withoutFinalizer(owner, foreground)] };
}

/** Whether an object has an owner beside this one that is there and stays. */
function hasOtherOwner(object: KubeObject, owner: KubeObject, snapshot: Snapshot): boolean {
  return (object.metadata.ownerReferences ?? []).some((reference) => {
    if (reference.uid === owner.metadata.uid) return false;
    const ref = ownerRef(reference, object);
    if (ref === undefined) return true;
    const seen = snapshot.look(ref);
    if (seen.state !== 'present') return seen.state === 'unread';
    const { uid, deletionTimestamp } = seen.object.metadata;
    return uid === reference.uid && deletionTimestamp === undefined;
  });
}

/** Whether the owner is itself owned by its dependent and so would wait for ever. */
function waitsFor(owner: KubeObject, dependent: KubeObject): boolean {
  const { ownerReferences = [] } = owner.metadata;
  return (
    dependent.metadata.deletionTimestamp !== undefined &&
    ownerReferences.some(({ uid }) => uid === dependent.metadata.uid)
  );
}

/** Orphan: the owner goes when no dependent names it any more. */
function orphaned(owner: KubeObject, snapshot: Snapshot): Outcome {
  const all = dependentsOf(owner, snapshot);
  if (all.length === 0) return { actions: [withoutFinalizer(owner, orphan)] };
  const isOwner = ({ uid }: OwnerReference) => uid === owner.metadata.uid;
  return {
    actions: all.map((object) =>
      withoutOwners(object, (object.metadata.ownerReferences ?? []).filter(isOwner)),
    ),
  };
}

function deleted(
  object: KubeObject,
  propagation: 'Background' | 'Foreground' = 'Background',
): Action {
  const uid = object.metadata.uid;
  return {
    do: 'delete',
    of: refOf(object),
    propagation,
    independent: true,
    ...(uid && { ifUid: uid }),
  };
}

function withoutOwners(object: KubeObject, gone: readonly OwnerReference[]): Action {
  const uids = new Set(gone.map(({ uid }) => uid));
  const ownerReferences = (object.metadata.ownerReferences ?? [])
    .filter(({ uid }) => !uids.has(uid))
    .map((owner) => ({ ...owner }));
  return patched(object, { ownerReferences });
}

function withoutFinalizer(object: KubeObject, finalizer: string): Action {
  const finalizers = (object.metadata.finalizers ?? []).filter((one) => one !== finalizer);
  return patched(object, { finalizers });
}

function patched(
  object: KubeObject,
  metadata: { ownerReferences: OwnerReference[] } | { finalizers: string[] },
): Action {
  const version = object.metadata.resourceVersion;
  return {
    do: 'patch',
    of: refOf(object),
    patch: { metadata: JSON.parse(JSON.stringify(metadata)) },
    independent: true,
    ...(version && { ifVersion: version }),
  };
}
