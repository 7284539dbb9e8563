import { isJsonObject, type JsonObject } from '../../../base/json.ts';
import type { CustomResourceDefinition, CustomResourceVersion } from '../../../kube/core.ts';
import type { ScalePaths } from '../../../kube/kinds.ts';
import { apiVersionOf } from '../../../kube/object.ts';
import { readSchema } from '../../../kube/schema/read-schema.ts';
import { Completion } from '../conversion/completion.ts';
import { type Converter, versionConversion } from '../conversion/version-conversion.ts';
import { webhookConverter } from '../conversion/webhook.ts';
import { isEstablished } from './builtin/definition.ts';
import { structs, textOf } from './builtin/fields.ts';
import type { Resource } from './resource.ts';
import type { Rules } from './rules.ts';

const allVerbs = [
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'create',
  'update',
  'watch',
];

const rules: Rules = {
  generation: 'content',
  createsOnUpdate: false,
  updatesUnconditionally: false,
  returnsDeleted: false,
};

/** The resources a definition makes, one for each served version; none before its names are accepted. */
export function customResources(definition: CustomResourceDefinition): readonly Resource[] {
  const status = definition.status;
  const conditions = isJsonObject(status) ? structs(status['conditions']) : [];
  if (!conditions.some(isEstablished)) return [];
  const versions = definition.spec.versions.map((version) => ({
    version,
    apiVersion: apiVersionOf({ group: definition.spec.group, version: version.name }),
    schema: readSchema(version.schema?.openAPIV3Schema),
  }));
  const schemas = new Map(versions.map(({ apiVersion, schema }) => [apiVersion, schema]));
  const shared = {
    schemas,
    completion: new Completion(schemas, Number(definition.metadata.resourceVersion ?? 0)),
    storageVersion: versions.find(({ version }) => version.storage)?.apiVersion ?? '',
    converter: converterOf(definition),
  };
  return versions
    .filter(({ version }) => version.served)
    .map(({ version, apiVersion, schema }) => ({
      ...resourceOf(definition, version),
      schema,
      conversion: versionConversion({ ...shared, apiVersion }),
    }))
    .map((resource) =>
      definition.metadata.deletionTimestamp === undefined ? resource : withoutCreation(resource),
    );
}

/** The resource while its definition waits for its objects to go. */
export function withoutCreation(resource: Resource): Resource {
  return { ...resource, verbs: resource.verbs.filter((verb) => verb !== 'create') };
}

/** null where versions differ in nothing but their names and schemas. */
function converterOf({ spec }: CustomResourceDefinition): Converter | null {
  const { strategy, webhook } = spec.conversion ?? {};
  return strategy === 'Webhook' && isJsonObject(webhook) ? webhookConverter({ webhook }) : null;
}

function resourceOf(
  { spec }: CustomResourceDefinition,
  version: CustomResourceVersion,
): Omit<Resource, 'schema' | 'conversion'> {
  const { group, names } = spec;
  const status = version.subresources?.status !== undefined;
  return {
    group,
    version: version.name,
    kind: names.kind,
    listKind: names.listKind ?? `${names.kind}List`,
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    namespaced: spec.scope === 'Namespaced',
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    verbs: allVerbs,
    status,
    scale: scaleOf(version.subresources?.scale),
    subresources: [],
    storage: { group, resource: names.plural },
    rules,
    columns: version.additionalPrinterColumns ?? null,
    selectable: selectableOf(version),
    warning: version.deprecated === true ? deprecation(version, group, names.kind) : null,
    custom: true,
  };
}

function scaleOf(scale: JsonObject | undefined): ScalePaths | null {
  if (scale === undefined) return null;
  const selector = textOf(scale['labelSelectorPath']);
  return {
    specReplicasPath: textOf(scale['specReplicasPath']),
    statusReplicasPath: textOf(scale['statusReplicasPath']),
    ...(selector !== '' && { labelSelectorPath: selector }),
  };
}

function selectableOf(version: CustomResourceVersion): readonly string[] {
  const { selectableFields } = version as unknown as JsonObject;
  return structs(selectableFields).map(({ jsonPath }) => textOf(jsonPath).replace(/^\./, ''));
}

function deprecation(version: CustomResourceVersion, group: string, kind: string): string {
  const { deprecationWarning } = version as unknown as JsonObject;
  const said = textOf(deprecationWarning);
  return said !== ''
    ? said
    : `${apiVersionOf({ group, version: version.name })} ${kind} is deprecated`;
}
