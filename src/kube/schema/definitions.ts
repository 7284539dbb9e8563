import type { Json } from '../../base/json.ts';
import { invariant } from '../../base/never.ts';
import { type CustomResourceDefinition, customResourceDefinitionKind } from '../core.ts';
import { customKinds, type KindInfo } from '../kinds.ts';
import { apiVersionOf } from '../object.ts';
import { addonSchemas } from './addon.ts';
import { clusterSchemas } from './cluster.ts';
import { configurationPolicySchema } from './configuration-policy.ts';
import type { CustomKind } from './custom-kind.ts';
import { placementSchema } from './placement.ts';
import { policySchemas } from './policy.ts';
import { programSchemas } from './program.ts';
import type { Schema } from './schema.ts';
import { workSchemas } from './work.ts';

// Names of kinds are unique among ours, so the group is not needed to tell them apart.
const schemas: ReadonlyMap<string, CustomKind> = new Map(
  [
    ...clusterSchemas,
    placementSchema,
    ...workSchemas,
    ...policySchemas,
    configurationPolicySchema,
    ...addonSchemas,
    ...programSchemas,
  ].map((custom) => [custom.kind, custom]),
);

/** Schema and columns of one of OCM's kinds or our own; undefined for every other kind. */
export function customKindOf(of: {
  readonly group: string;
  readonly kind: string;
}): CustomKind | undefined {
  const info = customKinds.find((each) => each.group === of.group && each.kind === of.kind);
  return info && schemas.get(info.kind);
}

/** The structural schema of one of OCM's kinds or our own; undefined for every other kind. */
export function schemaOf(of: {
  readonly group: string;
  readonly kind: string;
}): Schema | undefined {
  return customKindOf(of)?.schema;
}

/** The definition that teaches a kube-apiserver a kind; wire compatible with upstream's for OCM's kinds. */
export function crdOf(info: KindInfo): CustomResourceDefinition {
  const custom = schemas.get(info.kind);
  invariant(custom !== undefined && customKinds.includes(info), `no schema of ${info.kind}`);
  return {
    apiVersion: apiVersionOf(customResourceDefinitionKind),
    kind: customResourceDefinitionKind.kind,
    metadata: {
      name: `${info.plural}.${info.group}`,
      ...(custom.labels && { labels: custom.labels }),
    },
    spec: {
      group: info.group,
      scope: info.namespaced ? 'Namespaced' : 'Cluster',
      names: {
        plural: info.plural,
        singular: info.singular,
        kind: info.kind,
        listKind: `${info.kind}List`,
        ...(info.shortNames.length > 0 && { shortNames: info.shortNames }),
        ...(info.categories.length > 0 && { categories: info.categories }),
      },
      versions: [
        {
          name: info.version,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: wireSchema(custom.schema) },
          ...(info.status && { subresources: { status: {} } }),
          ...(custom.columns && { additionalPrinterColumns: custom.columns }),
        },
      ],
    },
  };
}

/** The definitions of all our kinds, for `ocm hub init`. */
export function customResourceDefinitions(): readonly CustomResourceDefinition[] {
  return customKinds.map(crdOf);
}

// A definition must itself name what every object has.
function wireSchema(schema: Schema): Json {
  const whole: Schema = {
    ...schema,
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      ...schema.properties,
    },
  };
  return whole as unknown as Json;
}
