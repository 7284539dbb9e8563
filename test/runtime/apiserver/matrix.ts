import { isJsonObject, type Json, type JsonObject } from '../../../src/base/json.ts';
import type { Client, Reply } from './harness.ts';

/** One kind of the matrix: where it is served, and an object of it. */
export interface MatrixKind {
  readonly name: string;
  /** Below `/`, with the plural. */
  readonly path: string;
  readonly object: Readonly<Record<string, unknown>>;
  readonly custom?: true;
  /** Served without defaults and checks (docs/embedded-hub.md): then only what is around the content is compared. */
  readonly plain?: true;
  /** What the server itself sets is written down as its writer's, and Kubernetes writes down less. */
  readonly untracked?: true;
  /** Its names follow rules of its own, so that requests with other names say nothing. */
  readonly ownName?: true;
  /** Served with `/status`. */
  readonly status?: true;
  readonly scale?: true;
  /** Can only be created. */
  readonly review?: true;
}

const space = 'matrix';

function kind(
  apiVersion: string,
  name: string,
  plural: string,
  more: Omit<MatrixKind, 'name' | 'path' | 'object'> & {
    readonly cluster?: true;
    readonly content?: object;
    readonly called?: string;
    readonly labels?: Readonly<Record<string, string>>;
  } = {},
): MatrixKind {
  const { cluster, content = {}, called = 'one', labels = {}, ...flags } = more;
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const metadata = { name: called, labels: { matrix: 'yes', ...labels } };
  return {
    name: `${name} ${apiVersion}`,
    path: cluster ? `${root}/${plural}` : `${root}/namespaces/${space}/${plural}`,
    object: { apiVersion, kind: name, metadata, ...content },
    ...flags,
  };
}

const labels = { app: 'web' };
const pod = { containers: [{ name: 'web', image: 'nginx' }] };
const template = { metadata: { labels }, spec: pod };
const workload = { spec: { selector: { matchLabels: labels }, template } };
const cluster = 'cluster.open-cluster-management.io';
const work = 'work.open-cluster-management.io';
const policy = 'policy.open-cluster-management.io';
const addon = 'addon.open-cluster-management.io';
const rbac = 'rbac.authorization.k8s.io/v1';
const custom = true;
const about = { apiVersion: 'v1', kind: 'ConfigMap', namespace: space, name: 'x' };
const manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'x' } };
const asked = { verb: 'get', resource: 'pods', namespace: space };

/** The kinds of the embedded hub that clients write (issue: "Kinds"). */
export const matrixKinds: readonly MatrixKind[] = [
  kind('v1', 'ConfigMap', 'configmaps', { content: { data: { a: '1' } } }),
  kind('v1', 'Secret', 'secrets', { content: { type: 'Opaque', data: { a: 'YQ==' } } }),
  kind('v1', 'ServiceAccount', 'serviceaccounts'),
  kind('v1', 'Namespace', 'namespaces', {
    ...{ cluster: true, status: true, untracked: true, called: 'matrix-one' },
  }),
  kind('v1', 'Node', 'nodes', { cluster: true, status: true, plain: true }),
  kind('v1', 'Pod', 'pods', { status: true, plain: true, content: { spec: pod } }),
  kind('v1', 'Service', 'services', {
    ...{ status: true, plain: true },
    content: { spec: { ports: [{ port: 80 }], clusterIP: 'None' } },
  }),
  kind('v1', 'Event', 'events', {
    ownName: true,
    content: { involvedObject: about, reason: 'R', message: 'm', type: 'Normal' },
  }),
  kind('apps/v1', 'Deployment', 'deployments', {
    ...{ status: true, scale: true, plain: true, content: workload },
  }),
  kind('apps/v1', 'ReplicaSet', 'replicasets', {
    ...{ status: true, scale: true, plain: true, content: workload },
  }),
  kind('apps/v1', 'StatefulSet', 'statefulsets', {
    ...{ status: true, scale: true, plain: true, content: workload },
  }),
  kind('apps/v1', 'DaemonSet', 'daemonsets', { status: true, plain: true, content: workload }),
  kind(rbac, 'Role', 'roles', {
    content: { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] },
  }),
  kind(rbac, 'RoleBinding', 'rolebindings', {
    content: {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'jane' }],
    },
  }),
  kind(rbac, 'ClusterRole', 'clusterroles', {
    cluster: true,
    content: { rules: [{ nonResourceURLs: ['/healthz'], verbs: ['get'] }] },
  }),
  kind(rbac, 'ClusterRoleBinding', 'clusterrolebindings', {
    cluster: true,
    content: {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: [{ kind: 'ServiceAccount', namespace: space, name: 'bot' }],
    },
  }),
  kind('coordination.k8s.io/v1', 'Lease', 'leases', {
    content: { spec: { holderIdentity: 'me', leaseDurationSeconds: 15 } },
  }),
  kind('authentication.k8s.io/v1', 'TokenReview', 'tokenreviews', {
    ...{ cluster: true, review: true, content: { spec: { token: 'nonsense' } } },
  }),
  kind('authentication.k8s.io/v1', 'SelfSubjectReview', 'selfsubjectreviews', {
    ...{ cluster: true, review: true },
  }),
  kind('authorization.k8s.io/v1', 'SubjectAccessReview', 'subjectaccessreviews', {
    ...{ cluster: true, review: true },
    content: { spec: { user: 'jane', resourceAttributes: asked } },
  }),
  kind('authorization.k8s.io/v1', 'SelfSubjectAccessReview', 'selfsubjectaccessreviews', {
    ...{ cluster: true, review: true, content: { spec: { resourceAttributes: asked } } },
  }),
  kind('authorization.k8s.io/v1', 'LocalSubjectAccessReview', 'localsubjectaccessreviews', {
    review: true,
    content: { spec: { user: 'jane', resourceAttributes: asked } },
  }),
  kind('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'customresourcedefinitions', {
    ...{ cluster: true, status: true, plain: true, ownName: true, called: 'things.example.org' },
    content: {
      spec: {
        group: 'example.org',
        scope: 'Namespaced',
        names: { plural: 'things', singular: 'thing', kind: 'Thing', listKind: 'ThingList' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object' } },
          },
        ],
      },
    },
  }),
  kind('events.k8s.io/v1', 'Event', 'events', {
    ownName: true,
    called: 'two',
    content: {
      eventTime: '2026-01-02T03:04:05.000006Z',
      ...{ reportingController: 'example.com/me', reportingInstance: 'me', action: 'Act' },
      ...{ reason: 'R', type: 'Normal', regarding: about, note: 'n' },
    },
  }),
  kind(`${cluster}/v1`, 'ManagedCluster', 'managedclusters', {
    ...{ cluster: true, status: true, custom, called: 'matrix-cluster' },
    content: { spec: { hubAcceptsClient: false } },
    labels: { 'cluster.open-cluster-management.io/clusterset': 'default' },
  }),
  kind(`${cluster}/v1beta2`, 'ManagedClusterSet', 'managedclustersets', {
    ...{ cluster: true, status: true, custom },
    content: { spec: { clusterSelector: { selectorType: 'ExclusiveClusterSetLabel' } } },
  }),
  kind(`${cluster}/v1beta2`, 'ManagedClusterSetBinding', 'managedclustersetbindings', {
    ...{ status: true, custom, content: { spec: { clusterSet: 'one' } } },
  }),
  kind(`${cluster}/v1beta1`, 'Placement', 'placements', {
    ...{ status: true, custom, content: { spec: { numberOfClusters: 2 } } },
  }),
  kind(`${cluster}/v1beta1`, 'PlacementDecision', 'placementdecisions', { status: true, custom }),
  kind(`${cluster}/v1alpha1`, 'AddOnPlacementScore', 'addonplacementscores', {
    ...{ status: true, custom },
  }),
  kind(`${cluster}/v1alpha1`, 'ClusterClaim', 'clusterclaims', {
    ...{ cluster: true, custom, content: { spec: { value: 'x' } } },
  }),
  kind(`${work}/v1`, 'ManifestWork', 'manifestworks', {
    ...{ status: true, custom, content: { spec: { workload: { manifests: [manifest] } } } },
  }),
  kind(`${work}/v1`, 'AppliedManifestWork', 'appliedmanifestworks', {
    ...{ cluster: true, status: true, custom },
    content: { spec: { hubHash: 'h', agentID: 'a', manifestWorkName: 'w' } },
  }),
  kind(`${policy}/v1`, 'Policy', 'policies', {
    ...{ status: true, custom, content: { spec: { disabled: false, 'policy-templates': [] } } },
  }),
  kind(`${policy}/v1`, 'PlacementBinding', 'placementbindings', {
    ...{ status: true, custom },
    content: {
      placementRef: { apiGroup: cluster, kind: 'Placement', name: 'one' },
      subjects: [{ apiGroup: policy, kind: 'Policy', name: 'one' }],
    },
  }),
  kind(`${policy}/v1beta1`, 'PolicySet', 'policysets', {
    ...{ status: true, custom, content: { spec: { policies: ['one'] } } },
  }),
  kind(`${addon}/v1alpha1`, 'ManagedClusterAddOn', 'managedclusteraddons', {
    ...{ status: true, custom, content: { spec: {} } },
  }),
  kind(`${addon}/v1alpha1`, 'AddOnDeploymentConfig', 'addondeploymentconfigs', {
    ...{ custom, content: { spec: {} } },
  }),
];

/** What two servers are compared by. */
export interface Answer {
  readonly status: number;
  readonly reason: string;
  /** The fields of the answer and their types. */
  readonly shape: Json;
}

type Ask = (client: Client) => Promise<Reply>;

/** The requests of one kind, in order: each sees what those before it left. */
export function requestsOf(of: MatrixKind): readonly (readonly [string, Ask])[] {
  if (of.review) return reviewing(of);
  const requests = [...making(of), ...reading(of), ...changing(of), ...deleting(of)];
  return requests.filter(([name]) => !(of.ownName && otherNames.has(name)));
}

const otherNames: ReadonlySet<string> = new Set([
  'create with a wrong name',
  'create with a version',
  'create with a field nobody knows',
  'get a wrong name',
]);

function reviewing({ path, object }: MatrixKind): readonly (readonly [string, Ask])[] {
  return [
    ['create', (c) => c.post(path, { ...object, metadata: {} })],
    ['create with a name', (c) => c.post(path, object)],
    ['create nothing', (c) => c.post(path, {})],
    ['list', (c) => c.get(path)],
    ['get', (c) => c.get(`${path}/one`)],
    ['delete', (c) => c.delete(`${path}/one`)],
    ['update', (c) => c.put(`${path}/one`, object)],
  ];
}

function creating(path: string, object: unknown): readonly [string, Ask] {
  return ['create at an object', (c) => c.post(path, object)];
}

function making({ path, object, custom }: MatrixKind): readonly (readonly [string, Ask])[] {
  const metadata = object['metadata'] as { readonly name: string };
  const named = (name: unknown) => ({ ...object, metadata: { ...metadata, name } });
  return [
    ['list of nothing', (c) => c.get(`${path}?labelSelector=matrix%3Dyes`)],
    ['get before', (c) => c.get(`${path}/${metadata.name}`)],
    ['create dry', (c) => c.post(`${path}?dryRun=All`, object)],
    ['create', (c) => c.post(path, object)],
    ['create again', (c) => c.post(path, object)],
    ['create with a wrong name', (c) => c.post(path, named('Not A Name'))],
    ['create without a name', (c) => c.post(path, named(''))],
    ['create with a name that is none', (c) => c.post(path, named(1))],
    ['create with a version', (c) => c.post(path, withVersion(named('other')))],
    ['create another kind', (c) => c.post(path, { ...object, kind: 'Other' })],
    ['create another version', (c) => c.post(path, { ...object, apiVersion: 'example.com/v9' })],
    [
      'create with a field nobody knows',
      (c) => c.post(`${path}?fieldValidation=Strict`, { ...named('other'), nobodyKnows: 1 }),
    ],
    ['create a list', (c) => c.post(path, [])],
    ['create null', (c) => c.post(path, null)],
    ['create by a type that is none', (c) => c.post(path, object, { type: 'text/plain' })],
    ['create with an unknown option', (c) => c.post(`${path}?dryRun=Some`, object)],
    // apiextensions takes it for one at the collection
    ...(custom ? [] : [creating(`${path}/${metadata.name}`, object)]),
  ];
}

function withVersion(object: { readonly metadata: object }) {
  return { ...object, metadata: { ...object.metadata, resourceVersion: '1' } };
}

const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';
const partial = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io';

function reading({ path, object }: MatrixKind): readonly (readonly [string, Ask])[] {
  const { name } = object['metadata'] as { readonly name: string };
  const one = `${path}/${name}`;
  const ours = 'labelSelector=matrix%3Dyes';
  return [
    ['get', (c) => c.get(one)],
    ['get metadata', (c) => c.get(one, { accept: partial })],
    ['get as nothing we have', (c) => c.get(one, { accept: 'text/html' })],
    ['get a part nobody serves', (c) => c.get(`${one}/nothing`)],
    ['get a wrong name', (c) => c.get(`${path}/Not%20A%20Name`)],
    ['list', (c) => c.get(`${path}?${ours}`)],
    ['list a page', (c) => c.get(`${path}?${ours}&limit=1`)],
    ['list a table', (c) => c.get(`${path}?${ours}`, { accept: table })],
    ['list by name', (c) => c.get(`${path}?fieldSelector=metadata.name%3D${name}&${ours}`)],
    ['list by a field', (c) => c.get(`${path}?fieldSelector=spec.none%3D1`)],
    ['list by a wrong label', (c) => c.get(`${path}?labelSelector=a%20in%20b`)],
    ['list by a wrong limit', (c) => c.get(`${path}?limit=many`)],
    ['list a wrong page', (c) => c.get(`${path}?limit=1&continue=nonsense`)],
    ['list at a wrong version', (c) => c.get(`${path}?resourceVersion=nonsense`)],
    ['list at a future version', (c) => c.get(`${path}?resourceVersion=1&resourceVersionMatch=No`)],
  ];
}

function changing(of: MatrixKind): readonly (readonly [string, Ask])[] {
  const { path, object } = of;
  const metadata = object['metadata'] as { readonly name: string };
  const one = `${path}/${metadata.name}`;
  const note = (text: string) => ({ metadata: { annotations: { note: text } } });
  const put =
    (change: (live: LiveObject) => unknown): Ask =>
    async (c) =>
      c.put(one, change((await c.get(one)).body as LiveObject));
  const applied = {
    ...object,
    ...note('applied'),
    metadata: { ...metadata, ...note('applied').metadata },
  };
  return [
    [
      'update',
      put((live) => ({
        ...live,
        metadata: { ...live.metadata, labels: { ...(live.metadata['labels'] as object), b: 'c' } },
      })),
    ],
    ['update nothing', put((live) => live)],
    [
      'update a stale version',
      put((live) => ({ ...live, metadata: { ...live.metadata, resourceVersion: '1' } })),
    ],
    [
      'update another uid',
      put((live) => ({ ...live, metadata: { ...live.metadata, uid: 'other' } })),
    ],
    [
      'update another name',
      put((live) => ({ ...live, metadata: { ...live.metadata, name: 'other' } })),
    ],
    [
      'update what is not there',
      (c) =>
        c.put(
          `${path}/absent`,
          withVersion({ ...object, metadata: { ...metadata, name: 'absent' } }),
        ),
    ],
    ['update the collection', (c) => c.put(path, object)],
    ['patch by merging', (c) => c.patch(one, 'merge', note('merged'))],
    ['patch nothing', (c) => c.patch(one, 'merge', note('merged'))],
    [
      'patch by operations',
      (c) => c.patch(one, 'json', [{ op: 'add', path: '/metadata/annotations/more', value: 'x' }]),
    ],
    [
      'patch by an operation that fails',
      (c) => c.patch(one, 'json', [{ op: 'test', path: '/kind', value: 'x' }]),
    ],
    ['patch strategically', (c) => c.patch(one, 'strategic', note('strategic'))],
    ['patch with a list', (c) => c.patch(one, 'merge', [])],
    ['patch the name', (c) => c.patch(one, 'merge', { metadata: { name: 'other' } })],
    ['patch the uid', (c) => c.patch(one, 'merge', { metadata: { uid: 'other' } })],
    ['patch a stale version', (c) => c.patch(one, 'merge', { metadata: { resourceVersion: '1' } })],
    ['patch what is not there', (c) => c.patch(`${path}/absent`, 'merge', {})],
    ['patch by a type that is none', (c) => c.send('PATCH', one, { body: {}, type: 'text/plain' })],
    ['apply', (c) => c.patch(`${one}?fieldManager=matrix&force=true`, 'apply', applied)],
    ['apply again', (c) => c.patch(`${one}?fieldManager=matrix&force=true`, 'apply', applied)],
    [
      'apply a conflict',
      (c) =>
        c.patch(`${one}?fieldManager=other`, 'apply', {
          ...applied,
          metadata: { ...metadata, annotations: { note: 'mine' } },
        }),
    ],
    ['apply as nobody', (c) => c.patch(one, 'apply', applied)],
    [
      'apply with a field nobody knows',
      (c) => c.patch(`${one}?fieldManager=matrix`, 'apply', { ...applied, nobodyKnows: 1 }),
    ],
    ...(of.status ? parts(one, 'status') : []),
    ...(of.scale ? parts(one, 'scale') : []),
    ['read a status that may not be', (c) => c.get(`${one}/status`)],
  ];
}

interface LiveObject {
  readonly metadata: Readonly<Record<string, unknown>>;
}

function parts(one: string, part: string): readonly (readonly [string, Ask])[] {
  const at = `${one}/${part}`;
  return [
    [`get ${part}`, (c) => c.get(at)],
    [`update ${part}`, async (c) => c.put(at, (await c.get(at)).body)],
    [`patch ${part}`, (c) => c.patch(at, 'merge', { metadata: { annotations: { part: 'x' } } })],
    [`delete ${part}`, (c) => c.delete(at)],
  ];
}

function deleting({ path, object }: MatrixKind): readonly (readonly [string, Ask])[] {
  const metadata = object['metadata'] as { readonly name: string };
  const one = `${path}/${metadata.name}`;
  const options = (more: object) => ({ apiVersion: 'v1', kind: 'DeleteOptions', ...more });
  const now = options({ gracePeriodSeconds: 0 });
  return [
    ['delete dry', (c) => c.delete(one, options({ dryRun: ['All'], gracePeriodSeconds: 0 }))],
    ['delete another uid', (c) => c.delete(one, options({ preconditions: { uid: 'other' } }))],
    [
      'delete another version',
      (c) => c.delete(one, options({ preconditions: { resourceVersion: '1' } })),
    ],
    ['delete in a way that is none', (c) => c.delete(one, options({ propagationPolicy: 'Some' }))],
    ['delete by text', (c) => c.delete(one, 'now')],
    ['delete', (c) => c.delete(one, now)],
    ['delete what is not there', (c) => c.delete(`${path}/absent`, now)],
    ['delete all of a label', (c) => c.delete(`${path}?labelSelector=matrix%3Dnever`, now)],
  ];
}

/** What one server answers to all requests of a kind. */
export async function answersOf(
  of: MatrixKind,
  client: Client,
): Promise<Readonly<Record<string, Answer>>> {
  const answers: Record<string, Answer> = {};
  for (const [name, ask] of requestsOf(of)) answers[name] = answer(await ask(client), of);
  return answers;
}

function answer(
  { status, body }: Reply,
  { untracked, plain, review, ownName }: MatrixKind,
): Answer {
  const isStatus = isJsonObject(body) && body['kind'] === 'Status';
  const reason = isStatus ? String(body['reason'] ?? '') : '';
  const without = [
    'description',
    ...(plain ? ofWorkloads : []),
    ...(untracked || review ? ['managedFields'] : []),
    // what a client sent as a secret is not sent back; and whose certificate it was is told of tokens only
    ...(review ? ['token', 'extra', 'reason'] : []),
    // Kubernetes tells of both kinds of events as of the core group's
    ...(ownName ? ['group'] : []),
  ];
  return {
    status,
    reason,
    shape: isJsonObject(body) ? shapeOf(listed(body), without) : typeof body,
  };
}

/** What kinds have that are served as they are written. */
const ofWorkloads = [
  'spec',
  'status',
  'managedFields',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'deprecated.daemonset.template.generation',
];

/** Items of lists need not repeat what the list says of them; Kubernetes' own do not, ours do. */
function listed(body: JsonObject): JsonObject {
  const { items } = body;
  if (!Array.isArray(items)) return body;
  const bare = items.filter(isJsonObject).map(({ apiVersion: _v, kind: _k, ...item }) => item);
  return { ...body, items: bare };
}

/** Names of fields, and types of what is in them; what is empty may as well be absent. */
function shapeOf(value: unknown, without: readonly string[]): Json {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0], without)];
  if (!isJsonObject(value)) return value === null ? 'null' : typeof value;
  const entries = Object.entries(value)
    .filter(([key, of]) => !without.includes(key) && !isEmpty(of))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, of]) => [key, shapeOf(of, without)] as const)
    .filter(([, shape]) => !isEmpty(shape));
  return Object.fromEntries(entries);
}

function isEmpty(value: Json | undefined): boolean {
  return value === '' || value === null || (isJsonObject(value) && Object.keys(value).length === 0);
}
