import { isJsonObject, type Json, type JsonObject } from '../../../base/json.ts';
import { quoteGo } from '../../../kube/go-text.ts';
import {
  apiVersionOf,
  type KubeObject,
  type ObjectMeta,
  parseApiVersion,
} from '../../../kube/object.ts';
import { annotationErrors, labelErrors } from '../../../kube/schema/metadata.ts';

/** What is asked of a conversion webhook. */
export interface ConversionRequest {
  readonly uid: string;
  readonly desiredAPIVersion: string;
  readonly objects: readonly KubeObject[];
}

/** A version of ConversionReview that is spoken here. */
export type ReviewVersion = 'v1' | 'v1beta1';

const group = 'apiextensions.k8s.io';
const kind = 'ConversionReview';

/** The first version of ConversionReview that a webhook names and we know; null where it names none. */
export function reviewVersion(named: readonly string[]): ReviewVersion | null {
  return named.find((version) => version === 'v1' || version === 'v1beta1') ?? null;
}

/** The ConversionReview that is sent. */
export function conversionReview(version: ReviewVersion, request: ConversionRequest): object {
  return { kind, apiVersion: apiVersionOf({ group, version }), request };
}

/** `group/version, Kind=kind`, as Go prints what an object is. */
export function kindOf({ apiVersion, kind: named }: { apiVersion: string; kind: string }): string {
  return `${apiVersion}, Kind=${named}`;
}

/** Converted objects in the order of those that were sent, or what is wrong with the answer. */
export type Reviewed = { readonly objects: readonly KubeObject[] } | { readonly problem: string };

/** What a webhook answered, checked as kube-apiserver checks it (apiextensions `webhook_converter.go`). */
export function reviewAnswer(
  version: ReviewVersion,
  request: ConversionRequest,
  answer: unknown,
): Reviewed {
  const [first] = request.objects;
  const of = first === undefined ? '' : kindOf(first);
  const given = convertedObjects(version, request, answer);
  if (typeof given === 'string') {
    return { problem: `conversion webhook for ${of} failed: ${given}` };
  }
  const count = request.objects.length;
  if (given.length !== count) {
    const problem = `conversion webhook for ${of} returned ${given.length} objects, expected ${count}`;
    return { problem };
  }
  const objects: KubeObject[] = [];
  for (const [at, object] of request.objects.entries()) {
    const checked = checkedObject(object, given[at], request.desiredAPIVersion);
    if (typeof checked === 'string') {
      return { problem: `conversion webhook for ${kindOf(object)} returned ${checked}` };
    }
    objects.push(checked);
  }
  return { objects };
}

function convertedObjects(
  version: ReviewVersion,
  { uid }: ConversionRequest,
  answer: unknown,
): readonly Json[] | string {
  const review = isJsonObject(answer) ? answer : {};
  const { response } = review;
  if (version === 'v1') {
    const wanted = `${apiVersionOf({ group, version })}, Kind=${kind}`;
    const got = `${text(review['apiVersion'])}, Kind=${text(review['kind'])}`;
    if (got !== wanted) return `expected webhook response of ${wanted}, got ${got}`;
  }
  if (!isJsonObject(response)) return 'no response provided';
  // webhooks of v1beta1 need not say which request they answer
  if (version === 'v1' && response['uid'] !== uid) {
    return `expected response.uid=${quoteGo(uid)}, got ${quoteGo(text(response['uid']))}`;
  }
  const result = isJsonObject(response['result']) ? response['result'] : {};
  const status = text(result['status']);
  if (status !== 'Success') {
    return text(result['message']) || `response.result.status was '${status}', not 'Success'`;
  }
  const { convertedObjects: objects } = response;
  return Array.isArray(objects) ? (objects as readonly Json[]) : [];
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** The object with the metadata it had, but for labels and annotations; a text where it is another one. */
function checkedObject(
  before: KubeObject,
  after: Json | undefined,
  apiVersion: string,
): KubeObject | string {
  const object = isJsonObject(after) ? after : {};
  const at = 'invalid object at index 0:';
  const got = text(object['apiVersion']);
  if (got !== apiVersion) {
    return `${at} invalid groupVersion (expected ${apiVersion}, received ${gone(got)})`;
  }
  if (object['kind'] !== before.kind) {
    return `${at} invalid kind (expected ${before.kind}, received ${text(object['kind'])})`;
  }
  const { metadata } = object;
  const named = isJsonObject(metadata) ? metadata : {};
  const same: readonly (readonly [string, string, string])[] = [
    ['name', before.metadata.name, text(named['name'])],
    ['namespace', before.metadata.namespace ?? '', text(named['namespace'])],
    ['UID', before.metadata.uid ?? '', text(named['uid'])],
  ];
  const other = same.find(([, was, is]) => was !== is);
  if (other !== undefined) {
    return `invalid object: must have the same ${other[0]}: ${other[1]} != ${other[2]}`;
  }
  const kept = keptMetadata(before.metadata, metadata);
  if (typeof kept === 'string') return `invalid metadata: ${kept}`;
  return { ...object, apiVersion, kind: before.kind, metadata: kept } as KubeObject;
}

// Go prints a group without a version with its slash, and nothing as nothing
function gone(apiVersion: string): string {
  const { group: ofGroup, version } = parseApiVersion(apiVersion);
  return ofGroup === '' ? version : `${ofGroup}/${version}`;
}

function keptMetadata(before: ObjectMeta, given: Json | undefined): ObjectMeta | string {
  if (given === undefined) return 'missing metadata in converted object';
  if (!isJsonObject(given)) return `invalid metadata of type ${goType(given)} in converted object`;
  let metadata: JsonObject = before as unknown as JsonObject;
  for (const field of ['labels', 'annotations'] as const) {
    const value = Object.hasOwn(given, field) ? given[field] : undefined;
    const problem = textsProblem(field, value, before[field] ?? {});
    if (problem !== null) return problem;
    const { [field]: _old, ...rest } = metadata;
    metadata = value === undefined || value === null ? rest : { ...rest, [field]: value };
  }
  return metadata as unknown as ObjectMeta;
}

function textsProblem(
  field: 'labels' | 'annotations',
  value: Json | undefined,
  before: Readonly<Record<string, string>>,
): string | null {
  if (value === undefined || value === null) return null;
  if (!isJsonObject(value)) {
    return `invalid metadata.${field} of type ${goType(value)} in converted object`;
  }
  for (const [key, each] of Object.entries(value)) {
    if (typeof each === 'string') continue;
    return `metadata.${field}[${key}] must be a string, but is ${goType(each)} in converted object`;
  }
  const texts = value as Readonly<Record<string, string>>;
  const keys = Object.keys(texts);
  const changed =
    keys.length !== Object.keys(before).length || keys.some((key) => texts[key] !== before[key]);
  if (!changed) return null;
  const errors =
    field === 'labels'
      ? labelErrors(texts, 'metadata.labels')
      : annotationErrors(texts, 'metadata.annotation');
  const said = errors.map((error) => `${error.field}: ${error.message}`);
  if (said.length === 0) return null;
  return said.length === 1 ? (said[0] ?? '') : `[${said.join(', ')}]`;
}

function goType(value: Json | undefined): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'object':
      return 'map[string]interface {}';
    default:
      return Number.isInteger(value) || typeof value === 'bigint' ? 'int64' : 'float64';
  }
}
