import { isJsonObject, type Json, type JsonObject } from '../../../base/json.ts';
import type { ScalePaths } from '../../../kube/kinds.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { mergePatch } from '../../../kube/patch/merge-patch.ts';
import { none, selectorText } from '../../../kube/table/fields.ts';
import type { Api } from '../api.ts';
import { badRequest, invalid, notFound, Refusal, staleVersion } from '../refusal.ts';
import { struct } from '../resources/builtin/fields.ts';
import { convertAnew, objectIn, resourceName } from '../resources/resource.ts';
import { type Call, keyOf, type WriteCall, type WriteOutcome } from './call.ts';
import { jsonPatched } from './patch.ts';
import { updateObject } from './update.ts';

/** The `autoscaling/v1` Scale of an object, or why there is none. */
export async function readScale(api: Api, call: Call): Promise<KubeObject | Refusal> {
  const { resource, name } = call;
  const stored = api.store.get(keyOf(call, name));
  const { scale } = resource;
  if (stored === undefined || scale === null) return notFound(resourceName(resource), name);
  const unprepared = await convertAnew(resource, stored);
  return unprepared ?? scaleOf(objectIn(resource, stored), scale);
}

/** Makes the Scale that is wanted from the present one. */
export type ScaleChange = (current: KubeObject) => unknown;

/** Sets the number of replicas, and nothing else. */
export async function writeScale(
  api: Api,
  call: WriteCall,
  change: ScaleChange,
): Promise<KubeObject | Refusal> {
  const { scale } = call.resource;
  if (scale === null) return notFound(resourceName(call.resource), call.name);
  const whole: WriteCall = { ...call, subresource: '' };
  const outcome: WriteOutcome | Refusal = await updateObject(api, whole, {
    next: (current) => {
      const wanted = change(scaleOf(current, scale));
      if (wanted instanceof Refusal) return wanted;
      const replicas = replicasOf(call, wanted, current);
      if (replicas instanceof Refusal) return replicas;
      const object = setAt(
        current as unknown as JsonObject,
        pathOf(scale.specReplicasPath),
        replicas,
      );
      return { object: object as unknown as KubeObject, unknown: [] };
    },
    absent: null,
  });
  return outcome instanceof Refusal ? outcome : scaleOf(outcome.object, scale);
}

/** A patch of a Scale; null where the media type is none. */
export function scalePatch(type: string, patch: unknown): ScaleChange | null {
  if (type === 'application/json-patch+json') {
    return (current) => jsonPatched(current as unknown as Json, patch);
  }
  const merges = ['application/merge-patch+json', 'application/strategic-merge-patch+json'];
  if (!merges.includes(type)) return null;
  return (current) => mergePatch(current as unknown as Json, patch as Json);
}

function scaleOf(object: KubeObject, paths: ScalePaths): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const number = (path: string) => {
    const value = at(object as unknown as JsonObject, pathOf(path));
    return typeof value === 'number' ? value : 0;
  };
  const replicas = number(paths.specReplicasPath);
  const selector = selectorOf(object, paths);
  const known = { namespace, uid, resourceVersion, creationTimestamp };
  const metadata = Object.entries(known).filter(([, value]) => value !== undefined);
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name, ...Object.fromEntries(metadata) },
    spec: replicas === 0 ? {} : { replicas },
    status: {
      replicas: number(paths.statusReplicasPath),
      ...(selector !== '' && { selector }),
    },
  };
}

function selectorOf(object: KubeObject, { labelSelectorPath }: ScalePaths): string {
  const said = labelSelectorPath && at(object as unknown as JsonObject, pathOf(labelSelectorPath));
  if (typeof said === 'string') return said;
  const selector = struct(object, 'spec')['selector'];
  if (!isJsonObject(selector)) return '';
  // that of a ReplicationController is labels alone
  const plain = !('matchLabels' in selector) && !('matchExpressions' in selector);
  const text = selectorText(plain ? { matchLabels: selector } : selector);
  return text === none ? '' : text;
}

function replicasOf(call: WriteCall, wanted: unknown, current: KubeObject): number | Refusal {
  if (!isJsonObject(wanted)) return badRequest('the object provided is no Scale');
  const { metadata, spec } = wanted;
  const mismatch = otherScale(wanted, call.name);
  if (mismatch !== null) return mismatch;
  const version = isJsonObject(metadata) ? metadata['resourceVersion'] : undefined;
  if (version && version !== current.metadata.resourceVersion) {
    return staleVersion(resourceName(call.resource), call.name);
  }
  const replicas = (isJsonObject(spec) ? spec['replicas'] : undefined) ?? 0;
  if (typeof replicas === 'number' && Number.isInteger(replicas) && replicas >= 0) return replicas;
  const message = `Invalid value: ${JSON.stringify(replicas)}: should be a non-negative integer`;
  const causes = [{ reason: 'FieldValueInvalid', message, field: 'spec.replicas' }];
  return invalid({ group: 'autoscaling', name: 'Scale' }, call.name, causes);
}

/** Whether it is the Scale of this object. */
function otherScale({ kind, apiVersion, metadata }: JsonObject, name: string): Refusal | null {
  if ((kind ?? 'Scale') !== 'Scale' || (apiVersion ?? 'autoscaling/v1') !== 'autoscaling/v1') {
    const version = String(apiVersion).split('/').at(-1);
    const why = `converting (${version}.${kind}) to (autoscaling.Scale): unknown conversion`;
    return badRequest(`${kind} in version "${version}" cannot be handled as a Scale: ${why}`);
  }
  const given = isJsonObject(metadata) ? metadata['name'] : undefined;
  if (given === name) return null;
  return badRequest(
    given === undefined || given === ''
      ? `the name of the object (${name} based on URL) was undeterminable: name must be provided`
      : `the name of the object (${given}) does not match the name on the URL (${name})`,
  );
}

function pathOf(text: string): readonly string[] {
  return text.split('.').filter((part) => part !== '');
}

function at(object: JsonObject, path: readonly string[]): Json | undefined {
  let value: Json | undefined = object;
  for (const name of path) {
    if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

function setAt(object: JsonObject, [name, ...rest]: readonly string[], value: Json): JsonObject {
  if (name === undefined) return object;
  const inner = Object.hasOwn(object, name) ? object[name] : undefined;
  const next = rest.length === 0 ? value : setAt(isJsonObject(inner) ? inner : {}, rest, value);
  return Object.fromEntries([...Object.entries(object), [name, next]]);
}
