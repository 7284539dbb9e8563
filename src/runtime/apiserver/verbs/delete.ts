import { formatInstant } from '../../../base/instant.ts';
import { namespaceKind } from '../../../kube/core.ts';
import type { KubeObject, ObjectMeta } from '../../../kube/object.ts';
import type { Stored } from '../../store/store.ts';
import { printJson } from '../../store/text.ts';
import { validate } from '../admission/admission.ts';
import type { Api } from '../api.ts';
import { withMetadata } from '../objects/content.ts';
import { conflict, notFound, Refusal } from '../refusal.ts';
import type { DeleteOptions } from '../request/delete-options.ts';
import { convertAnew, kindName, objectIn, resourceName, toStorage } from '../resources/resource.ts';
import { type Call, keyOf } from './call.ts';

/** What a deletion left behind. */
export interface DeleteOutcome {
  /** The object as it was last, or as it is now that it waits for its finalizers. */
  readonly object: KubeObject;
  /** JSON of the answer: the object, or a Status. */
  readonly text: string;
  readonly gone: boolean;
}

const attempts = 50;

/** Deletes an object, or marks it where finalizers are to run first (apiserver `Store.Delete`). */
export async function deleteObject(
  api: Api,
  call: Call,
  options: DeleteOptions,
): Promise<DeleteOutcome | Refusal> {
  const key = keyOf(call, call.name);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const stored = api.store.get(key);
    if (stored === undefined) return notFound(resourceName(call.resource), call.name);
    const outcome = await tryDelete(api, call, options, stored);
    if (outcome !== 'again') return outcome;
  }
  return conflict(
    resourceName(call.resource),
    call.name,
    'too many others write it; please try again',
  );
}

async function tryDelete(
  api: Api,
  call: Call,
  options: DeleteOptions,
  stored: Stored,
): Promise<DeleteOutcome | Refusal | 'again'> {
  const { resource, namespace, name, requester } = call;
  const unprepared = await convertAnew(resource, stored);
  if (unprepared !== null) return unprepared;
  const old = objectIn(resource, stored);
  const refusal =
    preconditions(call, options, old.metadata) ??
    validate(api.admission, {
      operation: 'DELETE',
      isNamed: true,
      resource,
      subresource: '',
      namespace,
      name,
      object: null,
      old,
      requester,
      dryRun: options.dryRun,
    });
  if (refusal !== null) return refusal;
  const context = { requester, now: formatInstant(api.now()) };
  const prepared = resource.rules.prepareDelete?.(old, context) ?? old;
  const finalizers = collectorFinalizers(prepared.metadata, options);
  const key = keyOf(call, name);
  if (finalizers.length === 0 && !(resource.rules.lingers?.(prepared) ?? false)) {
    if (!options.dryRun) {
      const deleted = await api.store.delete(key, stored.revision);
      if (!deleted.ok) return 'again';
    }
    return { object: old, text: answerOf(call, old), gone: true };
  }
  const marked = mark(prepared, finalizers, context.now);
  if (options.dryRun || printJson(marked) === printJson(old)) {
    return { object: marked, text: printJson(marked), gone: false };
  }
  const wanted = toStorage(resource, marked);
  const form = wanted instanceof Promise ? await wanted : wanted;
  if (form instanceof Refusal) return form;
  const written = await api.store.update(key, form, stored.revision);
  if (!written.ok) return 'again';
  const object = withMetadata(marked, { resourceVersion: String(written.now.revision) });
  return { object, text: printJson(object), gone: false };
}

function preconditions(call: Call, options: DeleteOptions, metadata: ObjectMeta): Refusal | null {
  const { resource, name } = call;
  const { ifUid, ifResourceVersion } = options;
  if (ifUid !== null && ifUid !== metadata.uid) {
    const why = `the UID in the precondition (${ifUid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`;
    return conflict(kindName(resource), name, why);
  }
  if (ifResourceVersion !== null && ifResourceVersion !== metadata.resourceVersion) {
    const why = `the ResourceVersion in the precondition (${ifResourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`;
    return conflict(kindName(resource), name, why);
  }
  return null;
}

const orphan = 'orphan';
const foreground = 'foregroundDeletion';

/** The finalizers of an object, with those that tell the collector what to do with its dependents. */
function collectorFinalizers(metadata: ObjectMeta, options: DeleteOptions): readonly string[] {
  const finalizers = metadata.finalizers ?? [];
  const others = finalizers.filter((each) => each !== orphan && each !== foreground);
  const { orphanDependents, propagationPolicy } = options;
  if (orphanDependents === null && propagationPolicy === null) return finalizers;
  if (orphanDependents === true || propagationPolicy === 'Orphan') return [...others, orphan];
  return propagationPolicy === 'Foreground' ? [...others, foreground] : others;
}

function mark(object: KubeObject, finalizers: readonly string[], now: string): KubeObject {
  const { metadata } = object;
  const first = metadata.deletionTimestamp === undefined;
  const generation = metadata.generation;
  return withMetadata(object, {
    ...(finalizers.length > 0 ? { finalizers } : {}),
    ...(first && { deletionTimestamp: now }),
    ...(first && generation !== undefined && { generation: generation + 1 }),
    // Namespaces end when they are empty, whenever that is.
    ...(object.kind !== namespaceKind.kind && { deletionGracePeriodSeconds: 0 }),
  });
}

function answerOf({ resource, name }: Call, object: KubeObject): string {
  if (resource.rules.returnsDeleted) return printJson(object);
  const { uid } = object.metadata;
  return printJson({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      name,
      ...(resource.group !== '' && { group: resource.group }),
      kind: resource.plural,
      ...(uid !== undefined && { uid }),
    },
  });
}
