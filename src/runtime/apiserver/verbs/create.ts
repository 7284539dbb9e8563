import { formatInstant } from '../../../base/instant.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { printJson } from '../../store/text.ts';
import { type AdmissionInput, mutate, validate } from '../admission/admission.ts';
import type { Api } from '../api.ts';
import {
  judgeUnknown,
  schemaErrors,
  shaped,
  withMetadata,
  withoutStatus,
} from '../objects/content.ts';
import type { Decoded } from '../objects/decode.ts';
import { generateName, generateUid } from '../objects/generate.ts';
import { trackFields } from '../objects/managed.ts';
import { finalizerWarnings, metadataErrors } from '../objects/metadata.ts';
import { alreadyExists, badRequest, invalid, Refusal } from '../refusal.ts';
import { convertAhead, kindName, resourceName, textIn, toStorage } from '../resources/resource.ts';
import { keyOf, type WriteCall, type WriteOutcome } from './call.ts';

/** How often a generated name may be taken. */
const attempts = 8;

/** Makes an object. The name may come from `generateName`. */
export async function createObject(
  api: Api,
  call: WriteCall,
  decoded: Decoded,
): Promise<WriteOutcome | Refusal> {
  const generates = decoded.object.metadata.name === '' && decoded.object.metadata.generateName;
  for (let attempt = 1; ; attempt += 1) {
    const made = prepareCreate(api, call, decoded);
    if (made instanceof Refusal) return made;
    if (call.options.dryRun) return dryRun(api, call, made);
    const name = made.metadata.name;
    const wanted = toStorage(call.resource, made);
    const form = wanted instanceof Promise ? await wanted : wanted;
    if (form instanceof Refusal) return form;
    const written = await api.store.create(keyOf(call, name), form);
    if (written.ok) {
      const unshown = await convertAhead(call.resource, [written.now]);
      if (unshown !== null) return unshown;
      const text = textIn(call.resource, written.now);
      return {
        object: withMetadata(made, { resourceVersion: String(written.now.revision) }),
        text,
        created: true,
      };
    }
    if (!generates || attempt === attempts) return taken(api, call, name);
  }
}

/** Says too where what has the name is about to leave it (registry/generic/registry/store.go). */
function taken(api: Api, call: WriteCall, name: string): Refusal {
  const { code, reason, message, details } = alreadyExists(resourceName(call.resource), name);
  const found = api.store.get(keyOf(call, name))?.object();
  const leaving = found?.metadata.deletionTimestamp !== undefined;
  return new Refusal(
    code,
    reason,
    leaving ? `object is being deleted: ${message}` : message,
    details,
  );
}

/** The object as it would be written, or why not. */
export function prepareCreate(api: Api, call: WriteCall, decoded: Decoded): KubeObject | Refusal {
  const { resource } = call;
  const placed = inNamespace(call, decoded.object);
  if (placed instanceof Refusal) return placed;
  const version = placed.metadata.resourceVersion ?? '';
  if (!call.options.dryRun && /^\d+$/.test(version) && Number(version) > 0) {
    // no reason and no better code: kube-apiserver lets it through to its store
    return new Refusal(500, '', 'resourceVersion should not be set on objects to be created');
  }
  const context = { requester: call.requester, now: formatInstant(api.now()) };
  const filled = withMetadata(placed, {
    name: placed.metadata.name || nameOf(placed),
    uid: generateUid(),
    resourceVersion: undefined,
    creationTimestamp: context.now,
    generation: resource.rules.generation === 'none' ? undefined : 1,
    deletionTimestamp: undefined,
    deletionGracePeriodSeconds: undefined,
  });
  const stateless = resource.status ? withoutStatus(filled) : filled;
  const prepared = resource.rules.prepareCreate?.(stateless, context) ?? stateless;
  const { object: shape, unknown } = shaped(resource, prepared);
  const strict = judgeUnknown(call, {
    ...decoded,
    unknown: [...decoded.unknown, ...unknown],
  });
  if (strict !== null) return strict;
  const admitted = admit(
    api,
    call,
    decoded.tracked ? shape : trackFields(call, null, shape, api.now()),
  );
  if (!(admitted instanceof Refusal)) {
    call.warnings.push(...finalizerWarnings(resource, admitted.metadata));
    call.warnings.push(...(resource.rules.warnings?.(admitted) ?? []));
  }
  return admitted;
}

function nameOf({ metadata }: KubeObject): string {
  return metadata.generateName ? generateName(metadata.generateName) : '';
}

/** The namespace of the request is that of the object. */
export function inNamespace(call: WriteCall, object: KubeObject): KubeObject | Refusal {
  const { resource, namespace } = call;
  const given = object.metadata.namespace ?? '';
  const expected = resource.namespaced ? namespace : '';
  if (given === '' && expected !== '') return withMetadata(object, { namespace: expected });
  if (given === expected) return object;
  return badRequest(
    'the namespace of the provided object does not match the namespace sent on the request',
  );
}

function admit(api: Api, call: WriteCall, object: KubeObject): KubeObject | Refusal {
  const { resource, namespace, requester, options, subresource } = call;
  const input: AdmissionInput = {
    operation: 'CREATE',
    resource,
    subresource,
    namespace,
    name: object.metadata.name,
    isNamed: call.name !== '',
    object,
    old: null,
    requester,
    dryRun: options.dryRun,
  };
  const mutated = mutate(api.admission, { ...input, object });
  if (mutated instanceof Refusal) return mutated;
  const errors = [
    ...schemaErrors(resource, mutated, null),
    ...(resource.rules.validate?.(mutated, null) ?? []),
    ...metadataErrors(resource, mutated.metadata),
  ];
  if (errors.length > 0) return invalid(kindName(resource), mutated.metadata.name, errors);
  return validate(api.admission, { ...input, object: mutated }) ?? mutated;
}

function dryRun(api: Api, call: WriteCall, object: KubeObject): WriteOutcome | Refusal {
  const { name } = object.metadata;
  if (api.store.get(keyOf(call, name)) !== undefined) return taken(api, call, name);
  return { object, text: printJson(object), created: true };
}
