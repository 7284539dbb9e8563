import type { Client, Reply } from './harness.ts';
import { until } from './suite.ts';

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

const gears = '/apis/scaled.example.com';
/** Of a kind that keeps its replicas in another place in each version, and in the third has no scale. */
export const gearDefinition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'gears.scaled.example.com' },
  spec: {
    ...{ group: 'scaled.example.com', scope: 'Namespaced' },
    names: { plural: 'gears', singular: 'gear', kind: 'Gear', listKind: 'GearList' },
    versions: ['v1', 'v2', 'v3'].map((name) => ({
      ...{ name, served: true, storage: name === 'v1' },
      subresources: {
        status: {},
        ...(name !== 'v3' && {
          scale: {
            specReplicasPath: name === 'v1' ? '.spec.teeth' : '.spec.fine.teeth',
            statusReplicasPath: '.status.teeth',
            labelSelectorPath: '.status.selector',
          },
        }),
      },
      schema: {
        openAPIV3Schema: {
          type: 'object',
          properties: Object.fromEntries(
            ['spec', 'status'].map((part) => [
              part,
              { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
            ]),
          ),
        },
      },
    })),
  },
};

/** Who owns what, and whether it is known since when; of a Deployment the replicas alone. */
function owners({ kind, metadata, spec }: Body): unknown {
  const entries = metadata?.managedFields?.map((entry: Body) => {
    const { manager, operation, apiVersion, subresource, time, fieldsV1 } = entry;
    const { 'f:spec': ofSpec } = fieldsV1;
    const fields = kind === 'Deployment' ? ofSpec?.['f:replicas'] !== undefined : fieldsV1;
    const only = kind !== 'Deployment' || Object.keys(ofSpec ?? {}).length < 2;
    return { manager, operation, apiVersion, subresource, timed: time !== undefined, fields, only };
  });
  return [metadata?.generation, spec?.replicas, spec?.teeth, entries];
}

/** Scales that are written in every way, and who owns the replicas then. */
function owningScales(): readonly Step[] {
  const containers = [{ name: 'x', image: 'y' }];
  const scale = (spec?: object, more: object = {}) => ({
    ...{ apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'o', ...more } },
    ...(spec !== undefined && { spec }),
  });
  const gear = { kind: 'Gear', metadata: { name: 'o' } };
  const v1 = { ...gear, apiVersion: 'scaled.example.com/v1' };
  const story = (
    of: string,
    at: string,
    make: object,
    {
      applies,
      more = [],
    }: {
      readonly applies: boolean;
      readonly more?: readonly (readonly [string, Step['ask'], (string | undefined)?])[];
    },
  ): readonly Step[] => {
    const one = `${at}/o`;
    const apply = (c: Client, manager: string, body: unknown, query = '') =>
      c.patch(`${one}/scale?fieldManager=${manager}${query}`, 'apply', body);
    const steps: readonly (readonly [string, Step['ask'], (string | undefined)?])[] = [
      ['make', (c) => c.post(`${at}?fieldManager=maker`, make)],
      ['read', (c) => c.get(`${one}/scale`)],
      ['apply the same', (c) => apply(c, 'a', scale({ replicas: 2 }))],
      ['apply another', (c) => apply(c, 'a', scale({ replicas: 3 }))],
      ['apply by force', (c) => apply(c, 'a', scale({ replicas: 3 }), '&force=true')],
      ['apply again', (c) => apply(c, 'a', scale({ replicas: 4 }))],
      ['apply by another', (c) => apply(c, 'b', scale({ replicas: 5 }))],
      ['apply the same as another', (c) => apply(c, 'b', scale({ replicas: 4 }))],
      ['apply nothing', (c) => apply(c, 'b', scale())],
      ['apply without manager', (c) => c.patch(`${one}/scale`, 'apply', scale({ replicas: 4 }))],
      ['apply another kind', (c) => apply(c, 'b', make)],
      [
        'apply another name',
        (c) => apply(c, 'b', { ...scale({ replicas: 4 }), metadata: { name: 'p' } }),
      ],
      ['apply no number', (c) => apply(c, 'b', scale({ replicas: 'x' })), saner],
      ['apply fewer than none', (c) => apply(c, 'a', scale({ replicas: -1 }))],
      ['apply what is unknown', (c) => apply(c, 'b', scale({ replicas: 4, odd: 1 }))],
      [
        'apply a status',
        (c) => apply(c, 'b', { ...scale({ replicas: 4 }), status: { replicas: 9 } }, '&force=true'),
      ],
      ['apply to a uid', (c) => apply(c, 'b', scale({ replicas: 4 }, { uid: 'x' }))],
      [
        'apply to a version',
        (c) => apply(c, 'b', scale({ replicas: 4 }, { resourceVersion: '1' })),
      ],
      [
        'apply managed fields',
        (c) => apply(c, 'b', scale({ replicas: 4 }, { managedFields: [{}] })),
      ],
      [
        'apply to nothing',
        (c) =>
          c.patch(`${at}/none/scale?fieldManager=a`, 'apply', {
            ...scale({ replicas: 1 }),
            metadata: { name: 'none' },
          }),
      ],
      ['apply dry', (c) => apply(c, 'a', scale({ replicas: 9 }), '&dryRun=All&force=true')],
      ['apply to the object', (c) => c.patch(`${one}?fieldManager=a&force=true`, 'apply', make)],
      ['put', (c) => c.put(`${one}/scale?fieldManager=p`, scale({ replicas: 6 }))],
      ['put the same', (c) => c.put(`${one}/scale?fieldManager=q`, scale({ replicas: 6 }))],
      ['put by another', (c) => c.put(`${one}/scale?fieldManager=q`, scale({ replicas: 7 }))],
      ['put without replicas', (c) => c.put(`${one}/scale?fieldManager=q`, scale({}))],
      ['put to a uid', (c) => c.put(`${one}/scale`, scale({ replicas: 1 }, { uid: 'x' }))],
      [
        'put to a version',
        (c) => c.put(`${one}/scale`, scale({ replicas: 1 }, { resourceVersion: '1' })),
      ],
      ['put fewer than none', (c) => c.put(`${one}/scale`, scale({ replicas: -1 }))],
      ['put too many', (c) => c.put(`${one}/scale`, scale({ replicas: 3e9 }))],
      ['put a part', (c) => c.put(`${one}/scale`, scale({ replicas: 1.5 }))],
      [
        'put strictly',
        (c) => c.put(`${one}/scale?fieldValidation=Strict`, scale({ replicas: 1, odd: 1 })),
      ],
      ['merge', (c) => c.patch(`${one}/scale?fieldManager=m`, 'merge', { spec: { replicas: 8 } })],
      ['merge nothing', (c) => c.patch(`${one}/scale?fieldManager=m`, 'merge', {})],
      ['merge null', (c) => c.patch(`${one}/scale?fieldManager=m`, 'merge', { spec: null })],
      ['merge a text', (c) => c.patch(`${one}/scale`, 'merge', { spec: { replicas: '1' } })],
      [
        'patch',
        (c) =>
          c.patch(`${one}/scale?fieldManager=j`, 'json', [
            { op: 'replace', path: '/spec', value: { replicas: 2 } },
          ]),
      ],
      [
        'patch what is not there',
        (c) => c.patch(`${one}/scale`, 'json', [{ op: 'remove', path: '/spec/odd' }]),
      ],
      [
        'merge strategically',
        (c) => c.patch(`${one}/scale?fieldManager=s`, 'strategic', { spec: { replicas: 3 } }),
      ],
      [
        'patch by nothing',
        (c) => c.send('PATCH', `${one}/scale`, { body: {}, type: 'text/plain' }),
      ],
      ...more,
    ];
    const told = steps.filter(([name]) => applies || !name.startsWith('apply'));
    return told.flatMap(([name, ask, differs]): readonly Step[] => [
      {
        ...{ name: `${of}: ${name}`, ask },
        show: ({ kind, metadata, spec, status }) =>
          [kind, spec, status, metadata?.managedFields?.length ?? 0].slice(
            0,
            kind === 'Scale' ? 4 : 1,
          ),
        ...(differs !== undefined && { differs }),
      },
      { name: `${of}: after ${name}`, ask: (c) => c.get(one), show: owners },
    ]);
  };
  const path = (version: string) => `${gears}/${version}${space}/gears`;
  return [
    ...story('deployment', deployments, deployment('o', { containers }, { replicas: 2 }), {
      applies: true,
    }),
    {
      name: 'a kind with scales',
      ask: async (c) => {
        const made = await c.post(
          '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
          gearDefinition,
        );
        for (const version of ['v1', 'v2', 'v3']) {
          await until(async () => (await c.get(path(version))).status === 200);
        }
        return made;
      },
    },
    // kube-apiserver 1.35 fails with 500 where an applied scale of a custom kind changes anything
    ...story(
      'gear',
      path('v1'),
      { ...v1, spec: { teeth: 2, size: 1 } },
      {
        applies: false,
        more: [
          [
            'as v2',
            (c) =>
              c.patch(`${path('v2')}/o?fieldManager=two`, 'apply', {
                ...{ ...gear, apiVersion: 'scaled.example.com/v2' },
                spec: { fine: { teeth: 3 } },
              }),
          ],
          [
            'put a scale of v2',
            (c) => c.put(`${path('v2')}/o/scale?fieldManager=three`, scale({ replicas: 5 })),
          ],
          [
            'put a scale of v1',
            (c) => c.put(`${path('v1')}/o/scale?fieldManager=four`, scale({ replicas: 6 })),
          ],
          ['of v3', (c) => c.get(`${path('v3')}/o/scale`)],
        ],
      },
    ),
  ];
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

/** Who owns fields is forgotten when asked, and not learned again before somebody applies. */
function forgetting(): readonly Step[] {
  const at = `${maps}/n`;
  const steps: readonly (readonly [string, Step['ask']])[] = [
    ['make', (c) => c.post(`${maps}?fieldManager=a`, map('n', { data: { a: '1' } }))],
    ['forget', (c) => c.patch(at, 'merge', { metadata: { managedFields: [{}] } })],
    ['merge', (c) => c.patch(`${at}?fieldManager=b`, 'merge', { data: { b: '1' } })],
    ['put', (c) => c.put(`${at}?fieldManager=c`, map('n', { data: { c: '1' } }))],
    [
      'apply',
      (c) => c.patch(`${at}?fieldManager=d`, 'apply', { ...map('n', { data: { d: '1' } }) }),
    ],
    ['merge again', (c) => c.patch(`${at}?fieldManager=b`, 'merge', { data: { b: '2' } })],
  ];
  const show = ({ metadata, data }: Body) => [
    data,
    metadata?.managedFields?.map(({ manager, operation, fieldsV1 }: Body) => [
      ...[manager, operation, fieldsV1],
    ]),
  ];
  return steps.map(([name, ask]) => ({ name, ask, show }));
}

/** Deletion, scale, server-side apply and strategic merge, step by step. */
export const stories: Readonly<Record<string, readonly Step[]>> = {
  'deletion and its options': deleting(),
  'deletion of collections': deletingAll(),
  'scale and status': scaling(),
  'scales and their owners': owningScales(),
  'owners that are forgotten': forgetting(),
  'server-side apply of lists, sets and owners': applying(),
  'strategic merge': merging(),
};
