import { type KubeObject, refKey, refOf } from '../../../kube/object.ts';
import type { Projection } from '../../control/controller.ts';

/** Holds an object until its dependents are gone. */
export const foreground = 'foregroundDeletion';
/** Holds an object until its dependents no longer name it. */
export const orphan = 'orphan';

/** Of those that had dependents the latest so many ends are remembered. */
const mostGone = 10_000;

/** Keys of objects under uids; each counted, because a kind that changes its version is read in two for a while. */
type Keys = Map<string, Map<string, number>>;

/** Who owns whom, by uid: the only name of an owner that is never given again. */
export interface Ownership {
  /** Keys of dependents by the uid of their owner. */
  readonly dependents: Keys;
  /** Keys by uid of those that are being deleted and wait for their dependents. */
  readonly waiting: Keys;
  /** Uids of owners whose end was seen. */
  readonly gone: Set<string>;
}

/** Kept up from the objects of every kind that is followed. */
export const ownership: Projection<Ownership> = {
  name: 'ownership',
  create: () => ({ dependents: new Map(), waiting: new Map(), gone: new Set() }),
  change: (into, before, now) => {
    if (before !== undefined) count(into, before, -1);
    if (now !== undefined) {
      count(into, now, 1);
      into.gone.delete(now.metadata.uid ?? '');
    }
    const uid = before?.metadata.uid;
    if (uid === undefined || uid === now?.metadata.uid || !into.dependents.has(uid)) return;
    into.gone.add(uid);
    const [oldest] = into.gone;
    if (into.gone.size > mostGone && oldest !== undefined) into.gone.delete(oldest);
  },
  unread: (into, before) => count(into, before, -1),
};

/** Whether an object waits for its dependents. */
export function isWaiting({ metadata }: KubeObject): boolean {
  const { deletionTimestamp, finalizers = [] } = metadata;
  return (
    deletionTimestamp !== undefined &&
    (finalizers.includes(foreground) || finalizers.includes(orphan))
  );
}

/** Whether it is its dependents' deletion that an object waits for. */
export function deletesDependents({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined && !!metadata.finalizers?.includes(foreground);
}

function count({ dependents, waiting }: Ownership, object: KubeObject, by: number): void {
  const key = refKey(refOf(object));
  const owners = new Set(object.metadata.ownerReferences?.map(({ uid }) => uid));
  for (const uid of owners) add(dependents, uid, key, by);
  if (isWaiting(object)) add(waiting, object.metadata.uid ?? '', key, by);
}

function add(to: Keys, uid: string, key: string, by: number): void {
  const keys = to.get(uid) ?? new Map<string, number>();
  const times = (keys.get(key) ?? 0) + by;
  if (times > 0) keys.set(key, times);
  else keys.delete(key);
  if (keys.size > 0) to.set(uid, keys);
  else to.delete(uid);
}
