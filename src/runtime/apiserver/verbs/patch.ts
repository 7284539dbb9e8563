import type { Json } from '../../../base/json.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { jsonPatch } from '../../../kube/patch/json-patch.ts';
import { mergePatch } from '../../../kube/patch/merge-patch.ts';
import type { Api } from '../api.ts';
import { decodeJson } from '../http/body.ts';
import { type Decoded, decodeObject } from '../objects/decode.ts';
import { badRequest, Refusal, unsupportedMediaType } from '../refusal.ts';
import type { WriteCall, WriteOutcome } from './call.ts';
import { type Change, updateObject } from './update.ts';

const types = {
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
  const change = changeOf(call, type, body);
  return change instanceof Refusal ? change : updateObject(api, call, change);
}

function changeOf(call: WriteCall, type: string, body: Buffer): Change | Refusal {
  switch (type) {
    case types.json:
      return patched(call, decodeJson(body), jsonPatched);
    case types.merge:
      return patched(call, decodeJson(body), (object, patch) => mergePatch(object, patch));
    default: {
      const { strategic, ...others } = types;
      const accepted = call.resource.custom ? Object.values(others) : Object.values(types);
      return unsupportedMediaType(accepted);
    }
  }
}

type Apply = (object: Json, patch: Json) => Json | Refusal;

function patched(call: WriteCall, patch: unknown, apply: Apply): Change | Refusal {
  if (patch instanceof Refusal) return patch;
  return {
    next: (current) => {
      const next = apply(current as unknown as Json, patch as Json);
      return next instanceof Refusal ? next : decodePatched(call, next);
    },
    absent: null,
    tracked: false,
  };
}

function jsonPatched(object: Json, patch: Json): Json | Refusal {
  const outcome = jsonPatch(object, patch);
  if (outcome.ok) return outcome.value;
  if (outcome.why === 'malformed') return badRequest(outcome.message);
  return new Refusal(422, 'Invalid', outcome.message, {});
}

function decodePatched({ resource, name }: WriteCall, object: Json): Decoded | Refusal {
  const decoded = decodeObject(resource, object);
  if (decoded instanceof Refusal) return decoded;
  const renamed: KubeObject = decoded.object;
  if (renamed.metadata.name !== name) {
    return badRequest(
      `the name of the object (${renamed.metadata.name}) does not match the name on the URL (${name})`,
    );
  }
  return decoded;
}
