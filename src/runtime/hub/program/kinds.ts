import { type Kind, type KubeObject, kindKey } from '../../../kube/object.ts';
import {
  managedClusterSetBindingKind,
  managedClusterSetKind,
  placementKind,
} from '../../../kube/ocm/cluster.ts';
import { placementBindingKind, policyKind } from '../../../kube/ocm/policy.ts';
import { everyOf, type Index, type Snapshot } from '../../control/controller.ts';
import { ownerKeyOf } from '../ownership.ts';
import { workAnnotations } from '../works.ts';

/** The kinds most programs own: watched always. Later ones may need earlier ones, so they are deleted the other way round. */
export const usualKinds: readonly Kind[] = [
  managedClusterSetKind,
  managedClusterSetBindingKind,
  placementKind,
  policyKind,
  placementBindingKind,
];

const usualIndexes = new Map(usualKinds.map((kind) => [kindKey(kind), ownedIndex(kind)] as const));

/** Indexes of the usual kinds by `ownerKey`. */
export const ownedIndexes: readonly Index[] = [...usualIndexes.values()];

function ownedIndex(kind: Kind): Index {
  return {
    name: 'owned-by-program',
    kind,
    keys: (object) => {
      const owner = ownerKeyOf(object);
      return owner === undefined ? [] : [owner];
    },
  };
}

/** Whether objects of a kind are watched always. */
export function isUsual(kind: { readonly group: string; readonly kind: string }): boolean {
  return usualIndexes.has(kindKey(kind));
}

/** A kind in one namespace, or cluster-scoped: where to look for owned objects. */
export interface Place {
  readonly kind: Kind;
  /** Empty: cluster-scoped, or all namespaces. */
  readonly namespace: string;
}

/** What a Program owns in some places; `unread` are those nobody has looked into yet. */
export function ownedIn(
  owner: string,
  places: readonly Place[],
  snapshot: Snapshot,
): { readonly objects: readonly KubeObject[]; readonly unread: readonly Place[] } {
  const usual = usualKinds.flatMap((kind) => listUsual(kind, owner, snapshot));
  const others = places.filter(({ kind }) => !isUsual(kind));
  const unread = others.filter((place) => !isRead(place, snapshot));
  const found = others
    .filter((place) => !unread.includes(place))
    .flatMap(({ kind, namespace }) => snapshot.list(everyOf(kind), namespace))
    .filter((object) => isOwned(object, owner));
  return { objects: [...usual, ...found], unread };
}

/** Whether an object is a Program's by its `ownerKey`. Works of apps are the rollout's, although they carry the same labels. */
export function isOwned(object: KubeObject, owner: string): boolean {
  return (
    ownerKeyOf(object) === owner && object.metadata.annotations?.[workAnnotations.app] === undefined
  );
}

function listUsual(kind: Kind, owner: string, snapshot: Snapshot): readonly KubeObject[] {
  const index = usualIndexes.get(kindKey(kind));
  return index === undefined ? [] : snapshot.list(index, owner);
}

function isRead({ kind, namespace }: Place, snapshot: Snapshot): boolean {
  return snapshot.isRead(kind, namespace === '' ? {} : { namespace });
}
