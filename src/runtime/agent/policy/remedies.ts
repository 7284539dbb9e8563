import { isJsonObject, type Json, type JsonObject, jsonEqual } from '../../../base/json.ts';
import { assertNever } from '../../../base/never.ts';
import { reasons } from '../../../engine/policy/event.ts';
import type { Attempt } from '../../../engine/policy/ports.ts';
import type { Remedy } from '../../../engine/policy/single.ts';
import { type KubeObject, parseApiVersion, type Ref, refOf } from '../../../kube/object.ts';
import type { ConfigurationPolicy, RelatedObject } from '../../../kube/ocm/policy.ts';
import type { Action, Snapshot } from '../../control/controller.ts';

/** What makes the cluster as a policy wants it; `live` finds the object as it is. */
export function remedyActions(
  remedies: readonly Remedy[],
  live: (ref: Ref) => KubeObject | undefined,
): readonly Action[] {
  return remedies.flatMap((remedy) => remedyAction(remedy, live(refOf(remedy.object))));
}

function remedyAction(remedy: Remedy, live: KubeObject | undefined): readonly Action[] {
  const ref = refOf(remedy.object);
  const create: Action = { do: 'create', object: remedy.object, at: 'cluster', independent: true };
  switch (remedy.do) {
    case 'create':
      return [create];
    case 'update':
      return live === undefined ? [] : update(live, remedy.object);
    case 'delete':
      return [deletion(ref, remedy.object.metadata.uid)];
    case 'recreate':
      // What is there goes first; the next pass finds it gone and creates.
      return [live === undefined ? create : deletion(ref, live.metadata.uid)];
    default:
      return assertNever(remedy);
  }
}

function deletion(ref: Ref, uid: string | undefined): Action {
  return {
    do: 'delete',
    of: ref,
    ...(uid !== undefined && { ifUid: uid }),
    at: 'cluster',
    independent: true,
  };
}

/** A merge patch from the live object to the wanted one, only if nobody was faster. */
function update(live: KubeObject, wanted: KubeObject): readonly Action[] {
  const patch = difference(content(live), content(wanted));
  if (Object.keys(patch).length === 0) return [];
  const { resourceVersion } = live.metadata;
  return [
    {
      do: 'patch',
      of: refOf(live),
      patch,
      ...(resourceVersion !== undefined && { ifVersion: resourceVersion }),
      at: 'cluster',
      independent: true,
    },
  ];
}

/** What a policy may change: not the status, nor what the server keeps of metadata. */
function content(object: KubeObject): JsonObject {
  const { status: _, metadata, ...rest } = object;
  const { labels, annotations } = metadata;
  return {
    ...(rest as unknown as JsonObject),
    metadata: { ...(labels && { labels }), ...(annotations && { annotations }) },
  };
}

function difference(from: JsonObject, to: JsonObject): JsonObject {
  const patch = new Map<string, Json>();
  for (const [key, value] of Object.entries(to)) {
    if (value === undefined) continue;
    const before = Object.hasOwn(from, key) ? from[key] : undefined;
    if (jsonEqual(before, value)) continue;
    patch.set(key, isJsonObject(before) && isJsonObject(value) ? difference(before, value) : value);
  }
  for (const key of Object.keys(from)) {
    if (from[key] !== undefined && (!Object.hasOwn(to, key) || to[key] === undefined)) {
      patch.set(key, null);
    }
  }
  return Object.fromEntries(patch);
}

/**
 * What became of the last remedies, as the evaluation wants to know it. A success is told once, while the status still
 * says what was wrong before; what was done follows from what was wrong.
 */
export function attemptsOn(
  policy: ConfigurationPolicy,
  refs: readonly Ref[],
  snapshot: Snapshot,
): readonly Attempt[] {
  const related = new Map(
    (policy.status?.relatedObjects ?? []).map((one) => [relatedKey(one), one] as const),
  );
  return refs.flatMap((ref) => {
    const attempt = snapshot.attempt(ref, 'cluster');
    if (attempt === undefined) return [];
    const { group: _, version: _v, ...at } = ref;
    const before = related.get(`${ref.group}/${at.kind}/${at.namespace}/${at.name}`);
    if (attempt.failure === null && before?.compliant !== 'NonCompliant') return [];
    const seen = snapshot.look(ref, 'cluster');
    const did = didOf(before?.reason, seen.state === 'present');
    return [{ on: ref, did, error: attempt.failure === null ? null : attempt.failure.message }];
  });
}

function didOf(reason: string | undefined, exists: boolean): Attempt['did'] {
  if (reason === reasons.unwanted || reason === reasons.deletionError) return 'delete';
  if (reason === reasons.notFound || reason === reasons.creationError) return 'create';
  if (reason === undefined) return exists ? 'update' : 'create';
  return 'update';
}

function relatedKey({ object }: RelatedObject): string {
  const { group } = parseApiVersion(object?.apiVersion ?? '');
  const { name = '', namespace = '' } = object?.metadata ?? {};
  return `${group}/${object?.kind ?? ''}/${namespace}/${name}`;
}
