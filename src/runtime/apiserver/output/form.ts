import type { KubeObject } from '../../../kube/object.ts';
import type { Stored } from '../../store/store.ts';
import { printJson } from '../../store/text.ts';
import type { Accepted } from '../http/accept.ts';
import { invalid, type Refusal } from '../refusal.ts';
import { objectIn, type Resource, textIn } from '../resources/resource.ts';
import { tableText } from './table.ts';

/** What objects look like in an answer. */
export interface Form {
  readonly as: 'Object' | 'Table' | 'PartialObjectMetadata';
  /** Of `meta.k8s.io`. */
  readonly version: string;
  /** What a Table carries of each object. */
  readonly includeObject: 'None' | 'Metadata' | 'Object';
}

export const wholeObjects: Form = { as: 'Object', version: 'v1', includeObject: 'Metadata' };

/** The form a request asks for. */
export function formOf(accepted: Accepted, query: URLSearchParams): Form | Refusal {
  const { as, version } = accepted;
  if (as === null) return wholeObjects;
  if (as !== 'Table') return { ...wholeObjects, as: 'PartialObjectMetadata', version };
  const include = query.get('includeObject') || 'Metadata';
  if (include === 'None' || include === 'Metadata' || include === 'Object') {
    return { as, version, includeObject: include };
  }
  const message = `Invalid value: ${JSON.stringify(include)}: must be 'Metadata', 'Object', 'None', or empty`;
  return invalid({ group: 'meta.k8s.io', name: 'TableOptions' }, '', [
    { reason: 'FieldValueInvalid', message, field: 'includeObject' },
  ]);
}

/** JSON of one stored object. */
export function storedText(resource: Resource, form: Form, stored: Stored, now: number): string {
  if (form.as === 'Object') return textIn(resource, stored);
  return objectText(resource, form, objectIn(resource, stored), now);
}

/** JSON of one object in a form. */
export function objectText(
  resource: Resource,
  form: Form,
  object: KubeObject,
  now: number,
): string {
  switch (form.as) {
    case 'Object':
      return printJson(object);
    case 'PartialObjectMetadata':
      return metadataText(form, object);
    case 'Table': {
      const { resourceVersion } = object.metadata;
      const metadata = resourceVersion === undefined ? {} : { resourceVersion };
      return tableText({ resource, form, objects: [object], metadata, now });
    }
  }
}

/** JSON of the metadata alone. */
export function metadataText(form: Form, { metadata }: KubeObject): string {
  const apiVersion = `meta.k8s.io/${form.version}`;
  return printJson({ kind: 'PartialObjectMetadata', apiVersion, metadata });
}
