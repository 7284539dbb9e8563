import type { Client, Reply } from './harness.ts';

/** One request of a story: each sees what those before it left. */
export interface Step {
  readonly name: string;
  readonly ask: (client: Client) => Promise<Reply>;
  /** What of the answer is compared beside its code and reason. */
  readonly show?: (body: Body) => unknown;
  readonly differs?: string | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: whatever comes back
type Body = any;

const space = '/namespaces/default';
const maps = `/api/v1${space}/configmaps`;
const deployments = `/apis/apps/v1${space}/deployments`;
const map = (name: string, more: object = {}, metadata: object = {}) => ({
  ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata } },
  ...more,
});
const labels = { a: 'b' };
const deployment = (name: string, spec: object, more: object = {}) => ({
  ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name } },
  spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec }, ...more },
});
const saner = 'kube-apiserver fails with 500 where a client is at fault';
const plain = 'workloads are stored as written (docs/embedded-hub.md)';

function deleting(): readonly Step[] {
  const make = (c: Client) => c.post(maps, map('d', {}, { finalizers: ['example.com/hold'] }));
  const free = async (c: Client): Promise<Reply> => {
    await c.patch(`${maps}/d`, 'merge', { metadata: { finalizers: null } });
    return c.delete(`${maps}/d`);
  };
  const show = ({ metadata }: Body) => [
    metadata?.finalizers,
    metadata?.deletionGracePeriodSeconds,
    metadata?.deletionTimestamp !== undefined,
  ];
  const queries = [
    ...['propagationPolicy=Orphan', 'propagationPolicy=Foreground', 'propagationPolicy=Background'],
    ...['propagationPolicy=Orphan&orphanDependents=true', 'orphanDependents=true', 'dryRun=All'],
    ...['orphanDependents=false', 'orphanDependents=maybe', 'propagationPolicy=', 'dryRun='],
    ...['gracePeriodSeconds=0', 'gracePeriodSeconds=-1', 'gracePeriodSeconds=x'],
    'gracePeriodSeconds=30',
  ];
  const bodies = [
    { propagationPolicy: 'Background', orphanDependents: true },
    { gracePeriodSeconds: 0, preconditions: { uid: 'x' } },
    { dryRun: ['All'] },
    { dryRun: ['x'] },
    { kind: 'Foo', apiVersion: 'v1' },
    { propagationPolicy: 1 },
    [],
    'x',
    { unknown: 1 },
  ];
  const around = (name: string, ask: Step['ask']): readonly Step[] => [
    { name: `${name}: made`, ask: make },
    { name, ask },
    { name: `${name}: after`, ask: (c) => c.get(`${maps}/d`), show },
    { name: `${name}: freed`, ask: free },
  ];
  return [
    ...queries.flatMap((query) => around(`delete ${query}`, (c) => c.delete(`${maps}/d?${query}`))),
    ...bodies.flatMap((body) =>
      around(`delete by ${JSON.stringify(body)}`, (c) => c.delete(`${maps}/d`, body)),
    ),
  ];
}

function deletingAll(): readonly Step[] {
  const names = ({ items }: Body) =>
    items?.map((each: Body) => each.metadata.name).filter((name: string) => /^c\d$/.test(name));
  return [
    ...[0, 1, 2, 3].map((n) => ({
      name: `make c${n}`,
      ask: (c: Client) => c.post(maps, map(`c${n}`, {}, { labels: { all: 'yes', x: `${n % 2}` } })),
    })),
    ...[
      ...['labelSelector=x%3D9', 'fieldSelector=metadata.name%3Dc0', 'labelSelector=%3D'],
      ...['labelSelector=x%3D1&dryRun=All', 'continue=x', 'labelSelector=all%3Dyes&limit=1'],
    ].flatMap((query) => [
      {
        name: `delete all ${query}`,
        ask: (c: Client) => c.delete(`${maps}?${query}`),
        show: names,
      },
      { name: `left after ${query}`, ask: (c: Client) => c.get(maps), show: names },
    ]),
  ];
}

function scaling(): readonly Step[] {
  const at = `${deployments}/s/scale`;
  const scale = (more: object) => ({ apiVersion: 'autoscaling/v1', kind: 'Scale', ...more });
  const named = { metadata: { name: 's' } };
  const patches: readonly (readonly [object, (string | undefined)?])[] = [
    [{ spec: { replicas: 3 } }],
    [{ spec: { replicas: -1 } }],
    [{ spec: { replicas: 'x' } }, 'the field is told, not the patch'],
    [{ spec: {} }],
    [{ metadata: { resourceVersion: '1' }, spec: { replicas: 2 } }],
    [{ metadata: { name: 'other' } }],
    [{ status: { replicas: 9 } }],
  ];
  const containers = [{ name: 'x', image: 'y' }];
  const show = ({ spec, status }: Body) => [spec?.replicas, status?.replicas ?? 0];
  const steps: readonly (readonly [string, Step['ask'], (string | undefined)?])[] = [
    ['make', (c) => c.post(deployments, deployment('s', { containers }, { replicas: 1 }))],
    ...patches.map(
      ([body, differs]) =>
        [
          `patch ${JSON.stringify(body)}`,
          (c: Client) => c.patch(at, 'merge', body),
          differs,
        ] as const,
    ),
    ['json', (c) => c.patch(at, 'json', [{ op: 'replace', path: '/spec/replicas', value: 4 }])],
    ['another kind', (c) => c.put(at, deployment('s', { containers }))],
    ['no name', (c) => c.put(at, scale({ spec: { replicas: 6 } }))],
    ['put', (c) => c.put(at, scale({ ...named, spec: { replicas: 7 } }))],
    ['dry', (c) => c.patch(`${at}?dryRun=All`, 'merge', { spec: { replicas: 99 } })],
    ['get', (c) => c.get(at)],
    ['delete', (c) => c.delete(at)],
    ['of nothing', (c) => c.get(`${deployments}/absent/scale`)],
    [
      'status',
      (c) =>
        c.put(`${deployments}/s/status`, {
          ...deployment('s', { containers }, { replicas: 99 }),
          status: { replicas: 3 },
        }),
    ],
    ['after', (c) => c.get(`${deployments}/s`)],
    [
      'a status beside the spec',
      (c) => c.patch(`${deployments}/s`, 'merge', { status: { replicas: 55 } }),
    ],
  ];
  return steps.map(([name, ask, differs]) => ({
    ...{ name: `scale ${name}`, ask, show },
    ...(differs !== undefined && { differs }),
  }));
}

function applying(): readonly Step[] {
  const apply =
    (path: string, manager: string, body: unknown, more = '') =>
    (c: Client) =>
      c.patch(`${path}?fieldManager=${manager}${more}`, 'apply', body);
  const [a, l] = [`${deployments}/a`, `${maps}/l`];
  const of = (...containers: object[]) => deployment('a', { containers });
  const show = ({ spec, metadata, details }: Body) => [
    spec?.template?.spec?.containers?.map(({ name, image, env, ports }: Body) => ({
      ...{ name, image, env, ports: ports?.map((port: Body) => port.containerPort) },
    })),
    metadata?.managedFields?.map((each: Body) => [each.manager, each.operation]),
    metadata?.labels,
    metadata?.finalizers,
    metadata?.ownerReferences,
    [...new Set(details?.causes?.map((cause: Body) => `${cause.reason} ${cause.field}`))].sort(),
  ];
  const owner = (name: string) => ({ apiVersion: 'v1', kind: 'Pod', name, uid: `u-${name}` });
  const full = {
    env: [{ name: 'A', value: '1' }],
    ports: [{ containerPort: 80, protocol: 'TCP' }],
  };
  const steps: readonly (readonly [string, Step['ask'], (string | undefined)?])[] = [
    ['makes', apply(a, 'one', of({ name: 'x', image: 'i1', ...full }))],
    ['adds to a list', apply(a, 'two', of({ name: 'y', image: 'i2' }))],
    [
      'conflicts in an item',
      apply(a, 'two', of({ name: 'x', image: 'i9' }, { name: 'y', image: 'i2' })),
    ],
    ['shares an item', apply(a, 'two', of({ name: 'x', image: 'i1' }, { name: 'y', image: 'i2' }))],
    ['drops a field of an item', apply(a, 'one', of({ name: 'x', image: 'i1' }))],
    ['drops an item that another has', apply(a, 'one', of({ name: 'z', image: 'i3' }))],
    ['a key twice', apply(a, 'one', of({ name: 'z' }, { name: 'z' })), saner],
    [
      'an item without a key',
      apply(a, 'one', of({ image: 'i3' })),
      'refused by the lists, not by the kind',
    ],
    [
      'takes an item by force',
      apply(a, 'three', of({ name: 'y', image: 'forced' }), '&force=true'),
    ],
    ['a field nobody knows', apply(a, 'one', of({ name: 'z', nope: 1 }))],
    [
      'an atomic part of others',
      apply(
        a,
        'four',
        deployment('a', { containers: [{ name: 'x' }] }, { selector: { matchLabels: { a: 'c' } } }),
      ),
    ],
    [
      'labels',
      apply(l, 'one', map('l', { data: { a: '1' } }, { labels: { x: '1' }, finalizers: ['a/b'] })),
    ],
    ['a set', apply(l, 'two', map('l', {}, { finalizers: ['c/d'], labels: { y: '2' } }))],
    ['drops from a set', apply(l, 'one', map('l', { data: { a: '1' } }, { labels: { x: '1' } }))],
    ['owners', apply(l, 'one', map('l', {}, { ownerReferences: [owner('p')] }))],
    ['owners of another', apply(l, 'two', map('l', {}, { ownerReferences: [owner('q')] }))],
    ['an old version', apply(l, 'one', map('l', {}, { resourceVersion: '1' }))],
    ['managed fields', apply(l, 'one', map('l', {}, { managedFields: [] }))],
    ['another uid', apply(l, 'one', map('l', {}, { uid: 'x' }))],
    ['dry', apply(`${maps}/dry`, 'one', map('dry'), '&dryRun=All')],
    ['by a long name', apply(l, 'x'.repeat(129), map('l'))],
  ];
  return steps.map(([name, ask, differs]) => ({
    ...{ name: `apply ${name}`, ask, show },
    ...(differs !== undefined && { differs }),
  }));
}

function merging(): readonly Step[] {
  const at = `${deployments}/m`;
  const inside = (spec: object) => ({ spec: { template: { spec } } });
  const show = ({ spec, metadata }: Body) => [
    spec?.template?.spec?.containers?.map(({ name, image, args }: Body) => ({ name, image, args })),
    metadata?.finalizers,
  ];
  const containers = [
    { name: 'x', image: 'i1' },
    { name: 'y', image: 'i2' },
  ];
  const order = { '$setElementOrder/containers': [{ name: 'z' }, { name: 'x' }, { name: 'y' }] };
  const steps: readonly (readonly [string, object, string?])[] = [
    ['an item by its key', inside({ containers: [{ name: 'y', args: ['1', '2'] }] })],
    ['a new item in its place', inside({ ...order, containers: [{ name: 'z', image: 'i3' }] })],
    ['away', inside({ containers: [{ name: 'z', $patch: 'delete' }] })],
    ['a whole list', inside({ containers: [{ $patch: 'replace' }, { name: 'only', image: 'o' }] })],
    ['what is retained', { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } }],
    ['into a set', { metadata: { finalizers: ['x/y', 'a/b'] } }],
    ['out of a set', { metadata: { '$deleteFromPrimitiveList/finalizers': ['a/b'] } }],
    ['an item without a key', inside({ containers: [{ image: 'nokey' }] }), saner],
    ['nothing at all', inside({ containers: null }), plain],
  ];
  return [
    { name: 'merge: made', ask: (c) => c.post(deployments, deployment('m', { containers })) },
    ...steps.map(([name, body, differs]) => ({
      ...{ name: `merge ${name}`, show },
      ask: (c: Client) => c.patch(at, 'strategic', body),
      ...(differs !== undefined && { differs }),
    })),
  ];
}

/** Deletion, scale, server-side apply and strategic merge, step by step. */
export const stories: Readonly<Record<string, readonly Step[]>> = {
  'deletion and its options': deleting(),
  'deletion of collections': deletingAll(),
  'scale and status': scaling(),
  'server-side apply of lists, sets and owners': applying(),
  'strategic merge': merging(),
};
