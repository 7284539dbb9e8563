import { jsonEqual } from '../../../base/json.ts';
import type { ClusterRole, CustomResourceDefinition } from '../../../kube/core.ts';
import type { KubeObject } from '../../../kube/object.ts';
import type { Api } from '../api.ts';
import { uncovered } from '../authz/rbac.ts';
import { Refusal } from '../refusal.ts';
import { mastersGroup, type Requester } from '../request/requester.ts';
import { struct } from '../resources/builtin/fields.ts';
import type { Resource } from '../resources/resource.ts';
import { keyOf, type WriteCall } from '../verbs/call.ts';
import { createObject } from '../verbs/create.ts';
import { updateObject } from '../verbs/update.ts';
import { authenticationInfo } from './authentication-info.ts';
import { bootstrapBindings, bootstrapNamespaceRoles, bootstrapRoles } from './roles.ts';

/** The server itself. */
export const selfRequester: Requester = {
  name: 'system:apiserver',
  uid: '',
  groups: [mastersGroup],
  extra: {},
};

const namespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

/** What the server brings besides what every cluster has. */
export interface BootstrapInput {
  readonly definitions: readonly CustomResourceDefinition[];
  readonly clientCaPem: string;
}

/** Makes what every cluster has, and brings back what was taken from it. */
export async function bootstrap(
  api: Api,
  { definitions, clientCaPem }: BootstrapInput,
): Promise<void> {
  const ensure = (group: string, plural: string, objects: readonly KubeObject[], change: Mend) =>
    objects.map((object) => ensureOne(api, find(api, group, plural), object, change));
  const rbac = 'rbac.authorization.k8s.io';
  await Promise.all([
    ...ensure('', 'namespaces', namespaces.map(namespace), () => null),
    ...ensure(rbac, 'clusterroles', bootstrapRoles, mendRole),
    ...ensure(rbac, 'clusterrolebindings', bootstrapBindings, () => null),
    ...ensure('apiextensions.k8s.io', 'customresourcedefinitions', definitions, mendDefinition),
  ]);
  await Promise.all([
    ...ensure(rbac, 'roles', bootstrapNamespaceRoles, () => null),
    ...ensure('', 'configmaps', [authenticationInfo(clientCaPem)], mendData),
  ]);
}

/** What an object that is there should be instead; null where it may stay. */
type Mend = (found: KubeObject, wanted: KubeObject) => KubeObject | null;

function namespace(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

function mendRole(found: KubeObject, wanted: KubeObject): KubeObject | null {
  const update = found.metadata.annotations?.['rbac.authorization.kubernetes.io/autoupdate'];
  const { rules } = found as ClusterRole;
  const missing = uncovered((wanted as ClusterRole).rules ?? [], rules ?? []);
  if (update !== 'true' || missing.length === 0) return null;
  return { ...found, rules: [...(rules ?? []), ...missing] } as KubeObject;
}

function mendData(found: KubeObject, wanted: KubeObject): KubeObject | null {
  const [have, want] = [struct(found, 'data'), struct(wanted, 'data')];
  const data = { ...have, ...want };
  return jsonEqual(have, data) ? null : ({ ...found, data } as KubeObject);
}

/** Kinds of ours are as this version of the product has them. */
function mendDefinition(found: KubeObject, wanted: KubeObject): KubeObject | null {
  const [have, want] = [struct(found, 'spec'), struct(wanted, 'spec')];
  return jsonEqual(have['versions'], want['versions']) ? null : { ...found, spec: want };
}

async function ensureOne(
  api: Api,
  resource: Resource,
  object: KubeObject,
  mend: Mend,
): Promise<void> {
  const { name, namespace = '' } = object.metadata;
  const call = { ...callFor(resource, name), namespace };
  const decoded = { object, unknown: [] };
  const found = api.store.get(keyOf(call, call.name))?.object();
  if (found === undefined) return succeed(await createObject(api, call, decoded));
  const mended = mend(found, object);
  if (mended === null) return;
  const next = () => ({ object: mended, unknown: [] });
  succeed(await updateObject(api, call, { next, absent: next }));
}

/** A write by the server itself. */
export function callFor(resource: Resource, name: string): WriteCall {
  return {
    resource,
    subresource: '',
    namespace: '',
    name,
    requester: selfRequester,
    warnings: [],
    manager: 'ocm-apiserver',
    options: { dryRun: false, fieldManager: '', fieldValidation: 'Ignore', force: false },
  };
}

function find(api: Api, group: string, plural: string): Resource {
  const resource = api.catalog.find(group, 'v1', plural);
  if (resource === undefined) throw new Error(`no resource ${plural} in ${group}`);
  return resource;
}

function succeed(outcome: unknown): void {
  if (outcome instanceof Refusal) throw new Error(`bootstrap: ${outcome.message}`);
}
