import type { JsonObject } from '../../../base/json.ts';
import { managedClusterAddOnKind } from '../../../kube/ocm/addon.ts';
import { addOnPlacementScoreKind, managedClusterKind } from '../../../kube/ocm/cluster.ts';
import { schemaOf } from '../../../kube/schema/definitions.ts';
import type { FieldError } from '../../../kube/schema/field-error.ts';
import { metadataTypeFault } from '../../../kube/schema/metadata.ts';
import { validate } from '../../../kube/schema/validate.ts';

/** What a hub can tell of clusters; everything else in recorded files is for lookups to find. */
const kinds = [managedClusterKind, managedClusterAddOnKind, addOnPlacementScoreKind];

/** Whether an object of a kind says something of a cluster. */
export function isRecordedKind(kind: string): boolean {
  return kinds.some((each) => each.kind === kind);
}

/** Why a recorded object is none; null where it can be read. What it lacks is not held against it. */
export function recordedFault(object: JsonObject): string | null {
  const kind = kinds.find((each) => each.kind === object['kind']);
  const { metadata } = object as { readonly metadata?: { readonly name?: string } };
  const name = `${kind?.kind ?? ''} ${metadata?.name ?? ''}`;
  const fault = metadataTypeFault(metadata);
  if (fault !== null) return `${name}: ${fault}`;
  const schema = kind === undefined ? undefined : schemaOf(kind);
  const wrong = schema === undefined ? undefined : validate(schema, object).find(isUnreadable);
  return wrong === undefined ? null : `${name}: ${wrong.field}: ${wrong.message}`;
}

function isUnreadable({ reason, field }: FieldError): boolean {
  if (reason === 'FieldValueTypeInvalid') return true;
  return reason === 'FieldValueRequired' && /\[\d+\]\.(key|effect|name|type|value)$/.test(field);
}
