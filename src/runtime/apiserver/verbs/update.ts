import { formatInstant } from '../../../base/instant.ts';
import { jsonEqual } from '../../../base/json.ts';
import type { KubeObject } from '../../../kube/object.ts';
import type { Stored } from '../../store/store.ts';
import { printJson } from '../../store/text.ts';
import { type AdmissionInput, mutate, validate } from '../admission/admission.ts';
import type { Api } from '../api.ts';
import { denied } from '../authz/denial.ts';
import {
  contentChanged,
  judgeUnknown,
  schemaErrors,
  shaped,
  withMetadata,
  withStatusOf,
} from '../objects/content.ts';
import type { Decoded } from '../objects/decode.ts';
import { isUnchanged, trackFields } from '../objects/managed.ts';
import { finalizerWarnings, metadataUpdateErrors } from '../objects/metadata.ts';
import { conflict, internalError, invalid, notFound, Refusal, staleVersion } from '../refusal.ts';
import {
  convertAhead,
  convertAnew,
  kindName,
  objectIn,
  resourceName,
  textIn,
  toStorage,
} from '../resources/resource.ts';
import type { RuleContext } from '../resources/rules.ts';
import { keyOf, type WriteCall, type WriteOutcome } from './call.ts';
import { createObject, inNamespace } from './create.ts';

/** The new object made from the present one; called again when somebody else was faster. */
export interface Change {
  readonly next: (current: KubeObject) => Decoded | Refusal;
  /** The object to make where there is none; null: it must be there. */
  readonly absent: (() => Decoded | Refusal) | null;
}

// every round somebody else made progress
const attempts = 50;

/** Changes an object, or a part of it where the call names a subresource. */
export async function updateObject(
  api: Api,
  call: WriteCall,
  change: Change,
): Promise<WriteOutcome | Refusal> {
  const key = keyOf(call, call.name);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const stored = api.store.get(key);
    if (stored === undefined) {
      const created = await createAbsent(api, call, change);
      if (created instanceof Refusal && created.reason === 'AlreadyExists') continue;
      return created;
    }
    const outcome = await tryUpdate(api, call, change, stored);
    if (outcome !== 'again') return outcome;
  }
  return conflict(
    resourceName(call.resource),
    call.name,
    'too many others write it; please try again',
  );
}

function createAbsent(
  api: Api,
  call: WriteCall,
  change: Change,
): WriteOutcome | Refusal | Promise<WriteOutcome | Refusal> {
  const { resource, subresource, namespace, name, requester } = call;
  if (subresource !== '' || change.absent === null) return notFound(resourceName(resource), name);
  // who may update or patch may not create by that (apiserver's `withAuthorization`)
  const { group, plural } = resource;
  const creating = { verb: 'create', group, resource: plural, subresource, namespace, name };
  if (!api.authorizer.authorize(requester, creating).allowed) return denied(requester, creating);
  const decoded = change.absent();
  if (decoded instanceof Refusal) return decoded;
  // A version the object had in an earlier life means nothing to the new one.
  const object = withMetadata(decoded.object, { resourceVersion: undefined });
  return createObject(api, call, { ...decoded, object });
}

async function tryUpdate(
  api: Api,
  call: WriteCall,
  change: Change,
  stored: Stored,
): Promise<WriteOutcome | Refusal | 'again'> {
  const { resource } = call;
  const unprepared = await convertAnew(resource, stored);
  if (unprepared !== null) return unprepared;
  const old = objectIn(resource, stored);
  const updated = prepareUpdate(api, call, change, old);
  if (updated instanceof Refusal) return updated;
  const unchanged = isUnchanged(updated, old);
  // what is stored in an older way is written anew by whoever writes it, as storage migrations have it
  if (unchanged && !resource.conversion?.isOutdated(stored)) {
    return { object: old, text: textIn(resource, stored), created: false };
  }
  const next = unchanged ? old : updated;
  if (call.options.dryRun) return { object: next, text: printJson(next), created: false };
  return write(api, call, stored, next);
}

async function write(
  api: Api,
  call: WriteCall,
  { revision }: Stored,
  next: KubeObject,
): Promise<WriteOutcome | Refusal | 'again'> {
  const { resource } = call;
  const key = keyOf(call, call.name);
  if (isDone(call, next)) {
    const deleted = await api.store.delete(key, revision);
    return deleted.ok ? { object: next, text: printJson(next), created: false } : 'again';
  }
  const wanted = toStorage(resource, next);
  const form = wanted instanceof Promise ? await wanted : wanted;
  if (form instanceof Refusal) return form;
  const written = await api.store.update(key, form, revision);
  if (!written.ok)
    return written.why === 'exists' ? internalError('an update found two objects') : 'again';
  const unshown = await convertAhead(resource, [written.now]);
  if (unshown !== null) return unshown;
  const object = withMetadata(next, { resourceVersion: String(written.now.revision) });
  return { object, text: textIn(resource, written.now), created: false };
}

/** Whether an object that was to be deleted has nothing left to wait for. */
function isDone({ resource }: WriteCall, next: KubeObject): boolean {
  const { deletionTimestamp, finalizers, deletionGracePeriodSeconds = 0 } = next.metadata;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds !== 0) return false;
  return (finalizers ?? []).length === 0 && !(resource.rules.lingers?.(next) ?? false);
}

/** The object as it would be written, or why not. */
function prepareUpdate(
  api: Api,
  call: WriteCall,
  change: Change,
  old: KubeObject,
): KubeObject | Refusal {
  const decoded = change.next(old);
  if (decoded instanceof Refusal) return decoded;
  const given = sameObject(call, decoded, old);
  if (given instanceof Refusal) return given;
  const context = { requester: call.requester, now: formatInstant(api.now()) };
  const kept = withMetadata(given, {
    uid: old.metadata.uid,
    resourceVersion: old.metadata.resourceVersion,
    generation: old.metadata.generation,
    creationTimestamp: old.metadata.creationTimestamp,
    // what is being deleted stays so; that anything else is not is for the checks
    deletionTimestamp: old.metadata.deletionTimestamp ?? given.metadata.deletionTimestamp,
    deletionGracePeriodSeconds:
      old.metadata.deletionGracePeriodSeconds ?? given.metadata.deletionGracePeriodSeconds,
  });
  const { object: shape, unknown } = shaped(call.resource, kept);
  const strict = judgeUnknown(call, {
    ...decoded,
    unknown: [...decoded.unknown, ...unknown],
  });
  if (strict !== null) return strict;
  const part = partOf(call, shape, old, context);
  const tracked = decoded.tracked ? part : trackFields(call, old, part, api.now());
  const admitted = admit(api, call, grown(call, tracked, old), old);
  if (admitted instanceof Refusal) return admitted;
  call.warnings.push(...(call.resource.rules.warnings?.(admitted) ?? []));
  const { finalizers } = admitted.metadata;
  if (!jsonEqual(finalizers ?? [], old.metadata.finalizers ?? [])) {
    call.warnings.push(...finalizerWarnings(call.resource, admitted.metadata));
  }
  return admitted;
}

/** Name, namespace, uid and resourceVersion must be those of the object, as far as they are given. */
function sameObject(
  call: WriteCall,
  { object: given, patch }: Decoded,
  old: KubeObject,
): KubeObject | Refusal {
  const { resource, name } = call;
  const isPatch = patch !== undefined;
  const placed = inNamespace(call, given);
  if (placed instanceof Refusal) return placed;
  const { uid, resourceVersion } = given.metadata;
  const isStale = resourceVersion !== old.metadata.resourceVersion;
  if (isPatch && resourceVersion !== undefined && isStale) {
    return staleVersion(resourceName(resource), name);
  }
  if (uid !== undefined && uid !== old.metadata.uid) {
    if (isPatch) return invalid(kindName(resource), name, [immutable('metadata.uid', uid)]);
    const precondition = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`;
    const why = `StorageError: invalid object, Code: 4, Key: ${storageKey(call)}, ResourceVersion: 0, AdditionalErrorMsg: ${precondition}`;
    return conflict(resourceName(resource), name, why);
  }
  if (resourceVersion === undefined) {
    if (resource.rules.updatesUnconditionally) return placed;
    const message = 'Invalid value: 0: must be specified for an update';
    const field = 'metadata.resourceVersion';
    return invalid(resourceName(resource), name, [{ reason: 'FieldValueInvalid', message, field }]);
  }
  return isStale ? staleVersion(resourceName(resource), name) : placed;
}

function immutable(field: string, value: string) {
  const message = `Invalid value: ${JSON.stringify(value)}: field is immutable`;
  return { reason: 'FieldValueInvalid', message, field };
}

/** Where kube-apiserver would keep the object; clients know it from messages. */
function storageKey({ resource, namespace, name }: WriteCall): string {
  const { group, plural, custom } = resource;
  const parts = [custom ? group : '', plural, resource.namespaced ? namespace : '', name];
  return `/registry/${parts.filter((part) => part !== '').join('/')}`;
}

/** The old object with the part of the new one that the call is about. */
function partOf(
  { resource, subresource }: WriteCall,
  given: KubeObject,
  old: KubeObject,
  context: RuleContext,
): KubeObject {
  const { rules } = resource;
  if (subresource === '') {
    const kept = resource.status ? withStatusOf(given, old) : given;
    return rules.prepareUpdate?.(kept, old, context) ?? kept;
  }
  const own = rules.subresource?.[subresource];
  if (own !== undefined) return own.prepare(given, old, context);
  const { managedFields, labels, annotations, finalizers, ownerReferences } = given.metadata;
  const tracked = managedFields === undefined ? {} : { managedFields };
  // Kubernetes' own kinds change their metadata this way too, custom ones do not.
  const metadata = !resource.custom ? { labels, annotations, finalizers, ownerReferences } : {};
  return withMetadata(withStatusOf(old, given), { ...metadata, ...tracked });
}

function grown({ resource }: WriteCall, next: KubeObject, old: KubeObject): KubeObject {
  if (!contentChanged(resource, next, old)) return next;
  return withMetadata(next, { generation: (old.metadata.generation ?? 0) + 1 });
}

function admit(
  api: Api,
  call: WriteCall,
  object: KubeObject,
  old: KubeObject,
): KubeObject | Refusal {
  const { resource, subresource, namespace, name, requester, options } = call;
  const { dryRun } = options;
  const operation = 'UPDATE' as const;
  const input: AdmissionInput & { readonly object: KubeObject } = {
    ...{
      operation,
      isNamed: true,
      resource,
      subresource,
      namespace,
      name,
      requester,
      dryRun,
      old,
      object,
    },
  };
  const mutated = mutate(api.admission, input);
  if (mutated instanceof Refusal) return mutated;
  const { rules } = resource;
  const own = rules.subresource?.[subresource];
  const contentErrors =
    subresource === '' ? rules.validate?.(mutated, old) : own?.validate?.(mutated, old);
  const errors = [
    ...metadataUpdateErrors(resource, mutated.metadata, old.metadata),
    ...schemaErrors(resource, mutated, old),
    ...(contentErrors ?? []),
  ];
  if (errors.length > 0) return invalid(kindName(resource), name, errors);
  return validate(api.admission, { ...input, object: mutated }) ?? mutated;
}
