import {
  authenticationKinds,
  authorizationKinds,
  certificatesKinds,
  rbacKinds,
} from './kinds/access.ts';
import { appsKinds, autoscalingKinds, batchKinds } from './kinds/apps.ts';
import { coreKinds, eventsKinds } from './kinds/core.ts';
import { admissionKinds, apiextensionsKinds, apiregistrationKinds } from './kinds/extension.ts';
import {
  coordinationKinds,
  discoveryKinds,
  flowcontrolKinds,
  networkingKinds,
  nodeKinds,
  policyKinds,
  resourceKinds,
  schedulingKinds,
  storageKinds,
} from './kinds/infrastructure.ts';
import type { KindInfo } from './kinds/kind-info.ts';
import { customKinds } from './kinds/ocm.ts';

export { type KindInfo, type KindRow, pluralOf, type ScalePaths } from './kinds/kind-info.ts';
export { customKinds } from './kinds/ocm.ts';

/** Every kind the product knows: the stable kinds of Kubernetes 1.35, OCM's and our own; one version each. */
export const kindTable: readonly KindInfo[] = [
  ...coreKinds,
  ...appsKinds,
  ...batchKinds,
  ...autoscalingKinds,
  ...rbacKinds,
  ...authenticationKinds,
  ...authorizationKinds,
  ...certificatesKinds,
  ...coordinationKinds,
  ...discoveryKinds,
  ...eventsKinds,
  ...networkingKinds,
  ...policyKinds,
  ...storageKinds,
  ...schedulingKinds,
  ...nodeKinds,
  ...flowcontrolKinds,
  ...resourceKinds,
  ...admissionKinds,
  ...apiextensionsKinds,
  ...apiregistrationKinds,
  ...customKinds,
];

const byResource = new Map(kindTable.map((info) => [`${info.plural}.${info.group}`, info]));
const byKind = new Map(kindTable.map((info) => [`${info.kind}.${info.group}`, info]));
const byName = indexNames();

/** The kind with a plural in a group, where there is one. */
export function findResource(group: string, plural: string): KindInfo | undefined {
  return byResource.get(`${plural}.${group}`);
}

/** The entry of a kind, whatever its version. */
export function kindInfo(of: {
  readonly group: string;
  readonly kind: string;
}): KindInfo | undefined {
  return byKind.get(`${of.kind}.${of.group}`);
}

/**
 * What a person may call a kind on a command line, in any case: plural, singular or short name, alone or with
 * `.group` or `.version.group`. Of several groups the one named first in `kindTable` wins, as in kubectl.
 */
export function findKind(name: string): KindInfo | undefined {
  return byName.get(name.toLowerCase());
}

function indexNames(): ReadonlyMap<string, KindInfo> {
  const names = new Map<string, KindInfo>();
  for (const info of kindTable) {
    for (const name of [info.plural, info.singular, ...info.shortNames]) {
      const of = info.group === '' ? '' : `.${info.group}`;
      for (const key of [name, `${name}${of}`, `${name}.${info.version}${of}`]) {
        if (!names.has(key)) names.set(key, info);
      }
    }
  }
  return names;
}
