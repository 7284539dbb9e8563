import { jsonHash } from '../../../base/hash.ts';
import type { Instant } from '../../../base/instant.ts';
import { isJsonObject } from '../../../base/json.ts';
import {
  type KubeObject,
  kindKey,
  type OwnerReference,
  parseApiVersion,
  type Ref,
} from '../../../kube/object.ts';
import type { Evaluation, Snapshot } from '../../control/controller.ts';
import { type FollowedKind, followedKind } from './kinds.ts';
import { deletesDependents, ownership } from './ownership.ts';

/** How long an answer that an owner is there counts, in milliseconds. */
export const lookAgainAfter = 10_000;

/** What is known of an owner that an object names. */
export type Owner =
  /** `checkAgain`: the API server has it, and the cache has yet to show it. */
  | { readonly is: 'there'; readonly checkAgain?: true }
  /** It waits for its dependents to be deleted. */
  | { readonly is: 'waiting' }
  | { readonly is: 'gone' }
  /** The API server has no such kind, or not in that version: whether there is such an object cannot be told. */
  | { readonly is: 'unknown'; readonly kind: string }
  /** It is not yet known; `ask` finds out, without it the API server could not say. */
  | { readonly is: 'open'; readonly ask?: Evaluation };

/**
 * Whether an owner is there (kubernetes `garbagecollector.go`, `isDangling` and `classifyReferences`): an object of its
 * kind and name in the namespace of its dependent, or in none, with its uid. That one is gone is never concluded from
 * what the cache does not show, which may be behind: its end was seen, or the API server says so.
 */
export function ownerOf(
  owner: OwnerReference,
  dependent: KubeObject,
  { snapshot, now }: { readonly snapshot: Snapshot; readonly now: Instant },
): Owner {
  const { group, version } = parseApiVersion(owner.apiVersion);
  const named = { group, kind: owner.kind };
  if (snapshot.projection(ownership).gone.has(owner.uid)) return { is: 'gone' };
  const kind = followedKind(named, snapshot);
  const own = dependent.metadata.namespace ?? '';
  // What belongs to no namespace cannot have an owner in one: nobody can say which.
  if (kind === undefined || (kind.namespaced && own === '')) {
    return { is: 'unknown', kind: kindKey(named) };
  }
  const namespace = kind.namespaced ? own : '';
  const ref: Ref = { ...named, version, namespace, name: owner.name };
  const seen = snapshot.look({ ...ref, version: kind.version });
  if (seen.state === 'present' && seen.object.metadata.uid === owner.uid) {
    return { is: deletesDependents(seen.object) ? 'waiting' : 'there' };
  }
  if (!serves(kind, version)) return { is: 'unknown', kind: kindKey(named) };
  const round = Math.floor(now / lookAgainAfter);
  const answer = answered(ref, owner.uid, round, snapshot);
  // A definition that was just taken may be served a moment later; built-in kinds do not come and go.
  if (answer.is === 'unknown' && kind.versions !== undefined) return { is: 'open' };
  return answer;
}

/** Of built-in kinds there may be versions we do not know: the API server is asked. */
function serves({ versions }: FollowedKind, version: string): boolean {
  return versions === undefined || versions.includes(version);
}

function answered(ref: Ref, uid: string, round: number, snapshot: Snapshot): Owner {
  const id = jsonHash({ lookup: { ...ref }, uid, round });
  const answer = snapshot.evaluated(id);
  if (answer === undefined) return { is: 'open', ask: { id, pass: 'lookup', input: { ...ref } } };
  const outcome = answer.ok && isJsonObject(answer.outcome) ? answer.outcome : undefined;
  if (outcome === undefined) return { is: 'open' };
  if (outcome['kindUnknown'] === true) return { is: 'unknown', kind: kindKey(ref) };
  return outcome['uid'] === uid ? { is: 'there', checkAgain: true } : { is: 'gone' };
}
