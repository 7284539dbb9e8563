import { isJsonObject, type Json, type JsonObject } from '../../../base/json.ts';
import type { ScalePaths } from '../../../kube/kinds.ts';
import { apiVersionOf, type KubeObject } from '../../../kube/object.ts';
import { withManagedFields } from '../../../kube/patch/apply/content.ts';
import {
  entriesOfScaled,
  type ReplicasPaths,
  scaleEntries,
} from '../../../kube/patch/apply/scale-managers.ts';
import { none, selectorText } from '../../../kube/table/fields.ts';
import type { Api } from '../api.ts';
import type { OddNumbers } from '../http/odd-numbers.ts';
import { judgeUnknown, withMetadata } from '../objects/content.ts';
import { type Decoded, decodeObject } from '../objects/decode.ts';
import { trackFields } from '../objects/managed.ts';
import { badRequest, invalid, notFound, Refusal } from '../refusal.ts';
import { struct, textOf } from '../resources/builtin/fields.ts';
import {
  convertAnew,
  kindName,
  objectIn,
  type Resource,
  resourceName,
} from '../resources/resource.ts';
import { type Call, keyOf, type WriteCall } from './call.ts';
import { changeOf, patchTypes, unknownPatch } from './patch.ts';
import { type Change, updateObject } from './update.ts';

/** The `autoscaling/v1` Scale of an object, or why there is none. */
export async function readScale(api: Api, call: Call): Promise<KubeObject | Refusal> {
  const { resource, name } = call;
  const stored = api.store.get(keyOf(call, name));
  const { scale } = resource;
  if (stored === undefined || scale === null) return notFound(resourceName(resource), name);
  const unprepared = await convertAnew(resource, stored);
  return unprepared ?? scaleOf(objectIn(resource, stored), scale);
}

/** Replaces a Scale. */
export function putScale(
  api: Api,
  call: WriteCall,
  body: { readonly value: unknown; readonly odd: OddNumbers },
): Promise<KubeObject | Refusal> {
  const { scale } = call.resource;
  if (scale === null) return Promise.resolve(notFound(resourceName(call.resource), call.name));
  const other = otherKind(body.value);
  if (other !== null) return Promise.resolve(other);
  const decoded = decodeObject(scaleResource(call.resource), body.value, body.odd);
  if (decoded instanceof Refusal) return Promise.resolve(decoded);
  const refusal = otherName(decoded, call.name);
  if (refusal !== null) return Promise.resolve(refusal);
  return writeScale(api, call, scale, { next: () => decoded, absent: null });
}

/** Patches a Scale, or applies one; `type` is the media type of the body. */
export async function patchScale(
  api: Api,
  call: WriteCall,
  type: string,
  body: Buffer,
): Promise<KubeObject | Refusal> {
  const { resource } = call;
  if (resource.scale === null) return notFound(resourceName(resource), call.name);
  if (resource.custom && type === patchTypes.strategic) return unknownPatch(resource);
  const change = changeOf(api, { ...call, resource: scaleResource(resource) }, type, body);
  return change instanceof Refusal ? change : writeScale(api, call, resource.scale, change);
}

/** Sets the number of replicas and who owns it, and nothing else. */
async function writeScale(
  api: Api,
  call: WriteCall,
  scale: ScalePaths,
  change: Change,
): Promise<KubeObject | Refusal> {
  const { resource } = call;
  const paths = replicasPaths(api, resource);
  const ofScale: WriteCall = { ...call, resource: scaleResource(resource) };
  const whole: WriteCall = { ...call, subresource: '' };
  const outcome = await updateObject(api, whole, {
    next: (current) => {
      const { managedFields: entries } = current.metadata;
      const live = withManagedFields(scaleOf(current, scale), scaleEntries(entries, paths));
      const decoded = change.next(live);
      if (decoded instanceof Refusal) return decoded;
      const strict = judgeUnknown(ofScale, decoded);
      if (strict !== null) return strict;
      const wanted = decoded.tracked
        ? decoded.object
        : trackFields(ofScale, live, decoded.object, api.now());
      const refusal = scaleRefusal(call, wanted);
      if (refusal !== null) return refusal;
      const object = setAt(
        current as unknown as JsonObject,
        pathOf(scale.specReplicasPath),
        replicasOf(wanted),
      ) as unknown as KubeObject;
      const managedFields = entriesOfScaled({
        ...{ entries, paths, scale: wanted.metadata.managedFields },
        apiVersion: apiVersionOf(resource),
      });
      const { uid, resourceVersion = current.metadata.resourceVersion } = wanted.metadata;
      const given = withMetadata(withManagedFields(object, managedFields), {
        uid,
        resourceVersion,
      });
      return { object: given, unknown: [], tracked: true };
    },
    absent: null,
  });
  return outcome instanceof Refusal ? outcome : scaleOf(outcome.object, scale);
}

/** The kind that Scales of a resource are of. */
function scaleResource(of: Resource): Resource {
  const { conversion: _none, ...resource } = of;
  return {
    ...resource,
    ...{ group: 'autoscaling', version: 'v1', kind: 'Scale', schema: null, custom: false },
    ...{ status: false, scale: null, columns: null },
  };
}

function replicasPaths(api: Api, { group, plural }: Resource): ReplicasPaths {
  const versions = api.catalog
    .all()
    .filter((each) => each.group === group && each.plural === plural);
  return new Map(
    versions.map((each) => [
      apiVersionOf(each),
      each.scale === null ? null : pathOf(each.scale.specReplicasPath),
    ]),
  );
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

function replicasOf({ spec }: KubeObject): number {
  const replicas = isJsonObject(spec) ? spec['replicas'] : undefined;
  return typeof replicas === 'number' ? replicas : 0;
}

function scaleRefusal({ resource, name }: WriteCall, wanted: KubeObject): Refusal | null {
  const replicas = replicasOf(wanted);
  if (replicas >= 0) return null;
  const { scale, custom } = resource;
  const why = custom ? 'should be a non-negative integer' : 'must be greater than or equal to 0';
  const field = custom ? (scale?.specReplicasPath ?? '') : 'spec.replicas';
  const message = `Invalid value: ${replicas}: ${why}`;
  const of = custom ? kindName(resource) : { group: 'autoscaling', name: 'Scale' };
  return invalid(of, name, [{ reason: 'FieldValueInvalid', message, field }]);
}

/** Whether it says to be something else. */
function otherKind(value: unknown): Refusal | null {
  const given = isJsonObject(value) ? value : {};
  const [kind, apiVersion] = [textOf(given['kind']), textOf(given['apiVersion'])];
  if (['', 'Scale'].includes(kind) && ['', 'autoscaling/v1'].includes(apiVersion)) return null;
  const version = apiVersion.split('/').at(-1);
  const why = `converting (${version}.${kind}) to (autoscaling.Scale): unknown conversion`;
  return badRequest(`${kind} in version "${version}" cannot be handled as a Scale: ${why}`);
}

function otherName({ object }: Decoded, name: string): Refusal | null {
  const given = object.metadata.name;
  if (given === name) return null;
  return badRequest(
    given === ''
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
