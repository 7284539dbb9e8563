import { ownedLabels } from '../../../ir/program-object.ts';
import type { KubeObject, Ref } from '../../../kube/object.ts';
import type { Snapshot } from '../../control/controller.ts';
import { declaredAnnotation, type Wanted } from '../declared.ts';
import { ownerKeyOf } from '../ownership.ts';
import { covers } from './covers.ts';

/** Field manager of what Programs own. */
export const programFieldManager = 'ocm-program';

/** How one wanted object stands. */
export type Standing =
  /** Not looked at yet. */
  | { readonly state: 'unread' }
  /** To be written: new, or as an earlier declaration left it. */
  | { readonly state: 'toApply'; readonly live: KubeObject | null }
  /** As it was declared and written. */
  | { readonly state: 'applied'; readonly live: KubeObject }
  /** Somebody changed it after it was written. */
  | { readonly state: 'edited'; readonly live: KubeObject }
  /** Going: what comes after it is written when it is gone. */
  | { readonly state: 'going'; readonly live: KubeObject }
  /** Not ours to touch, or refused by the API server. */
  | {
      readonly state: 'refused';
      readonly live: KubeObject | null;
      readonly reason: string;
      readonly message: string;
    };

/** Looks at the live object; what belongs to somebody else is never taken over (architecture.md §7). */
export function standingOf(wanted: Wanted, owner: string, snapshot: Snapshot): Standing {
  const seen = snapshot.look(wanted.ref);
  if (seen.state === 'unread') {
    if (seen.why === undefined) return { state: 'unread' };
    return { state: 'refused', live: null, ...seen.why };
  }
  const live = seen.state === 'present' ? seen.object : null;
  const settled = live === null ? null : standingOfLive(wanted, owner, live);
  if (settled !== null) return settled;
  const failure = snapshot.attempt(wanted.ref)?.failure ?? null;
  if (failure === null) return { state: 'toApply', live };
  return { state: 'refused', live, reason: failure.reason, message: failure.message };
}

/** null where the object is ours and still to be written. */
function standingOfLive(wanted: Wanted, owner: string, live: KubeObject): Standing | null {
  if (ownerKeyOf(live) !== owner) return { state: 'refused', live, ...foreign(wanted.ref, live) };
  if (live.metadata.deletionTimestamp !== undefined) return { state: 'going', live };
  if (!isWritten(wanted, live)) return null;
  const edited = !covers(live, wanted.object) && mayBeEdited(live);
  return { state: edited ? 'edited' : 'applied', live };
}

/** Whether an object carries the hash of the declaration, whatever else became of it. */
function isWritten({ hash }: Wanted, { metadata }: KubeObject): boolean {
  return metadata.annotations?.[declaredAnnotation] === hash;
}

// Where nobody but us has written, a difference is how the server writes what we said.
function mayBeEdited({ metadata }: KubeObject): boolean {
  const entries = metadata.managedFields ?? [];
  return (
    entries.length === 0 ||
    entries.some(({ manager, subresource }) => manager !== programFieldManager && !subresource)
  );
}

function foreign(ref: Ref, { metadata }: KubeObject): { reason: string; message: string } {
  const what = `${ref.kind} ${ref.namespace === '' ? '' : `${ref.namespace}/`}${ref.name}`;
  const program = metadata.labels?.[ownedLabels.program];
  const namespace = metadata.labels?.[ownedLabels.programNamespace];
  if (program === undefined) {
    const message = `${what} exists already and belongs to no program; \`ocm apply --adopt\` takes it over`;
    return { reason: 'NotOwned', message };
  }
  return {
    reason: 'OwnedByAnother',
    message: `${what} belongs to the program ${namespace ?? ''}/${program}`,
  };
}
