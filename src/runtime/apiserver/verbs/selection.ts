import type { Stored } from '../../store/store.ts';
import { badRequest, type Refusal } from '../refusal.ts';
import {
  type FieldTerm,
  fieldText,
  parseFieldSelector,
  requiredValue,
  selectsFields,
} from '../request/field-selector.ts';
import { parseLabelSelector, selectsLabels } from '../request/label-selector.ts';
import { objectIn, type Resource, shownIn } from '../resources/resource.ts';
import type { Call } from './call.ts';

/** Which objects of a collection are meant. */
export interface Selection {
  /** Whether nothing is left out. */
  readonly all: boolean;
  /** The only name that can be meant, where the selector says so. */
  readonly name: string | null;
  readonly selects: (stored: Stored) => boolean;
  /** The same text for the same selection. */
  readonly signature: string;
}

/** The selectors of a request; a name in the path is one more field. */
export function selectionOf(
  { resource, name }: Call,
  selectors: { readonly labelSelector: string; readonly fieldSelector: string },
): Selection | Refusal {
  const labels = parseLabelSelector(selectors.labelSelector);
  if (!labels.ok) return badRequest(labels.error);
  const fields = parseFieldSelector(selectors.fieldSelector);
  if (!fields.ok) return badRequest(fields.error);
  const terms = [...fields.terms];
  if (name !== '') {
    const selected = requiredValue(terms, 'metadata.name');
    if (terms.length > 0 && selected !== name) {
      return badRequest("fieldSelector metadata.name doesn't match requested name");
    }
    terms.push({ field: 'metadata.name', equals: true, value: name });
  }
  const unsupported = terms.find(({ field }) => !isSelectable(resource, field));
  if (unsupported !== undefined) {
    return badRequest(unknownField(resource, unsupported.field));
  }
  const { requirements } = labels;
  return {
    all: requirements.length === 0 && terms.length === 0,
    name: requiredValue(terms, 'metadata.name') ?? null,
    selects: (stored) =>
      (requirements.length === 0 ||
        selectsLabels(requirements, shownIn(resource, stored).labels)) &&
      (terms.length === 0 || hasFields(resource, terms, stored)),
    signature: JSON.stringify([requirements, terms]),
  };
}

function unknownField({ custom, selectable, namespaced }: Resource, field: string): string {
  if (custom || selectable.length > 0) return `field label not supported: ${field}`;
  const known = namespaced ? '"metadata.name", "metadata.namespace"' : '"metadata.name"';
  return `${JSON.stringify(field)} is not a known field selector: only ${known}`;
}

function isSelectable(resource: Resource, field: string): boolean {
  if (field === 'metadata.name') return true;
  if (field === 'metadata.namespace') return resource.namespaced;
  return resource.selectable.includes(field);
}

function hasFields(resource: Resource, terms: readonly FieldTerm[], stored: Stored): boolean {
  return selectsFields(terms, (field) => {
    if (field === 'metadata.name' || field === 'name') return stored.key.name;
    if (field === 'metadata.namespace') return stored.key.namespace;
    return fieldValue(resource, stored, field);
  });
}

function fieldValue(resource: Resource, stored: Stored, field: string): string {
  const object = objectIn(resource, stored);
  if (resource.kind === 'Event' && field === 'source') {
    return fieldText(object, 'source.component') || fieldText(object, 'reportingComponent');
  }
  const text = fieldText(object, field);
  // booleans of Go are false where they are absent
  const isFlag = field === 'spec.unschedulable' || field === 'spec.hostNetwork';
  return isFlag && text === '' ? 'false' : text;
}
