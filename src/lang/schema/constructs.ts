import { appSchema } from './app.ts';
import { clustersetSchema } from './clusterset.ts';
import { groupSchema } from './group.ts';
import { musthaveSchema } from './musthave.ts';
import { mustnothaveSchema } from './mustnothave.ts';
import { mustonlyhaveSchema } from './mustonlyhave.ts';
import { namespaceSchema } from './namespace.ts';
import { placementSchema } from './placement.ts';
import { policySchema } from './policy.ts';
import { resourceSchema } from './resource.ts';
import { rolloutSchema } from './rollout.ts';
import type { BlockSchema } from './schema.ts';

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
  app: appSchema,
  resource: resourceSchema,
  rollout: rolloutSchema,
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
export const reservedHeads: ReadonlyMap<string, string> = new Map([
  ['config', 'put `musthave` and `mustnothave` directly into the policy'],
  ['check', 'use `musthave` or `mustnothave`'],
  ['rego', 'use `musthave` or `mustnothave`'],
  ['operator', 'use `musthave Subscription` with a `kind` declaration'],
  ['certificate', 'leave it out'],
  ['template', 'leave it out'],
  ['policyset', 'give each policy its own `on`'],
  ['exclude', 'leave the clusters out in the `where` of the placement'],
  ['track', 'leave it out'],
  ['addon', 'use `resource ClusterManagementAddOn` at file level'],
  ['install', 'use `resource ClusterManagementAddOn` at file level'],
  ['fixture', 'use `ocm eval` with a folder of ManagedClusters'],
  ['cluster', 'use `ocm eval` with a folder of ManagedClusters'],
  ['test', 'use `ocm eval` with a folder of ManagedClusters'],
  ['simulate', 'leave it out'],
  ['at', 'leave it out'],
  ['on', 'leave it out'],
  ['object', 'leave it out'],
]);
