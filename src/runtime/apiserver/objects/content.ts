import { jsonEqual } from '../../../base/json.ts';
import { matchesPattern } from '../../../engine/pattern/pattern.ts';
import { quoteGo } from '../../../kube/go-text.ts';
import type { KubeObject, ObjectMeta } from '../../../kube/object.ts';
import { applyDefaults } from '../../../kube/schema/defaults.ts';
import type { FieldError } from '../../../kube/schema/field-error.ts';
import { prune } from '../../../kube/schema/prune.ts';
import { validate } from '../../../kube/schema/validate.ts';
import { badRequest, invalid, type Refusal } from '../refusal.ts';
import type { Resource } from '../resources/resource.ts';
import type { WriteCall } from '../verbs/call.ts';
import { ruleErrors } from './validation-rules.ts';

/** The object as the schema of its kind has it: without unknown fields, with defaults. */
export function shaped(
  resource: Resource,
  object: KubeObject,
): { readonly object: KubeObject; readonly unknown: readonly string[] } {
  if (resource.schema === null) return { object, unknown: [] };
  const pruned = prune(resource.schema, object);
  return { object: applyDefaults(resource.schema, pruned.object), unknown: pruned.unknown };
}

/** What the schema of the kind objects to, its rules included; `old` is null where the object is new. */
export function schemaErrors(
  { schema }: Resource,
  object: KubeObject,
  old: KubeObject | null,
): readonly FieldError[] {
  if (schema === null) return [];
  const errors = validate(schema, object, { matches: matchesPattern });
  return [...errors, ...ruleErrors(schema, object, old, errors)];
}

/** What a client sent and its object does not show. */
interface Lost {
  readonly unknown: readonly string[];
  /** Written more than once: the last one counts. */
  readonly duplicates?: readonly string[] | undefined;
  readonly patch?: string | undefined;
}

/**
 * Unknown fields and those that are there twice are refused, told, or dropped without a word, as the client wants it. `patch` is what a refusal of a
 * patch shows of it (apiserver `endpoints/handlers/patch.go`).
 */
export function judgeUnknown(
  call: WriteCall,
  { unknown, duplicates = [], patch }: Lost,
): Refusal | null {
  const { fieldValidation } = call.options;
  if (fieldValidation === 'Ignore') return null;
  // of what is not known it does not matter how often it is there
  const known = duplicates.filter(
    (path) => !unknown.some((other) => path === other || path.startsWith(`${other}.`)),
  );
  const texts = [
    ...(call.resource.custom || patch !== undefined ? duplicates : known).map(
      (path) => `duplicate field ${JSON.stringify(path)}`,
    ),
    ...[...new Set(unknown)].map((path) => `unknown field ${JSON.stringify(path)}`),
  ];
  if (texts.length === 0) return null;
  if (fieldValidation === 'Warn') {
    call.warnings.push(...texts);
    return null;
  }
  const why = `strict decoding error: ${texts.join(', ')}`;
  if (patch !== undefined) {
    const message = `Invalid value: ${quoteGo(patch)}: ${why}`;
    const causes = [{ reason: 'FieldValueInvalid', message, field: 'patch' }];
    return invalid({ group: '', name: '' }, '', causes);
  }
  const { kind, version } = call.resource;
  return badRequest(
    `${kind} in version ${quoteGo(version)} cannot be handled as a ${kind}: ${why}`,
  );
}

/** Whether a change makes the generation grow. */
export function contentChanged(resource: Resource, now: KubeObject, old: KubeObject): boolean {
  const { generation } = resource.rules;
  if (generation === 'none') return false;
  if (generation === 'spec') return !jsonEqual(now.spec, old.spec);
  return !jsonEqual(contentOf(resource, now), contentOf(resource, old));
}

function contentOf(resource: Resource, object: KubeObject): unknown {
  const { metadata: _metadata, status, ...content } = object;
  return resource.status ? content : { ...content, status };
}

/** Fields to set; undefined removes one. */
export type MetadataChange = { readonly [F in keyof ObjectMeta]?: ObjectMeta[F] | undefined };

/** An object with other metadata. */
export function withMetadata(object: KubeObject, metadata: MetadataChange): KubeObject {
  const entries = Object.entries({ ...object.metadata, ...metadata });
  const kept = entries.filter(([, value]) => value !== undefined);
  return { ...object, metadata: Object.fromEntries(kept) as unknown as ObjectMeta };
}

/** An object without its status. */
export function withoutStatus(object: KubeObject): KubeObject {
  const { status: _status, ...rest } = object;
  return rest;
}

/** An object with the status of another one, or without where that has none. */
export function withStatusOf(object: KubeObject, other: KubeObject): KubeObject {
  const { status } = other;
  return status === undefined ? withoutStatus(object) : { ...object, status };
}
