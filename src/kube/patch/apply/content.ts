import { isJsonObject, type Json, type JsonObject } from '../../../base/json.ts';
import type { KubeObject, ManagedFieldsEntry, ObjectMeta } from '../../object.ts';

/** Which fields of an object a write is about: all of them, all but the status, or the status alone. */
export type Part = 'whole' | 'main' | 'status';

/** Fields the API server keeps, which nobody owns (apimachinery `managedfields/internal/stripmeta.go`). */
const kept: readonly string[] = [
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'clusterName',
  'generation',
  'managedFields',
  'resourceVersion',
];

/** What of an object can be owned, in one part of it. */
export function contentOf(object: KubeObject | null, part: Part): JsonObject {
  const { metadata, ...content } = configOf(object ?? bare, part);
  const kept = Object.entries(isJsonObject(metadata) ? metadata : {}).filter(
    ([, value]) => !isNothing(value),
  );
  return kept.length === 0 ? content : { metadata: Object.fromEntries(kept), ...content };
}

const bare: KubeObject = { apiVersion: '', kind: '', metadata: { name: '' } };

/** The same of a configuration to apply, which may speak of empty labels. */
export function configOf(object: KubeObject, part: Part): JsonObject {
  const { apiVersion: _, kind: __, metadata, ...content } = object;
  const fields = Object.entries(content as JsonObject).filter(
    ([field]) => part === 'whole' || (field === 'status') === (part === 'status'),
  );
  const meta = ownedMetadata(metadata);
  const withMeta = part !== 'status' && Object.keys(meta).length > 0;
  return Object.fromEntries([...(withMeta ? [['metadata', meta] as const] : []), ...fields]);
}

function ownedMetadata(metadata: unknown): JsonObject {
  if (!isJsonObject(metadata)) return {};
  return Object.fromEntries(Object.entries(metadata).filter(([field]) => !kept.includes(field)));
}

// Kubernetes keeps no empty labels, annotations, finalizers and owners: they are as good as absent.
function isNothing(value: Json | undefined): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** An object with the content of one part replaced: what is no content stays as it was. */
export function withContent(object: KubeObject, part: Part, content: JsonObject): KubeObject {
  const { apiVersion, kind, metadata: before, ...fields } = object as unknown as JsonObject;
  const others = Object.entries(fields).filter(
    ([field]) => part !== 'whole' && (field === 'status') !== (part === 'status'),
  );
  const keptMeta = Object.entries(isJsonObject(before) ? before : {}).filter(
    ([field]) => part === 'status' || kept.includes(field),
  );
  const { metadata, ...rest } = content;
  return {
    apiVersion,
    kind,
    metadata: { ...Object.fromEntries(keptMeta), ...(isJsonObject(metadata) ? metadata : {}) },
    ...(part === 'status' ? Object.fromEntries(others) : {}),
    ...rest,
    ...(part === 'main' ? Object.fromEntries(others) : {}),
  } as unknown as KubeObject;
}

/** An object with other managed fields, or without any; what is empty in its metadata is left out. */
export function withManagedFields(
  object: KubeObject,
  entries: readonly ManagedFieldsEntry[],
): KubeObject {
  const metadata = Object.entries(object.metadata).filter(
    ([field, value]) => field !== 'managedFields' && !isNothing(value as Json | undefined),
  );
  const managed = entries.length === 0 ? [] : [['managedFields', entries] as const];
  return {
    ...object,
    metadata: Object.fromEntries([...metadata, ...managed]) as unknown as ObjectMeta,
  };
}
