import { compareText } from '../../../base/json.ts';
import type { KubeObject, Ref } from '../../../kube/object.ts';
import type { AppliedManifestWork, AppliedResource } from '../../../kube/ocm/work.ts';
import type { Action, Seen, Snapshot } from '../../control/controller.ts';
import { isOwnedBy, otherOwners } from '../owner.ts';
import { kindOfResource } from '../resources.ts';

/** What becomes of resources a work no longer keeps. */
export interface Removal {
  readonly actions: readonly Action[];
  /** Those that are still there, or about which nothing is known yet: they stay on the record. */
  readonly pending: readonly AppliedResource[];
  readonly alsoWatch: readonly { readonly ref: Ref; readonly at: 'cluster' }[];
}

/**
 * Deletes resources that are owned by a record and by no other, by UID; where other works own them too, only the
 * owner reference goes. What is owned by nobody of us is left alone (ocm/pkg/work/helper/helpers.go:155).
 */
export function removeResources(
  record: AppliedManifestWork,
  resources: readonly AppliedResource[],
  snapshot: Snapshot,
): Removal {
  const actions: Action[] = [];
  const pending: AppliedResource[] = [];
  const alsoWatch: { ref: Ref; at: 'cluster' }[] = [];
  for (const resource of resources) {
    const ref = refOfResource(resource, snapshot);
    if (ref === undefined) continue;
    alsoWatch.push({ ref, at: 'cluster' });
    const removed = removeResource(record, { resource, ref, seen: snapshot.look(ref, 'cluster') });
    if (removed === null) continue;
    pending.push(resource);
    actions.push(...removed);
  }
  return { actions, pending, alsoWatch };
}

/** null where there is nothing of ours any more. */
function removeResource(
  record: AppliedManifestWork,
  {
    resource,
    ref,
    seen,
  }: { readonly resource: AppliedResource; readonly ref: Ref; readonly seen: Seen },
): readonly Action[] | null {
  if (seen.state === 'unread') return [];
  if (seen.state === 'absent' || !isOwnedBy(record, seen.object)) return null;
  if (otherOwners(record, seen.object).length > 0) return [disown(record, ref, seen.object)];
  const { uid, deletionTimestamp } = seen.object.metadata;
  if (resource.uid !== undefined && resource.uid !== uid) return null;
  return deletionTimestamp === undefined ? [remove(ref, uid)] : [];
}

function remove(ref: Ref, uid: string | undefined): Action {
  return {
    do: 'delete',
    of: ref,
    ...(uid !== undefined && { ifUid: uid }),
    propagation: 'Background',
    at: 'cluster',
    independent: true,
  };
}

function disown(record: AppliedManifestWork, ref: Ref, { metadata }: KubeObject): Action {
  const { resourceVersion, ownerReferences = [] } = metadata;
  const kept = ownerReferences.filter(({ uid }) => uid !== record.metadata.uid);
  return {
    do: 'patch',
    of: ref,
    patch: { metadata: { ownerReferences: kept.map((owner) => ({ ...owner })) } },
    ...(resourceVersion !== undefined && { ifVersion: resourceVersion }),
    at: 'cluster',
    independent: true,
  };
}

/** undefined where neither we nor the cluster know the kind: then nothing of it can be left. */
function refOfResource(of: AppliedResource, snapshot: Snapshot): Ref | undefined {
  const group = of.group ?? '';
  const kind = kindOfResource({ group, resource: of.resource }, snapshot);
  if (kind === undefined) return undefined;
  return { group, version: of.version, kind, namespace: of.namespace ?? '', name: of.name };
}

/** Identity of a recorded resource, whatever its version and UID. */
export function resourceKey(of: {
  readonly group?: string;
  readonly resource?: string;
  readonly namespace?: string;
  readonly name?: string;
}): string {
  return [of.group ?? '', of.resource ?? '', of.namespace ?? '', of.name ?? ''].join('/');
}

/** Upstream's order of recorded resources: group, version, resource, namespace, name. */
export function sortResources(resources: readonly AppliedResource[]): readonly AppliedResource[] {
  const key = (of: AppliedResource): readonly string[] => [
    of.group ?? '',
    of.version,
    of.resource,
    of.namespace ?? '',
    of.name,
  ];
  return resources.toSorted((a, b) => compareLists(key(a), key(b)));
}

function compareLists(a: readonly string[], b: readonly string[]): number {
  for (const [index, text] of a.entries()) {
    const order = compareText(text, b[index] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}
