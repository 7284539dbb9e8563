import { utf8Encode } from '../../base/bytes.ts';
import { parseInstant } from '../../base/instant.ts';
import { isJsonObject } from '../../base/json.ts';
import { quoteGo } from '../go-text.ts';
import {
  dnsLabelFaults,
  dnsSubdomainFaults,
  labelValueFaults,
  maxAnnotationsBytes,
  pathSegmentFaults,
  qualifiedNameFaults,
} from '../names.ts';
import { type FieldError, invalid, required, tooLong } from './field-error.ts';
import { own } from './own.ts';

/** What `validateMetadata` needs to know of a kind. */
export interface NamedKind {
  readonly group: string;
  readonly kind: string;
}

/**
 * What is wrong with the metadata of an object that is created or changed, in Kubernetes' words (apimachinery
 * `api/validation.ValidateObjectMeta`). Types are `metadataTypeFault`'s.
 */
export function validateMetadata(of: NamedKind, metadata: unknown): readonly FieldError[] {
  const meta = isJsonObject(metadata) ? metadata : {};
  const errors: FieldError[] = [];
  const faults = nameFaults(of);
  const say = (field: string, value: unknown, texts: readonly string[]) =>
    errors.push(...texts.map((text) => invalid(`metadata.${field}`, value, text)));
  const generated = own(meta, 'generateName');
  if (typeof generated === 'string' && generated !== '') {
    // A dash at the end is followed by what makes the name unique (`maskTrailingDash`).
    const masked = /.-$/s.test(generated) ? `${generated.slice(0, -2)}a` : generated;
    say('generateName', generated, faults(masked));
  }
  const name = own(meta, 'name');
  if (typeof name !== 'string' || name === '') {
    errors.push(required('metadata.name', 'name or generateName is required'));
  } else say('name', name, faults(name));
  errors.push(...labelErrors(own(meta, 'labels'), 'metadata.labels'));
  errors.push(...annotationErrors(own(meta, 'annotations'), 'metadata.annotations'));
  errors.push(...ownerFaults(own(meta, 'ownerReferences')), ...finalizerFaults(meta));
  return errors;
}

/** What is wrong with labels (apimachinery `ValidateLabels`). */
export function labelErrors(labels: unknown, field: string): readonly FieldError[] {
  return entriesOf(labels).flatMap(([key, value]) => [
    ...qualifiedNameFaults(key).map((fault) => invalid(field, key, fault)),
    ...(typeof value === 'string' ? labelValueFaults(value) : []).map((fault) =>
      invalid(field, value, fault),
    ),
  ]);
}

/** What is wrong with annotations (apimachinery `ValidateAnnotations`). */
export function annotationErrors(annotations: unknown, field: string): readonly FieldError[] {
  const entries = entriesOf(annotations);
  const errors = entries.flatMap(([key]) =>
    qualifiedNameFaults(key.toLowerCase()).map((fault) => invalid(field, key, fault)),
  );
  const sizes = entries.map(
    ([key, value]) =>
      utf8Encode(key).length + (typeof value === 'string' ? utf8Encode(value).length : 0),
  );
  const bytes = sizes.reduce((sum, each) => sum + each, 0);
  return bytes > maxAnnotationsBytes ? [...errors, tooLong(field, maxAnnotationsBytes)] : errors;
}

/**
 * Why the metadata cannot be read at all, in the words of Go's JSON decoder; null where it can. A refusal for it is
 * a 400: `Kind in version "v1" cannot be handled as a Kind: …`.
 */
export function metadataTypeFault(metadata: unknown): string | null {
  if (metadata === undefined || metadata === null) return null;
  if (!isJsonObject(metadata)) return wrongType(metadata, 'metadata', 'v1.ObjectMeta');
  for (const [field, fault] of fieldFaults) {
    const value = own(metadata, field);
    const text = value === undefined || value === null ? null : fault(value, field);
    if (text !== null) return text;
  }
  return null;
}

type FieldFault = (value: unknown, field: string) => string | null;
const textFault: FieldFault = (value, field) =>
  typeof value === 'string' ? null : wrongType(value, field, 'string');
const timeFault: FieldFault = (value, field) => {
  if (typeof value !== 'string') return wrongType(value, field, 'string');
  if (parseInstant(value) !== null) return null;
  const text = quoteGo(value);
  const layout = '2006-01-02T15:04:05Z07:00';
  return `parsing time ${text} as "${layout}": cannot parse ${text} as "2006"`;
};
const mapFault: FieldFault = (value, field) => {
  if (!isJsonObject(value)) return wrongType(value, field, 'map[string]string');
  const other = Object.values(value).find((each) => typeof each !== 'string' && each !== null);
  return other === undefined ? null : wrongType(other, field, 'string');
};
const listFault =
  (item: string): FieldFault =>
  (value, field) => {
    if (!Array.isArray(value)) return wrongType(value, field, `[]${item}`);
    const index = value.findIndex((each) => goTypeOf(each) !== item);
    return index < 0 ? null : wrongType(value[index], field, item);
  };
const fieldFaults: readonly (readonly [string, FieldFault])[] = [
  ...['name', 'generateName', 'namespace', 'uid', 'resourceVersion', 'selfLink'].map(
    (field) => [field, textFault] as const,
  ),
  ['creationTimestamp', timeFault],
  ['deletionTimestamp', timeFault],
  ['labels', mapFault],
  ['annotations', mapFault],
  ['finalizers', listFault('string')],
  ['ownerReferences', listFault('object')],
  ['managedFields', listFault('object')],
];

function wrongType(value: unknown, field: string, type: string): string {
  return `json: cannot unmarshal ${goTypeOf(value)} into Go struct field ObjectMeta.${field} of type ${type}`;
}

function nameFaults({ group, kind }: NamedKind): (name: string) => readonly string[] {
  if (group === 'rbac.authorization.k8s.io') return pathSegmentFaults;
  if (group === '' && kind === 'Namespace') return dnsLabelFaults;
  return dnsSubdomainFaults;
}

function ownerFaults(owners: unknown): readonly FieldError[] {
  if (!Array.isArray(owners)) return [];
  const field = 'metadata.ownerReferences';
  const errors = owners.filter(isJsonObject).flatMap((owner) => {
    const empty = ['apiVersion', 'kind', 'name', 'uid'].filter((name) => !own(owner, name));
    const version = own(owner, 'apiVersion');
    const [kind, parts] = [own(owner, 'kind'), String(version).split('/').length];
    return [
      ...empty.map((name) =>
        invalid(`${field}.${name}`, own(owner, name) ?? '', 'must not be empty'),
      ),
      ...(parts > 2 ? [invalid(`${field}.apiVersion`, version, 'version must not be empty')] : []),
      // it would live for an hour only
      ...(version === 'v1' && kind === 'Event'
        ? [invalid(field, owner, '/v1, Kind=Event is disallowed from being an owner')]
        : []),
    ];
  });
  const controllers = owners.filter(
    (owner) => isJsonObject(owner) && own(owner, 'controller') === true,
  );
  if (controllers.length > 1) {
    errors.push(
      invalid(
        field,
        owners,
        `Only one reference can have Controller set to true. Found "true" in references for ${controllers
          .slice(0, 2)
          .map((owner) => `${own(owner, 'kind')}/${own(owner, 'name')}`)
          .join(' and ')}`,
      ),
    );
  }
  return errors;
}

function finalizerFaults(meta: Readonly<Record<string, unknown>>): readonly FieldError[] {
  const finalizers = own(meta, 'finalizers');
  if (!Array.isArray(finalizers)) return [];
  const field = 'metadata.finalizers';
  const errors = finalizers
    .filter((each) => typeof each === 'string')
    .flatMap((each) => qualifiedNameFaults(each).map((text) => invalid(field, each, text)));
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    const text = 'finalizers orphan and foregroundDeletion cannot be both set';
    errors.push(invalid(field, finalizers, text));
  }
  return errors;
}

function entriesOf(value: unknown): readonly [string, unknown][] {
  return isJsonObject(value) ? Object.entries(value) : [];
}

function goTypeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'bigint') return 'number';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
