import { isJsonObject } from '../../../base/json.ts';
import { quoteGo } from '../../../kube/go-text.ts';
import { dnsLabelFaults } from '../../../kube/names.ts';
import type { ObjectMeta } from '../../../kube/object.ts';
import { type FieldError, forbidden, invalid, required } from '../../../kube/schema/field-error.ts';
import { metadataTypeFault, validateMetadata } from '../../../kube/schema/metadata.ts';
import { noOddNumbers, type OddNumbers } from '../http/odd-numbers.ts';
import { badRequest, type Refusal } from '../refusal.ts';
import type { Resource } from '../resources/resource.ts';

/** Metadata of the right types, and what else was there: told to clients, and dropped. */
export interface ReadMetadata {
  readonly metadata: ObjectMeta;
  readonly unknown: readonly string[];
}

/** In the order Kubernetes writes them. */
const fields = [
  'name',
  'generateName',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
] as const;
/** Written by old clients; nobody reads it. */
const ignored = 'selfLink';
const integers: readonly string[] = ['generation', 'deletionGracePeriodSeconds'];

/** Takes what metadata may hold; what is empty counts as absent, as in Go. */
export function readMetadata(
  value: unknown,
  odd: OddNumbers = noOddNumbers,
): ReadMetadata | Refusal {
  const fault = metadataTypeFault(value) ?? numberFault(value, odd);
  if (fault !== null) return badRequest(fault);
  const given = isJsonObject(value) ? value : {};
  const metadata: [string, unknown][] = [['name', '']];
  for (const name of fields) {
    const found = Object.hasOwn(given, name) ? given[name] : undefined;
    if (found === undefined || found === null || isEmpty(found)) continue;
    if (name === 'name') metadata[0] = [name, found];
    else metadata.push([name, name === 'labels' || name === 'annotations' ? texts(found) : found]);
  }
  const unknown = Object.keys(given).filter((name) => name !== ignored && !isField(name));
  return {
    metadata: Object.fromEntries(metadata) as unknown as ObjectMeta,
    unknown: unknown.map((name) => `metadata.${name}`),
  };
}

function isField(name: string): boolean {
  return (fields as readonly string[]).includes(name);
}

// Go takes null for the empty text
function texts(map: unknown): unknown {
  const entries = Object.entries(map as Readonly<Record<string, string | null>>);
  if (entries.every(([, text]) => text !== null)) return map;
  return Object.fromEntries(entries.map(([key, text]) => [key, text ?? '']));
}

function numberFault(metadata: unknown, odd: OddNumbers): string | null {
  if (!isJsonObject(metadata)) return null;
  for (const name of integers) {
    const value = Object.hasOwn(metadata, name) ? metadata[name] : null;
    const source = odd.get(`metadata.${name}`);
    const written = source === undefined || /^-?\d+$/.test(source);
    if (value === undefined || value === null) continue;
    if (written && (Number.isSafeInteger(value) || typeof value === 'bigint')) continue;
    const found = typeof value === 'number' ? `number ${source ?? value}` : typeof value;
    return `json: cannot unmarshal ${found} into Go struct field ObjectMeta.${name} of type int64`;
  }
  return null;
}

/** What is wrong with the metadata of an object that is to be made (apimachinery `ValidateObjectMeta`). */
export function metadataErrors(resource: Resource, metadata: ObjectMeta): readonly FieldError[] {
  return [
    ...validateMetadata(resource, metadata),
    ...finalizerErrors(resource, metadata),
    ...namespaceErrors(resource, metadata),
  ];
}

const standardFinalizers: readonly string[] = ['kubernetes', 'orphan', 'foregroundDeletion'];

/** Kubernetes' own kinds take finalizers of others only with a domain (pkg/apis/core/validation). */
function finalizerErrors(
  { custom, group }: Resource,
  { finalizers = [] }: ObjectMeta,
): readonly FieldError[] {
  if (custom || group === 'apiextensions.k8s.io') return [];
  const why = 'name is neither a standard finalizer name nor is it fully qualified';
  return finalizers.flatMap((name, at) =>
    name.includes('/') || standardFinalizers.includes(name)
      ? []
      : [invalid(`metadata.finalizers[${at}]`, name, why)],
  );
}

/** What is only advised against: custom kinds take any finalizer. */
export function finalizerWarnings({ custom }: Resource, { finalizers = [] }: ObjectMeta): string[] {
  if (!custom) return [];
  return finalizers
    .filter((name) => !name.includes('/') && !standardFinalizers.includes(name))
    .map(
      (name) =>
        `metadata.finalizers: ${quoteGo(name)}: prefer a domain-qualified finalizer name including a path (/) to avoid accidental conflicts with other finalizer writers`,
    );
}

function namespaceErrors(resource: Resource, { namespace }: ObjectMeta): readonly FieldError[] {
  const field = 'metadata.namespace';
  if (!resource.namespaced) return namespace ? [forbidden(field, 'not allowed on this type')] : [];
  if (!namespace) return [required(field)];
  return dnsLabelFaults(namespace).map((fault) => invalid(field, namespace, fault));
}

const fixed = [
  'name',
  'namespace',
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
] as const;

/** What is wrong with the metadata of an update (apimachinery `ValidateObjectMetaUpdate`). */
export function metadataUpdateErrors(
  resource: Resource,
  now: ObjectMeta,
  old: ObjectMeta,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (old.deletionTimestamp !== undefined) {
    const added = (now.finalizers ?? []).filter((each) => !old.finalizers?.includes(each)).sort();
    const list = `[]string{${added.map(quoteGo).join(', ')}}`;
    const why = `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`;
    if (added.length > 0) errors.push(forbidden('metadata.finalizers', why));
  }
  for (const field of fixed) {
    if (now[field] === old[field]) continue;
    errors.push(invalid(`metadata.${field}`, now[field] ?? '', 'field is immutable'));
  }
  return [...errors, ...validateMetadata(resource, now), ...finalizerErrors(resource, now)];
}

function isEmpty(value: unknown): boolean {
  if (value === '' || value === 0) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.keys(value).length === 0;
}
