import type { Ref } from '../../kube/object.ts';
import type { Snapshot } from '../control/controller.ts';

/** When to look again at a hub that says it does not have a kind agents live by, in milliseconds. */
export const unknownRetry = 30_000;

/**
 * Whether the hub knows that an object is not there. A hub that has not even the kind has lost nothing: whatever answers
 * 404 in its place, an ingress without a backend for instance, must not take anything from the cluster.
 */
export function isGone(snapshot: Snapshot, ref: Ref): boolean {
  const seen = snapshot.look(ref);
  return seen.state === 'absent' && seen.kindUnknown !== true;
}
