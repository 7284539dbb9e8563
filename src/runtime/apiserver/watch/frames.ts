import type { KubeObject } from '../../../kube/object.ts';
import type { Stored, StoreEvent } from '../../store/store.ts';
import { StoredObject } from '../../store/stored.ts';
import { printJson, printObject } from '../../store/text.ts';
import { type Form, objectText, storedText } from '../output/form.ts';
import { type Refusal, statusOf } from '../refusal.ts';
import { groupVersion, type Resource, shownIn } from '../resources/resource.ts';
import type { Selection } from '../verbs/selection.ts';

export type FrameType = 'ADDED' | 'MODIFIED' | 'DELETED';

/** What one event means to a watcher: objects come into and leave its selection. */
export interface Frame {
  readonly type: FrameType;
  readonly stored: Stored;
}

/** The frame of an event for who watches a selection of a resource; null where it does not concern it. */
export function frameOf(
  { resource, selection }: { readonly resource: Resource; readonly selection: Selection },
  event: StoreEvent,
): Frame | null {
  const { type, now, previous } = event;
  if (type === 'DELETED') {
    const before = previous !== null && (selection.all || selection.selects(previous));
    return before ? { type, stored: lastOf(resource, event, previous) } : null;
  }
  if (selection.all) return { type, stored: now };
  const before = previous !== null && selection.selects(previous);
  if (selection.selects(now)) return { type: before ? 'MODIFIED' : 'ADDED', stored: now };
  // it left the selection: the watcher gets it as it knew it, with the revision of the change
  return before
    ? { type: 'DELETED', stored: leaving(shownIn(resource, previous), event.revision) }
    : null;
}

/** What was deleted as the watcher knew it: how it is shown depends on when it was written, not on when it went. */
function lastOf(resource: Resource, { now, revision }: StoreEvent, previous: Stored): Stored {
  const shown = shownIn(resource, previous);
  return shown === previous ? now : leaving(shown, revision);
}

function leaving(previous: Stored, revision: number): Stored {
  return new StoredObject(previous.key, revision, printObject(previous.object(), revision));
}

/** One line of a watch. */
export function frameText(input: {
  readonly resource: Resource;
  readonly form: Form;
  readonly frame: Frame;
  readonly now: number;
}): string {
  const { resource, form, frame, now } = input;
  return `{"type":"${frame.type}","object":${storedText(resource, form, frame.stored, now)}}\n`;
}

/** Says up to where a watcher has seen everything. */
export function bookmarkText(input: {
  readonly resource: Resource;
  readonly form: Form;
  readonly revision: number;
  readonly now: number;
  /** All objects there were at the start have been told. */
  readonly initialEnd?: boolean;
}): string {
  const { resource, form, revision, now, initialEnd } = input;
  const annotations = { 'k8s.io/initial-events-end': 'true' };
  const object = {
    kind: resource.kind,
    apiVersion: groupVersion(resource),
    metadata: {
      resourceVersion: String(revision),
      ...(initialEnd === true && { annotations }),
    },
  } as unknown as KubeObject;
  return `{"type":"BOOKMARK","object":${objectText(resource, form, object, now)}}\n`;
}

/** Ends a watch. */
export function errorText(refusal: Refusal): string {
  return `{"type":"ERROR","object":${printJson(statusOf(refusal))}}\n`;
}
