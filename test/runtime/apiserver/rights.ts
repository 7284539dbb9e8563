import type { KubeObject } from '../../../src/kube/object.ts';
import { agentGroups, agentUser } from '../../../src/kube/ocm/registration.ts';
import { bootstrapObjects } from '../../../src/runtime/hub/init/objects.ts';
import {
  clusterRoleBindingOf,
  clusterRoleOf,
  policyBindingOf,
  registrationBindingOf,
  sharedRoles,
  workBindingOf,
} from '../../../src/runtime/hub/registration/rbac.ts';
import { type Access, Client, type Reply } from './harness.ts';
import { until } from './suite.ts';

/** A server, and every way into it. */
export interface RightsServer {
  readonly admin: Access;
  readonly user: (name: string, ...groups: string[]) => Promise<Access>;
  /** With a certificate that has expired, and one that somebody else signed. */
  readonly expired: Access;
  readonly foreign: Access;
  readonly stop: () => Promise<void>;
}

/** A right that somebody has. `resources` with their part, as `pods/status`. */
interface Grant {
  readonly group: string;
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  /** Absent: in the whole cluster. */
  readonly namespace?: string;
  readonly names?: readonly string[];
}

/** Somebody, and all that they may do. */
export interface Identity {
  readonly name: string;
  readonly client: Client;
  readonly grants: readonly Grant[];
  /** Who is asked in turn where not everybody is asked for every cell. */
  readonly turn: string;
  /** Credentials that hold for nothing: every answer is 401. */
  readonly revoked?: true;
  readonly anonymous?: true;
}

/** One request of the matrix, and what it is to RBAC. */
export interface Cell {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly method: string;
  readonly path: string;
}

const reads = ['get', 'list', 'watch'];
const all = [...reads, 'create', 'update', 'patch', 'delete', 'deletecollection'];
const cluster = 'cluster.open-cluster-management.io';
const rbac = 'rbac.authorization.k8s.io';
const secretToken = { id: 'abcdef', secret: '0123456789abcdef' };

/** What the agent of an accepted cluster may do: written down here, so that a role that grows is noticed. */
const agentGrants = (name: string): readonly Grant[] => [
  {
    group: 'certificates.k8s.io',
    resources: ['certificatesigningrequests'],
    verbs: ['create', ...reads],
  },
  { group: cluster, resources: ['managedclusters'], verbs: [...reads, 'update'], names: [name] },
  {
    group: cluster,
    resources: ['managedclusters/status'],
    verbs: ['patch', 'update'],
    names: [name],
  },
  ...[
    { group: 'coordination.k8s.io', resources: ['leases'], verbs: [...reads, 'update'] },
    {
      group: 'addon.open-cluster-management.io',
      resources: ['managedclusteraddons'],
      verbs: reads,
    },
    {
      group: 'addon.open-cluster-management.io',
      resources: ['managedclusteraddons/status'],
      verbs: ['patch', 'update'],
    },
    { group: '', resources: ['events'], verbs: ['create', 'patch', 'update'] },
    { group: 'events.k8s.io', resources: ['events'], verbs: ['create', 'patch', 'update'] },
    {
      group: 'work.open-cluster-management.io',
      resources: ['manifestworks'],
      verbs: [...reads, 'update', 'patch'],
    },
    {
      group: 'work.open-cluster-management.io',
      resources: ['manifestworks/status'],
      verbs: ['patch', 'update'],
    },
    { group: 'policy.open-cluster-management.io', resources: ['policies'], verbs: reads },
    {
      group: 'policy.open-cluster-management.io',
      resources: ['policies/status'],
      verbs: ['patch', 'update'],
    },
  ].map((grant) => ({ ...grant, namespace: name })),
];

const bootstrapGrants: readonly Grant[] = [
  { group: '', resources: ['configmaps'], verbs: ['get'] },
  {
    group: 'certificates.k8s.io',
    resources: ['certificatesigningrequests'],
    verbs: ['create', ...reads],
  },
  { group: cluster, resources: ['managedclusters'], verbs: ['create', ...reads] },
];

const everybody: readonly Grant[] = [
  { group: 'authentication.k8s.io', resources: ['selfsubjectreviews'], verbs: ['create'] },
  {
    group: 'authorization.k8s.io',
    resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
    verbs: ['create'],
  },
];

const tenantGrants: readonly Grant[] = [
  { group: '', resources: ['configmaps', 'secrets'], verbs: all, namespace: 'team' },
  { group: cluster, resources: ['placements'], verbs: all, namespace: 'team' },
  { group: rbac, resources: ['roles'], verbs: ['get', 'list', 'create'], namespace: 'team' },
];
const readerGrants: readonly Grant[] = [
  { group: '', resources: ['configmaps'], verbs: ['get', 'list'], namespace: 'team' },
];

const apiVersion = `${rbac}/v1`;
const metadata = (name: string, namespace?: string) => ({
  name,
  ...(namespace !== undefined && { namespace }),
});

function roleOf(name: string, namespace: string, grants: readonly Grant[]): KubeObject {
  const rules = grants.map(({ group, resources, verbs }) => ({
    ...{ apiGroups: [group], resources, verbs },
  }));
  return { apiVersion, kind: 'Role', metadata: metadata(name, namespace), rules } as KubeObject;
}

function bindingOf(name: string, namespace: string, subject: object): KubeObject {
  const roleRef = { apiGroup: rbac, kind: 'Role', name };
  const head = { apiVersion, kind: 'RoleBinding', metadata: metadata(name, namespace) };
  return { ...head, roleRef, subjects: [subject] } as KubeObject;
}

const account = (name: string): KubeObject => ({
  ...{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: metadata(name, 'team') },
});

function objects(): readonly KubeObject[] {
  const clusters = ['c1', 'c2', 'c3'];
  const spaces = [...clusters, 'team'].map(
    (name): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }),
  );
  const user = (name: string) => ({ kind: 'User', apiGroup: rbac, name });
  const group = { kind: 'Group', apiGroup: rbac, name: 'system:bootstrappers' };
  return [
    ...spaces,
    ...bootstrapObjects(),
    {
      ...{ apiVersion, kind: 'ClusterRoleBinding', metadata: metadata('bootstrap-tokens') },
      roleRef: {
        ...{ apiGroup: rbac, kind: 'ClusterRole', name: 'open-cluster-management:bootstrap' },
      },
      subjects: [group],
    } as KubeObject,
    ...sharedRoles({}),
    ...clusters.flatMap((name) => [
      clusterRoleOf(name, name !== 'c3', {}),
      clusterRoleBindingOf(name, {}),
    ]),
    ...['c1', 'c2'].flatMap((name) => [
      registrationBindingOf(name, {}),
      workBindingOf(name, {}),
      policyBindingOf(name, {}),
    ]),
    roleOf('tenant', 'team', tenantGrants),
    bindingOf('tenant', 'team', user('tenant')),
    roleOf('former', 'team', tenantGrants),
    bindingOf('former', 'team', user('former')),
    ...['reader', 'deleted', 'made-again'].map(account),
    roleOf('reader', 'team', readerGrants),
    ...['reader', 'deleted', 'made-again'].map((name) => ({
      ...bindingOf(name, 'team', { kind: 'ServiceAccount', name, namespace: 'team' }),
      roleRef: { apiGroup: rbac, kind: 'Role', name: 'reader' },
    })),
    ...clusters.map(
      (name) =>
        ({
          ...{ apiVersion: `${cluster}/v1`, kind: 'ManagedCluster', metadata: { name } },
          spec: { hubAcceptsClient: false },
        }) as KubeObject,
    ),
    ...['c1', 'c2'].map(
      (namespace) =>
        ({
          ...{ apiVersion: 'work.open-cluster-management.io/v1', kind: 'ManifestWork' },
          metadata: { name: `of-${namespace}`, namespace, labels: { of: namespace } },
          spec: { workload: { manifests: [account('x')] } },
        }) as KubeObject,
    ),
    ...['c2', 'team'].map(
      (namespace) =>
        ({
          ...{ apiVersion: 'v1', kind: 'Secret', type: 'Opaque' },
          metadata: { name: 'hidden', namespace, labels: { of: namespace } },
          data: { password: 'aGlkZGVu' },
        }) as KubeObject,
    ),
  ];
}

const plurals: Readonly<Record<string, string>> = {
  Namespace: 'namespaces',
  ServiceAccount: 'serviceaccounts',
  Secret: 'secrets',
  ManagedCluster: 'managedclusters',
  ManifestWork: 'manifestworks',
};

function collectionOf({ apiVersion, kind, metadata: { namespace } }: KubeObject): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const plural = plurals[kind] ?? `${kind.toLowerCase()}s`;
  return namespace ? `${root}/namespaces/${namespace}/${plural}` : `${root}/${plural}`;
}

/** Puts everything of the matrix on a server, and gives who is who. Ends when rights that were taken away are gone. */
export async function identitiesOf(server: RightsServer): Promise<readonly Identity[]> {
  const admin = new Client(server.admin);
  for (const object of objects()) {
    const { status, text } = await admin.post(collectionOf(object), object);
    if (status !== 201) throw new Error(`${object.kind} ${object.metadata.name}: ${text}`);
  }
  const { url, ca } = server.admin;
  const bearer = (token: string) => new Client({ url, ca, token });
  const tokenOf = async (namespace: string, name: string) => {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
    const kind = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest' };
    return (await admin.post(path, { ...kind, spec: {} })).body.status.token as string;
  };
  const user = async (name: string, ...groups: string[]) =>
    new Client(await server.user(name, ...groups));
  const agent = (name: string) => user(agentUser(name, 'one'), ...agentGroups(name));
  const [reader, deleted, again] = [
    await tokenOf('team', 'reader'),
    await tokenOf('team', 'deleted'),
    await tokenOf('team', 'made-again'),
  ];
  const bootstrap = await tokenOf('open-cluster-management', 'agent-registration-bootstrap');
  await admin.post('/api/v1/namespaces/kube-system/secrets', bootstrapSecret(secretToken.id));
  await admin.post('/api/v1/namespaces/kube-system/secrets', bootstrapSecret('fedcba'));
  const bootstrapToken = bearer(`${secretToken.id}.${secretToken.secret}`);
  const withdrawn = bearer(`fedcba.${secretToken.secret}`);
  const former = await user('former');
  await until(async () => (await withdrawn.get('/version')).status === 200);
  await until(async () => (await former.get('/api/v1/namespaces/team/secrets')).status === 200);
  const accounts = '/api/v1/namespaces/team/serviceaccounts';
  await admin.delete('/api/v1/namespaces/kube-system/secrets/bootstrap-token-fedcba');
  await admin.delete(`${accounts}/deleted`);
  await admin.delete(`${accounts}/made-again`);
  await admin.post(accounts, account('made-again'));
  await admin.delete(`/apis/${rbac}/v1/namespaces/team/rolebindings/former`);
  const revoked = [withdrawn, bearer(deleted), bearer(again)];
  for (const client of revoked) {
    await until(async () => (await client.get('/version')).status === 401);
  }
  await until(async () => (await former.get('/api/v1/namespaces/team/secrets')).status === 403);
  admin.close();
  const own = (grants: readonly Grant[]) => [...everybody, ...grants];
  const none = { grants: [], revoked: true, turn: 'revoked' } as const;
  return [
    {
      name: 'agent of c1',
      turn: 'agent',
      client: await agent('c1'),
      grants: own(agentGrants('c1')),
    },
    {
      name: 'agent of c2',
      turn: 'other agent',
      client: await agent('c2'),
      grants: own(agentGrants('c2')),
    },
    {
      name: 'agent of c3, which is not accepted',
      turn: 'not accepted',
      client: await agent('c3'),
      grants: own([
        { group: cluster, resources: ['managedclusters'], verbs: reads, names: ['c3'] },
      ]),
    },
    {
      name: 'bootstrap account',
      turn: 'bootstrap',
      client: bearer(bootstrap),
      grants: own(bootstrapGrants),
    },
    {
      name: 'bootstrap token',
      turn: 'bootstrap',
      client: bootstrapToken,
      grants: own(bootstrapGrants),
    },
    { name: 'tenant', turn: 'tenant', client: await user('tenant'), grants: own(tenantGrants) },
    { name: 'service account', turn: 'few', client: bearer(reader), grants: own(readerGrants) },
    { name: 'user whose binding is gone', turn: 'few', client: former, grants: everybody },
    {
      name: 'anonymous',
      turn: 'anonymous',
      client: new Client({ url, ca }),
      grants: [],
      anonymous: true,
    },
    { name: 'bootstrap token that was withdrawn', client: revoked[0] as Client, ...none },
    { name: 'token of a deleted account', client: revoked[1] as Client, ...none },
    { name: 'token of an account that was made again', client: revoked[2] as Client, ...none },
    { name: 'expired certificate', client: new Client(server.expired), ...none },
    { name: 'certificate of another authority', client: new Client(server.foreign), ...none },
  ];
}

function bootstrapSecret(id: string): KubeObject {
  const data = {
    ...{ 'token-id': id, 'token-secret': secretToken.secret },
    ...{ 'usage-bootstrap-authentication': 'true' },
  };
  const encoded = Object.entries(data).map(([key, text]) => [
    key,
    Buffer.from(text).toString('base64'),
  ]);
  return {
    ...{ apiVersion: 'v1', kind: 'Secret', type: 'bootstrap.kubernetes.io/token' },
    metadata: { name: `bootstrap-token-${id}`, namespace: 'kube-system' },
    data: Object.fromEntries(encoded),
  } as KubeObject;
}

/** What is served by discovery: `root/plural` and whether in namespaces, parts included. */
export async function servedBy(admin: Client): Promise<ReadonlyMap<string, boolean>> {
  const roots = ['/api/v1'];
  for (const { versions } of (await admin.get('/apis')).body.groups) {
    for (const { groupVersion } of versions) roots.push(`/apis/${groupVersion}`);
  }
  const served = new Map<string, boolean>();
  for (const root of roots) {
    for (const { name, namespaced } of (await admin.get(root)).body.resources) {
      served.set(`${root} ${name}`, namespaced);
    }
  }
  return served;
}

const methods = [
  ['get', 'GET', 'name'],
  ['update', 'PUT', 'name'],
  ['patch', 'PATCH', 'name'],
  ['delete', 'DELETE', 'name'],
  ['list', 'GET', 'collection'],
  ['watch', 'GET', 'collection'],
  ['create', 'POST', 'collection'],
  ['deletecollection', 'DELETE', 'collection'],
  ['list', 'GET', 'one'],
  ['watch', 'GET', 'one'],
] as const;
const partMethods = [
  ['get', 'GET'],
  ['update', 'PUT'],
  ['patch', 'PATCH'],
  ['create', 'POST'],
  ['delete', 'DELETE'],
] as const;
/** A watch that may be is refused for what it asks, so that none stays open. */
const notWatched = 'watch=true&sendInitialEvents=true';

/** Every verb on everything that is served, in and outside of each namespace. */
export function cellsOf(served: ReadonlyMap<string, boolean>): readonly Cell[] {
  return [...served].flatMap(([key, namespaced]) => {
    const [root = '', resource = ''] = key.split(' ');
    const places = namespaced ? ['c1', 'c2', 'team', ''] : [''];
    return places.flatMap((namespace) => cellsAt(root, resource, namespace, namespaced));
  });
}

function cellsAt(
  root: string,
  resource: string,
  namespace: string,
  namespaced: boolean,
): readonly Cell[] {
  const [plural = '', part = ''] = resource.split('/');
  const group = root.startsWith('/apis/') ? (root.split('/')[2] ?? '') : '';
  const at = `${root}${namespace === '' ? '' : `/namespaces/${namespace}`}/${plural}`;
  const names = namespaced ? ['of-c2'] : ['c1', 'c2'];
  // to RBAC a Namespace lies in itself
  const where = (name: string) => (group === '' && plural === 'namespaces' ? name : namespace);
  const cell = (verb: string, method: string, name: string, path: string): Cell => ({
    ...{ verb, group, resource, namespace: where(name), name, method, path },
  });
  if (namespaced && namespace === '') {
    return part !== ''
      ? []
      : [cell('list', 'GET', '', at), cell('watch', 'GET', '', `${at}?${notWatched}`)];
  }
  const dry = (verb: string, path: string) => (verb === 'get' ? path : `${path}?dryRun=All`);
  if (part !== '') {
    return names.flatMap((name) =>
      partMethods.map(([verb, method]) =>
        cell(verb, method, name, dry(verb, `${at}/${name}/${part}`)),
      ),
    );
  }
  return methods.flatMap(([verb, method, which]) => {
    if (which === 'name') {
      return names.map((name) => cell(verb, method, name, dry(verb, `${at}/${name}`)));
    }
    const options = verb === 'watch' ? notWatched : 'labelSelector=none';
    if (which === 'collection') {
      return [cell(verb, method, '', `${at}?${options}&${method === 'GET' ? '' : 'dryRun=All'}`)];
    }
    return names.map((name) =>
      cell(verb, method, name, `${at}?${options}&fieldSelector=metadata.name%3D${name}`),
    );
  });
}

/** Whether the grants allow it; what kube-apiserver's RBAC would say is not asked. */
export function mayBe(grants: readonly Grant[], cell: Cell): boolean {
  return grants.some(
    ({ group, resources, verbs, namespace, names }) =>
      group === cell.group &&
      resources.includes(cell.resource) &&
      verbs.includes(cell.verb) &&
      (namespace === undefined || namespace === cell.namespace) &&
      (names === undefined || names.includes(cell.name)),
  );
}

/** Sends a cell's request: an empty object where something is written, so that what may be is refused for that. */
export function ask(client: Client, { method, path }: Cell): Promise<Reply> {
  if (method === 'GET' || method === 'DELETE') return client.send(method, path);
  const type = method === 'PATCH' ? { type: 'application/merge-patch+json' } : {};
  return client.send(method, path, { body: {}, ...type });
}

/** Runs so many at a time, and gives what each came to, in order. */
export async function inTurn<T, R>(
  items: readonly T[],
  atOnce: number,
  run: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) results[at] = await run(items[at] as T);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
}
