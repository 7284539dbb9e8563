import { isJsonObject, type JsonObject } from '../../../base/json.ts';
import { customResourceDefinitionKind } from '../../../kube/core.ts';
import { quoteGo } from '../../../kube/go-text.ts';
import { apiVersionOf, type KubeObject } from '../../../kube/object.ts';
import { noOddNumbers, type OddNumbers } from '../http/odd-numbers.ts';
import { badRequest, invalid, Refusal } from '../refusal.ts';
import { readDefinition } from '../resources/builtin/definition/fields.ts';
import type { Resource } from '../resources/resource.ts';
import { typedObject } from '../types/typed.ts';
import { readMetadata } from './metadata.ts';

/** An object as a client sent it, with clean metadata. */
export interface Decoded {
  readonly object: KubeObject;
  /** Paths of fields that were dropped. */
  readonly unknown: readonly string[];
  /** Paths of fields that were written more than once. */
  readonly duplicates?: readonly string[];
  /** Whether `managedFields` are final already. */
  readonly tracked?: boolean;
  /** What a complaint about unknown fields shows of the patch this was made by. */
  readonly patch?: string;
}

/** Takes a parsed body as an object of a resource; `odd` tells how its numbers are written. */
export function decodeObject(
  resource: Resource,
  body: unknown,
  odd: OddNumbers = noOddNumbers,
): Decoded | Refusal {
  // Go takes null for an object without fields
  const given = body === null && !resource.custom ? {} : body;
  if (!isJsonObject(given)) {
    const type = Array.isArray(given) ? 'array' : typeof given;
    return unreadable(resource, `json: cannot unmarshal ${type} into Go value of type object`);
  }
  const { apiVersion, kind, metadata, ...rest } = given;
  for (const [field, value] of Object.entries({ kind, apiVersion })) {
    if (value === undefined || value === null || typeof value === 'string') continue;
    return unreadable(
      resource,
      `json: cannot unmarshal ${typeof value} into Go struct field .${field} of type string`,
    );
  }
  const mismatch = typeMismatch(resource, given);
  if (mismatch !== null) return mismatch;
  const read = readMetadata(metadata, resource.custom ? noOddNumbers : odd);
  if (read instanceof Refusal)
    return misfit(resource, read.message.replace('ObjectMeta.', 'ObjectMeta.metadata.'));
  const head = { apiVersion: apiVersionOf(resource), kind: resource.kind, metadata: read.metadata };
  if (resource.kind === customResourceDefinitionKind.kind && !resource.custom) {
    const { spec, status, ...others } = rest;
    const definition = readDefinition(spec);
    if ('misfit' in definition) return misfit(resource, definition.misfit);
    const object = {
      ...head,
      ...(spec !== undefined && { spec }),
      ...(status !== undefined && { status }),
    };
    return { object, unknown: [...read.unknown, ...definition.unknown, ...Object.keys(others)] };
  }
  const typed = resource.custom ? null : typedObject(resource, rest, odd);
  if (typed === null) return { object: { ...head, ...rest }, unknown: read.unknown };
  if ('misfit' in typed) return misfit(resource, typed.misfit);
  return {
    object: { ...typed.object, ...head } as KubeObject,
    unknown: [...read.unknown, ...typed.unknown],
  };
}

function unreadable({ kind }: Resource, why: string): Refusal {
  return badRequest(
    `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: ${why}`,
  );
}

function misfit({ kind, version }: Resource, why: string): Refusal {
  return badRequest(
    `${kind} in version ${quoteGo(version)} cannot be handled as a ${kind}: ${why}`,
  );
}

function typeMismatch(
  resource: Resource,
  { apiVersion, kind, metadata }: JsonObject,
): Refusal | null {
  const expected = apiVersionOf(resource);
  const absent = (value: unknown) => value === undefined || value === null || value === '';
  // custom resources have no type to fall back on
  if (absent(kind) && resource.custom) return badRequest(`Object 'Kind' is missing in the body`);
  if (!absent(apiVersion) && apiVersion !== expected) {
    return badRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${expected})`,
    );
  }
  if (absent(kind) || kind === resource.kind) return null;
  if (resource.custom) {
    const message = `Invalid value: ${quoteGo(String(kind))}: must be ${resource.kind}`;
    const causes = [{ reason: 'FieldValueInvalid', message, field: 'kind' }];
    const name = isJsonObject(metadata) ? String(metadata['name'] ?? '') : '';
    return invalid({ group: resource.group, name: String(kind) }, name, causes);
  }
  const { group, version } = resource;
  const into = `${group.split('.', 1)[0] || 'core'}.${resource.kind}`;
  return badRequest(
    `${kind} in version ${quoteGo(version)} cannot be handled as a ${resource.kind}: converting (${version}.${kind}) to (${into}): unknown conversion`,
  );
}
