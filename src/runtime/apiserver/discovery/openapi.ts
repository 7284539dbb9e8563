import { createHash } from 'node:crypto';
import { isJsonObject, type Json, type JsonObject } from '../../../base/json.ts';
import { apiVersionOf } from '../../../kube/object.ts';
import type { Resource } from '../resources/resource.ts';
import { openApiOf } from '../types/open-api.ts';
import { objectMeta } from './object-meta.ts';
import { type Group, subresourcesOf } from './resources.ts';

/** Where a group and version lie below `/`. */
export function groupPath(group: string, version: string): string {
  return group === '' ? `api/${version}` : `apis/${group}/${version}`;
}

/** `/openapi/v3`: where the document of each group and version is. */
export function openApiIndex(
  groups: readonly Group[],
  documentOf: (path: string) => string,
): unknown {
  const paths = groups.flatMap(({ name, versions }) =>
    versions.map(({ name: version }) => {
      const path = groupPath(name, version);
      const hash = createHash('sha256').update(documentOf(path)).digest('hex').toUpperCase();
      return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }] as const;
    }),
  );
  return { paths: Object.fromEntries(paths) };
}

const info = { title: 'Kubernetes', version: 'v1.35' };

/** One group and version as OpenAPI 3: enough for `kubectl explain`, and for clients that look what a verb takes. */
export function openApiDocument(resources: readonly Resource[]): unknown {
  return {
    openapi: '3.0.0',
    info,
    paths: Object.fromEntries(resources.flatMap((resource) => pathsOf(resource, parameter))),
    components: {
      schemas: schemasOf(resources),
    },
  };
}

/** Everything as OpenAPI 2: for kubectl before 1.27, and for today's where it meets a kind nobody serves. */
export function swaggerDocument(resources: readonly Resource[]): JsonObject {
  const schemas = Object.entries(schemasOf(resources));
  const definitions = schemas.map(([name, of]) => [name, swaggerSchema(of)]);
  const typed = (name: string) => ({ name, in: 'query', type: 'string', uniqueItems: true });
  return {
    swagger: '2.0',
    info,
    paths: Object.fromEntries(resources.flatMap((resource) => pathsOf(resource, typed))),
    definitions: Object.fromEntries(definitions),
  };
}

/** OpenAPI 2 knows no alternatives. */
function swaggerSchema(of: Json | undefined): Json {
  if (!isJsonObject(of)) return of ?? null;
  const { oneOf, anyOf: _any, not: _not, nullable: _nullable, allOf, properties, ...kept } = of;
  const { items, additionalProperties } = kept;
  const [ref] = Array.isArray(allOf) && allOf.length === 1 ? allOf.map(swaggerSchema) : [];
  return {
    ...(oneOf !== undefined && kept['type'] === undefined && { type: 'string' }),
    ...(isJsonObject(ref) && ref),
    ...kept,
    ...(typeof kept['$ref'] === 'string' && {
      $ref: kept['$ref'].replace('#/components/schemas/', '#/definitions/'),
    }),
    ...(isJsonObject(items) && { items: swaggerSchema(items) }),
    ...(isJsonObject(additionalProperties) && {
      additionalProperties: swaggerSchema(additionalProperties),
    }),
    ...(isJsonObject(properties) && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, each]) => [name, swaggerSchema(each)]),
      ),
    }),
  };
}

function schemasOf(resources: readonly Resource[]): JsonObject {
  const schemas = new Map<string, JsonObject>();
  for (const resource of resources) {
    const typed = resource.custom ? null : openApiOf(resource);
    for (const [name, schema] of typed?.components ?? []) schemas.set(name, schema);
    schemas.set(schemaName(resource), schemaOf(resource, typed?.properties));
  }
  schemas.set(objectMeta.name, objectMeta.schema);
  for (const [name, schema] of Object.entries(objectMeta.parts)) schemas.set(name, schema);
  return Object.fromEntries(schemas);
}

function schemaName({ group, version, kind, custom }: Resource): string {
  if (custom) return `${group.split('.').reverse().join('.')}.${version}.${kind}`;
  return `io.k8s.api.${group.split('.', 1)[0] || 'core'}.${version}.${kind}`;
}

const unknown: JsonObject = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
const text = (description: string): JsonObject => ({ type: 'string', description });

function schemaOf(resource: Resource, typed: JsonObject | undefined): JsonObject {
  const { group, version, kind } = resource;
  const given = (resource.schema ?? (typed === undefined ? unknown : {})) as JsonObject;
  const properties = typed ?? ((given['properties'] ?? {}) as JsonObject);
  const metadata = {
    allOf: [{ $ref: `#/components/schemas/${objectMeta.name}` }],
    description: "Standard object's metadata.",
    default: {},
  };
  return {
    ...given,
    type: 'object',
    properties: {
      apiVersion: text('Group and version of the object.'),
      kind: text('Kind of the object.'),
      ...properties,
      metadata,
    },
    'x-kubernetes-group-version-kind': [{ group, kind, version }],
  };
}

type Parameter = (name: string) => JsonObject;

function pathsOf(
  resource: Resource,
  parameter: Parameter,
): readonly (readonly [string, JsonObject])[] {
  const { group, version, plural, namespaced, verbs } = resource;
  const root = `/${groupPath(group, version)}`;
  const collection = namespaced ? `${root}/namespaces/{namespace}/${plural}` : `${root}/${plural}`;
  const has = (verb: string) => verbs.includes(verb);
  const operation = (name: string, action: string) =>
    operationOf(resource, name, action, parameter);
  const all = {
    ...(has('list') && { get: operation('list', 'list') }),
    ...(has('create') && { post: operation('create', 'post') }),
    ...(has('deletecollection') && { delete: operation('deleteCollection', 'deletecollection') }),
  };
  const one = {
    ...(has('get') && { get: operation('read', 'get') }),
    ...(has('update') && { put: operation('replace', 'put') }),
    ...(has('patch') && { patch: operation('patch', 'patch') }),
    ...(has('delete') && { delete: operation('delete', 'delete') }),
  };
  const named = `${collection}/{name}`;
  return [
    [collection, all],
    ...(Object.keys(one).length > 0 ? [[named, one] as const] : []),
    ...subresourcesOf(resource).map(
      ({ name }) => [`${named}/${name}`, { patch: operation(`patch${name}`, 'patch') }] as const,
    ),
  ];
}

const writes = ['post', 'put', 'patch'];
const parameter: Parameter = (name) => ({
  name,
  in: 'query',
  schema: { type: 'string', uniqueItems: true },
});

function operationOf(
  { group, version, kind }: Resource,
  name: string,
  action: string,
  parameter: Parameter,
): JsonObject {
  const parameters = writes.includes(action)
    ? ['dryRun', 'fieldManager', 'fieldValidation', ...(action === 'patch' ? ['force'] : [])]
    : action === 'list'
      ? ['labelSelector', 'fieldSelector', 'limit', 'continue', 'resourceVersion', 'watch']
      : [];
  return {
    operationId: `${name}${apiVersionOf({ group, version }).replaceAll(/[./-]/g, '')}${kind}`,
    parameters: parameters.map(parameter),
    responses: { 200: { description: 'OK' } },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group, version, kind },
  };
}
