import { addonSchema } from './addon.ts';
import { appSchema } from './app.ts';
import { atSchema } from './at.ts';
import { certificateSchema } from './certificate.ts';
import { checkSchema } from './check.ts';
import { clusterSchema } from './cluster.ts';
import { clustersetSchema } from './clusterset.ts';
import { configSchema } from './config.ts';
import { excludeSchema } from './exclude.ts';
import { fixtureSchema } from './fixture.ts';
import { groupSchema } from './group.ts';
import { installSchema } from './install.ts';
import { musthaveSchema } from './musthave.ts';
import { mustnothaveSchema } from './mustnothave.ts';
import { mustonlyhaveSchema } from './mustonlyhave.ts';
import { namespaceSchema } from './namespace.ts';
import { objectSchema } from './object.ts';
import { onSchema } from './on.ts';
import { operatorSchema } from './operator.ts';
import { placementSchema } from './placement.ts';
import { policySchema } from './policy.ts';
import { policysetSchema } from './policyset.ts';
import { regoSchema } from './rego.ts';
import { resourceSchema } from './resource.ts';
import { rolloutSchema } from './rollout.ts';
import type { BlockSchema } from './schema.ts';
import { simulateSchema } from './simulate.ts';
import { templateSchema } from './template.ts';
import { testSchema } from './test.ts';
import { trackSchema } from './track.ts';

/** Every block of the language, by its head. Adding one here makes the tables of the later stages incomplete. */
export const schemas = {
  clusterset: clustersetSchema,
  namespace: namespaceSchema,
  placement: placementSchema,
  group: groupSchema,
  policy: policySchema,
  musthave: musthaveSchema,
  mustonlyhave: mustonlyhaveSchema,
  mustnothave: mustnothaveSchema,
  config: configSchema,
  operator: operatorSchema,
  certificate: certificateSchema,
  template: templateSchema,
  check: checkSchema,
  rego: regoSchema,
  policyset: policysetSchema,
  exclude: excludeSchema,
  app: appSchema,
  track: trackSchema,
  addon: addonSchema,
  install: installSchema,
  resource: resourceSchema,
  rollout: rolloutSchema,
  fixture: fixtureSchema,
  cluster: clusterSchema,
  test: testSchema,
  simulate: simulateSchema,
  at: atSchema,
  on: onSchema,
  object: objectSchema,
} as const;

export type Construct = keyof typeof schemas;
export type KeyOf<C extends Construct> = keyof (typeof schemas)[C]['keys'] & string;

/** The schema of a head, where it is one. */
export function schemaOf(head: string): BlockSchema | null {
  return isConstruct(head) ? schemas[head] : null;
}

export function isConstruct(head: string): head is Construct {
  return Object.hasOwn(schemas, head);
}

/** Heads that are known and not available yet (OCM2034), with what to write instead. */
export const reservedHeads: ReadonlyMap<string, string> = new Map([]);
