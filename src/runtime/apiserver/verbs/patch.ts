import { isJsonObject, type Json, type JsonObject } from '../../../base/json.ts';
import { printGo, quoteGo } from '../../../kube/go-text.ts';
import { apiVersionOf, type KubeObject } from '../../../kube/object.ts';
import { jsonPatch } from '../../../kube/patch/json-patch.ts';
import { mergePatch } from '../../../kube/patch/merge-patch.ts';
import { strategicMergePatch } from '../../../kube/patch/strategic.ts';
import { type FieldError, forbidden, required } from '../../../kube/schema/field-error.ts';
import { printJson } from '../../store/text.ts';
import type { Api } from '../api.ts';
import { decodeJson, decodeYaml, nestsTooDeep } from '../http/body.ts';
import { duplicateFields } from '../http/duplicates.ts';
import {
  noOddNumbers,
  type OddNumbers,
  oddNumbers,
  oddNumbersOfPatch,
} from '../http/odd-numbers.ts';
import { type MetadataChange, shaped, withMetadata } from '../objects/content.ts';
import { type Decoded, decodeObject } from '../objects/decode.ts';
import { applyFields, resourceShape } from '../objects/managed.ts';
import {
  badRequest,
  invalid,
  Refusal,
  staleVersion,
  tooLarge,
  unsupportedMediaType,
} from '../refusal.ts';
import { kindName, type Resource, resourceName } from '../resources/resource.ts';
import type { WriteCall, WriteOutcome } from './call.ts';
import { type Change, updateObject } from './update.ts';

/** Media types of patches. */
export const patchTypes = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

/** Changes an object by a patch; `type` is the media type of the body. */
export function patchObject(
  api: Api,
  call: WriteCall,
  type: string,
  body: Buffer,
): Promise<WriteOutcome | Refusal> | Refusal {
  const change = changeOf(api, call, type, body);
  return change instanceof Refusal ? change : updateObject(api, call, change);
}

/** What a patch makes of an object; `type` is the media type of the body. */
export function changeOf(api: Api, call: WriteCall, type: string, body: Buffer): Change | Refusal {
  const causes = optionErrors(call, type);
  if (causes.length > 0) {
    return invalid({ group: 'meta.k8s.io', name: 'PatchOptions' }, '', causes);
  }
  switch (type) {
    case patchTypes.json:
      return patched(call, operationsOf(decodeJson(body)), jsonPatched, {
        odd: oddIn(call, body, oddNumbersOfPatch),
      });
    case patchTypes.merge:
      return patched(call, objectPatch(decodeJson(body)), mergePatch, {
        ...twiceIn(body),
        odd: oddIn(call, body, oddNumbers),
      });
    case patchTypes.apply:
      return applied(api, call, isJson(body) ? decodeJson(body) : decodeYaml(body));
    case patchTypes.strategic:
      if (!call.resource.custom) return strategic(call, body);
  }
  return unknownPatch(call.resource);
}

/** A patch of a type that the resource does not take. */
export function unknownPatch({ custom }: Resource): Refusal {
  const { strategic: _not, ...others } = patchTypes;
  return unsupportedMediaType(Object.values(custom ? others : patchTypes));
}

function optionErrors({ options }: WriteCall, type: string): readonly FieldError[] {
  if (type === patchTypes.apply) {
    if (options.fieldManager !== '') return [];
    return [required('fieldManager', 'is required for apply patch')];
  }
  return options.force ? [forbidden('force', 'may not be specified for non-apply patch')] : [];
}

const openBrace = 0x7b;

function isJson(body: Buffer): boolean {
  return body[0] === openBrace;
}

type Apply = (object: Json, patch: Json) => Json | Refusal;

interface PatchText {
  /** What a complaint about unknown fields repeats; the patched object where absent. */
  readonly shown?: string;
  readonly duplicates?: readonly string[];
  readonly odd?: OddNumbers;
}

function patched(
  call: WriteCall,
  patch: unknown,
  apply: Apply,
  { shown, duplicates = [], odd }: PatchText,
): Change | Refusal {
  if (patch instanceof Refusal) return patch;
  return {
    next: (current) => {
      const next = apply(current as unknown as Json, patch as Json);
      if (next instanceof Refusal) return next;
      const text = shown ?? printJson(next);
      const decoded = decodeObject(call.resource, next, odd);
      if (decoded instanceof Refusal) return unfit(call, decoded, text);
      return named(call, { ...decoded, duplicates, patch: text });
    },
    absent: null,
  };
}

/** A patch that makes no object of the kind is at fault itself (apiserver `endpoints/handlers/patch.go`). */
function unfit({ resource, name }: WriteCall, refusal: Refusal, patch: string): Refusal {
  if (refusal.code !== 400) return refusal;
  if (resource.custom && refusal.message.startsWith('the API version in the data')) {
    const why = `must be ${apiVersionOf(resource)}`;
    const message = `Invalid value: ${quoteGo(/\((.*?)\)/.exec(refusal.message)?.[1] ?? '')}: ${why}`;
    const causes = [{ reason: 'FieldValueInvalid', message, field: 'apiVersion' }];
    return invalid(kindName(resource), name, causes);
  }
  const why = refusal.message.replace(/^.* cannot be handled as a \w+: /, '');
  const message = `Invalid value: ${quoteGo(patch)}: ${why}`;
  return invalid({ group: '', name: '' }, '', [
    { reason: 'FieldValueInvalid', message, field: 'patch' },
  ]);
}

/** A value after a JSON patch, or its refusal as apiserver's `jsonPatcher` words it. */
function jsonPatched(value: Json, patch: unknown): Json | Refusal {
  const outcome = jsonPatch(value, patch);
  if (outcome.ok) return outcome.value;
  if (outcome.why === 'malformed') return badRequest(outcome.message);
  if (outcome.why === 'tooMany') return tooLarge(outcome.message);
  const message = 'the server rejected our request due to an error in our request';
  return new Refusal(422, 'Invalid', message, {});
}

// Go takes null for a list of none
function operationsOf(patch: unknown): unknown {
  return patch === null ? [] : patch;
}

/** A patch must be an object: any other value would replace the whole. */
function objectPatch(patch: unknown): JsonObject | Refusal {
  if (patch instanceof Refusal) return patch;
  if (isJsonObject(patch)) return patch;
  const type = Array.isArray(patch) ? 'array' : typeof patch;
  return badRequest(
    `error decoding patch: json: cannot unmarshal ${type} into Go value of type map[string]interface {}`,
  );
}

// whoever calls has parsed it, or refuses
function twiceIn(body: Buffer): { readonly duplicates: readonly string[] } {
  return { duplicates: nestsTooDeep(body) ? [] : duplicateFields(body.toString('utf8')) };
}

// a patch that Kubernetes reads as an object before it is one of a kind may write integers as it likes
function oddIn(
  { resource }: WriteCall,
  body: Buffer,
  read: (text: string) => OddNumbers,
): OddNumbers {
  return resource.custom || nestsTooDeep(body) ? noOddNumbers : read(body.toString('utf8'));
}

function strategic(call: WriteCall, body: Buffer): Change | Refusal {
  const patch = objectPatch(decodeJson(body) ?? {});
  if (patch instanceof Refusal) return patch;
  const shape = resourceShape(call.resource);
  const merge: Apply = (object) => {
    const outcome = strategicMergePatch(object as JsonObject, patch, shape);
    if (!outcome.ok) return badRequest(outcome.message);
    // a patch does not say what it is a patch of
    const { apiVersion, kind } = object as JsonObject;
    return { ...outcome.value, apiVersion, kind } as Json;
  };
  return patched(call, patch, merge, { shown: printGo(patch), ...twiceIn(body) });
}

/** Server-side apply: makes the object where there is none. */
function applied(api: Api, call: WriteCall, config: unknown): Change | Refusal {
  if (config instanceof Refusal) return config;
  const ofScale = call.subresource === 'scale';
  const typeless = call.resource.custom || ofScale ? otherType(call, config) : null;
  if (typeless !== null) return typeless;
  const decoded = decodeNamed(call, config);
  if (decoded instanceof Refusal) return decoded;
  const { object, unknown } = decoded;
  const undeclared = [...unknown, ...shaped(call.resource, object).unknown];
  if (undeclared.length > 0) return undeclaredFields(call, object, undeclared);
  const { uid, resourceVersion } = object.metadata;
  const { metadata } = config as { readonly metadata?: unknown };
  if (isJsonObject(metadata) && Array.isArray(metadata['managedFields'])) {
    return badRequest('metadata.managedFields must be nil');
  }
  const over = (live: KubeObject | null): Decoded | Refusal => {
    const merged = applyFields(call, live, object, api.now());
    const laid = (claims: MetadataChange): Decoded | Refusal => {
      if (merged instanceof Refusal) return merged;
      return { object: withMetadata(merged, claims), unknown, tracked: true };
    };
    // of what it is the scale of, a Scale says here which one it means
    if (ofScale) return laid({ ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) });
    if (resourceVersion !== undefined && resourceVersion !== live?.metadata.resourceVersion) {
      return staleVersion(resourceName(call.resource), call.name);
    }
    if (uid !== undefined && live !== null && uid !== live.metadata.uid) {
      const message = `Invalid value: ${quoteGo(uid)}: field is immutable`;
      const causes = [{ reason: 'FieldValueInvalid', message, field: 'metadata.uid' }];
      return invalid(kindName(call.resource), call.name, causes);
    }
    return laid({});
  };
  return { next: over, absent: () => over(null) };
}

function otherType({ resource }: WriteCall, config: unknown): Refusal | null {
  const given = isJsonObject(config) ? config : {};
  const text = (value: Json | undefined) => (typeof value === 'string' ? value : '');
  const [apiVersion, kind] = [text(given['apiVersion']), text(given['kind'])];
  if (apiVersion === apiVersionOf(resource) && kind === resource.kind) return null;
  const version = apiVersion.includes('/') ? apiVersion : `/${apiVersion}`;
  return badRequest(`invalid object type: ${version}, Kind=${kind}`);
}

/** What is applied must have a type, however lenient the client is (structured-merge-diff `typed`). */
function undeclaredFields(
  { resource }: WriteCall,
  { metadata }: KubeObject,
  fields: readonly string[],
): Refusal {
  const { group, version, kind } = resource;
  const what = `${metadata.namespace ?? ''}/${metadata.name}; ${group}/${version}, Kind=${kind}`;
  const [first = '', ...more] = fields.map((field) => `.${field}: field not declared in schema`);
  const all = more.length === 0 ? first : ['errors:', first, ...more].join('\n  ');
  return new Refusal(500, '', `failed to create typed patch object (${what}): ${all}`);
}

/** An object of the resource and the name that the request is for. */
function decodeNamed(call: WriteCall, value: unknown): Decoded | Refusal {
  const decoded = decodeObject(call.resource, value);
  return decoded instanceof Refusal ? decoded : named(call, decoded);
}

function named({ name }: WriteCall, decoded: Decoded): Decoded | Refusal {
  const given = decoded.object.metadata.name;
  if (given === name) return decoded;
  return badRequest(
    `the name of the object (${given}) does not match the name on the URL (${name})`,
  );
}
