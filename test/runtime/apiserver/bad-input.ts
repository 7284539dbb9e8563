import type { Client, Reply } from './harness.ts';

/** A request that is bad in some way, or odd and good. */
export interface BadRequest {
  readonly name: string;
  readonly ask: (client: Client) => Promise<Reply>;
  /** Why our answer is another one than kube-apiserver's. */
  readonly differs?: string | undefined;
}

export const space = 'bad';
const core = `/api/v1/namespaces/${space}/configmaps`;
const custom = `/apis/cluster.open-cluster-management.io/v1beta1/namespaces/${space}/placements`;
const works = `/apis/work.open-cluster-management.io/v1/namespaces/${space}/manifestworks`;
const leases = `/apis/coordination.k8s.io/v1/namespaces/${space}/leases`;
const yaml = 'application/yaml';
const placements = 'cluster.open-cluster-management.io/v1beta1';

const map = (name: unknown, more: object = {}, metadata: object = {}) => ({
  ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata } },
  ...more,
});
const placement = (name: unknown, spec: object = {}, metadata: object = {}) => ({
  ...{ apiVersion: placements, kind: 'Placement', metadata: { name, ...metadata } },
  spec,
});
const kinds = [
  ['core', core, map],
  ['custom', custom, placement],
] as const;

/** What the requests change or are refused to change: make it first. */
export const badInputObjects = [
  ['/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: space } }],
  [core, map('there', { data: { a: '1' } })],
  [custom, placement('there', { numberOfClusters: 1 })],
  [
    `/apis/apps/v1/namespaces/${space}/replicasets`,
    {
      ...{ apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'there' } },
      spec: {
        replicas: 1,
        selector: { matchLabels: { a: 'b' } },
        template: {
          metadata: { labels: { a: 'b' } },
          spec: { containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 80 }] }] },
        },
      },
    },
  ],
] as const;

const strange = 'kube-apiserver fails with 500 where a client is at fault';
const strict = 'we refuse more';

const notJson = [
  ...['{', '', '[]', '"x"', '{"a":', '\u0000', 'null', 'tru', '1e999', '{"a":1,"a":2}', '{"a":01}'],
  ...['{"a":"\\ud800"}', "{'a':1}", '{"a":1}}', '{"a":1} x', '\ufeff{}', '{"kind":1}', '[[[['],
  ...['{"apiVersion":1}', '{"kind":{}}', '{"metadata":1}', '{"metadata":[]}', '{"a":NaN}', '// x'],
  ...['{"a":"\t"}', '{"a":"x\n"}', '{"a":.5}', '{"a":-}', '{"a":"\\x"}', '{"__proto__":{"a":1}}'],
];
const notYaml: readonly (readonly [string, string?])[] = [
  ['a: b: c'],
  ['- a'],
  ['a: *x'],
  ['&a [*a]'],
  ['a: &a [b]\nb: *a'],
  ['---\na: 1\n---\nb: 2'],
  ['a: 1\na: 2', 'a key that is written twice is refused, whatever `fieldValidation` says'],
  ['? [a]\n: b'],
  ['!!python/object x'],
  ['%YAML 9\n---\na'],
  ['"\\q"'],
  ['x'],
  ['{'],
  ['~'],
  [''],
];
const mediaTypes = [
  ...['text/plain', 'application/xml', 'application/json; charset=utf-8', 'APPLICATION/JSON'],
  ...['application/json;charset', 'text/yaml', 'application/x-yaml', 'multipart/form-data'],
  ...['application/cbor', 'image', '', '*/*', 'application/*', ';;', 'application/json;'],
  ...['application/merge-patch+json', 'application/json,application/yaml'],
];
const patchTypes = [
  ...['application/json', yaml, '', 'application/apply-patch+json', 'application/json-patch'],
  'application/json-patch+json; charset=utf-8',
];
const patches: readonly (readonly [string, Readonly<Record<string, string>>?])[] = [
  ...['{', '', '[]', '"x"', 'null', '1', '[1]', '[{}]', '[{"op":"x"}]', '[{"op":"add"}]'].map(
    (text) => [text] as const,
  ),
  ['{"a":1,"a":2}'],
  ['[{"op":"add","path":"x","value":1}]'],
  ['[{"op":"add","path":"/metadata/name","value":"q"}]'],
  ['[{"op":"add","path":"/metadata/labels","value":1}]'],
  ['[{"op":"move","from":"/kind","path":"/kind/x"}]'],
  ['{"metadata":null}'],
  ['{"metadata":1}'],
  ['{"kind":"X"}'],
  ['{"apiVersion":"v9"}'],
  ['{"spec":1,"data":1}'],
  ['{"$patch":"x"}', { 'core strategic': strange }],
  ['{"$patch":"delete"}'],
  ['{"$setElementOrder/x":1}', { 'core strategic': strange }],
  ['{"$retainKeys":["x"]}'],
  ['{"metadata":{"labels":{"a b":"c"}}}'],
  ['{"metadata":{"labels":{"a":1}}}'],
  [
    '{"metadata":{"resourceVersion":"x"}}',
    { 'core merge': strange, 'custom merge': strange, 'core strategic': strange },
  ],
  ['{"metadata":{"resourceVersion":1}}'],
  ['{"metadata":{"resourceVersion":"1"}}'],
  ['{"metadata":{"uid":"x"}}'],
  ['{"metadata":{"namespace":"x"}}'],
  ['{"metadata":{"name":"zz"}}'],
  ['{"metadata":{"generation":99}}'],
  ['{"metadata":{"creationTimestamp":null}}'],
  ['{"metadata":{"creationTimestamp":"x"}}'],
  ['{"metadata":{"deletionTimestamp":"2020-01-01T00:00:00Z"}}'],
  ['{"metadata":{"finalizers":["x y"]}}'],
  ['{"metadata":{"ownerReferences":[{}]}}', { 'core strategic': 'an owner without uid: 400' }],
  ['{"__proto__":{"x":1}}'],
  ['{"constructor":{"x":1}}'],
];

const metadatas: readonly (readonly [object, Readonly<Record<string, string>>?])[] = [
  [{ name: 'a'.repeat(254) }],
  [{ name: 'A' }],
  [{ name: 'a/b' }],
  [{ name: '..' }],
  [{ name: 'a%2fb' }],
  [{ name: '-a' }],
  [{ name: 'a..b' }],
  [{ name: '\u00e9' }],
  [{ name: '' }],
  [{ name: null }],
  [{ name: '__proto__' }],
  [{ name: 'constructor' }],
  [{ name: 'x\u0000' }],
  [{ generateName: 'Ab' }],
  [{ generateName: '-' }],
  [{ generateName: 'x'.repeat(300) }],
  [{ generateName: 1 }],
  [{ labels: { '': 'x' } }],
  [{ labels: { a: 'x'.repeat(64) } }],
  [{ labels: { a: '-x' } }],
  [{ labels: { 'a/b/c': 'x' } }],
  [{ labels: { 'A.b/c': 'x' } }],
  [{ labels: { ['x'.repeat(64)]: 'x' } }],
  [{ labels: [] }],
  [{ labels: { a: null } }],
  [{ labels: { constructor: 'x' } }],
  [{ annotations: { 'a b': 'c' } }],
  [{ annotations: { a: 'x'.repeat(263_000) } }],
  [{ annotations: { a: 1 } }],
  [{ finalizers: ['x'] }],
  [{ finalizers: ['a/b', 'a/b'] }],
  [{ finalizers: [''] }],
  [{ finalizers: 'x' }],
  [{ finalizers: [1] }],
  [{ finalizers: ['foregroundDeletion', 'orphan'] }],
  [{ ownerReferences: [{}] }],
  [{ ownerReferences: [{ apiVersion: 'v1', kind: 'Event', name: 'x', uid: 'y' }] }],
  [{ ownerReferences: [{ apiVersion: 'a/b/c', kind: 'Pod', name: 'x', uid: 'y' }] }],
  [{ ownerReferences: {} }],
  [{ uid: 1 }],
  [{ resourceVersion: '1' }],
  [{ resourceVersion: 'x' }, { 'PUT core': strange, 'PUT custom': strange }],
  [{ resourceVersion: 1 }],
  [{ generation: '5' }],
  [{ generation: 1.5 }],
  [{ creationTimestamp: 'x' }],
  [{ creationTimestamp: 1 }],
  [{ deletionTimestamp: '2020-01-01T00:00:00Z' }],
  [{ deletionTimestamp: 'x' }],
  [{ deletionGracePeriodSeconds: 5 }],
  [{ selfLink: 1 }],
  [{ managedFields: 'x' }],
  [{ managedFields: [{ manager: 'x', operation: 'Foo' }] }],
  [{ namespace: 'other' }],
  [{ namespace: 1 }],
  [{ unknown: 1 }],
];

function bodies(): readonly BadRequest[] {
  return kinds.flatMap(([kind, path]) => [
    ...notJson.map((text) => ({
      name: `${kind} JSON ${JSON.stringify(text)}`,
      ask: (c: Client) => c.post(path, text),
    })),
    ...notYaml.map(([text, differs]) => ({
      name: `${kind} YAML ${JSON.stringify(text)}`,
      ask: (c: Client) => c.post(path, text, { type: yaml }),
      ...(differs !== undefined && kind === 'core' && { differs }),
    })),
    ...mediaTypes.map((type) => ({
      name: `${kind} of type ${JSON.stringify(type)}`,
      ask: (c: Client) => c.post(path, '{}', { type }),
    })),
    ...patchTypes.map((type) => ({
      name: `${kind} patch of type ${JSON.stringify(type)}`,
      ask: (c: Client) => c.send('PATCH', `${path}/there`, { body: '{}', type }),
    })),
  ]);
}

function patching(): readonly BadRequest[] {
  return kinds.flatMap(([kind, path]) =>
    (['json', 'merge', 'strategic', 'apply'] as const).flatMap((type) =>
      patches.map(([text, differing]) => {
        const differs = differing?.[`${kind} ${type}`];
        const manager = type === 'apply' ? '&fieldManager=x' : '';
        return {
          name: `${kind} ${type} patch ${text}`,
          ask: (c: Client) => c.patch(`${path}/there?dryRun=All${manager}`, type, text),
          ...(differs !== undefined && { differs }),
        };
      }),
    ),
  );
}

function describing(): readonly BadRequest[] {
  return kinds.flatMap(([kind, path, object]) =>
    metadatas.flatMap(([metadata, differing], at) => {
      const shown = JSON.stringify(metadata).slice(0, 60);
      const differs = (how: string) => {
        const why = differing?.[`${how} ${kind}`];
        return why === undefined ? {} : { differs: why };
      };
      const create: BadRequest = {
        name: `POST ${kind} ${shown}`,
        ask: (c) => c.post(`${path}?dryRun=All`, object(`new-${at}`, {}, metadata)),
        ...differs('POST'),
      };
      if ('name' in metadata || 'generateName' in metadata) return [create];
      const update: BadRequest = {
        name: `PUT ${kind} ${shown}`,
        ask: async (c) => {
          const { body } = await c.get(`${path}/there`);
          const changed = { ...body, metadata: { ...body.metadata, ...metadata } };
          return c.put(`${path}/there?dryRun=All`, changed);
        },
        ...differs('PUT'),
      };
      return [create, update];
    }),
  );
}

const manifest = (value: string) =>
  `{"apiVersion":"work.open-cluster-management.io/v1","kind":"ManifestWork","metadata":{"name":"x"},"spec":{"workload":{"manifests":[{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","namespace":"x"},"n":${value}}]}}}`;

/** Numbers as integers of Kubernetes' own kinds, of 32 and of 64 bits. */
function integers(): readonly BadRequest[] {
  const written = [
    ...['3', '-0', '2147483647', '2147483648', '-2147483649', '9223372036854775808', '1.5'],
    ...['1.0', '1e3', '1E3', '-0.0', '10e-1', '9007199254740993', '-9223372036854775809'],
  ];
  const path = `/apis/apps/v1/namespaces/${space}/replicasets`;
  const dry = '?dryRun=All';
  const set = (replicas: string, name: string) =>
    `{"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"${name}"},"spec":{"replicas":${replicas},"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i","ports":[{"containerPort":80}],"livenessProbe":{"httpGet":{"port":80}}}]}}}}`;
  const job = (seconds: string) =>
    `{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"x"},"spec":{"activeDeadlineSeconds":${seconds},"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}}`;
  const place = '/spec/template/spec/containers/0';
  const there = `${path}/there${dry}`;
  // kube-apiserver turns 3,000,000,000 into -1,294,967,296, and what no int64 holds into 0
  const wraps = 'what is out of range is refused, not taken for another number';
  const outOfRange = new Set([...written.slice(3, 6), ...written.slice(-2)]);
  const differs = (number: string) => (outOfRange.has(number) ? wraps : undefined);
  const negative = 'no field of a workload is checked for its range';
  const merge = (number: string) => `{"spec":{"replicas":${number}}}`;
  const replace = (at: string, number: string) =>
    `[{"op":"replace","path":"${at}","value":${number}}]`;
  return written.flatMap((number): readonly BadRequest[] => [
    { name: `${number} replicas`, ask: (c) => c.post(path + dry, set(number, 'x')) },
    {
      name: `${number} replicas in YAML`,
      ask: (c) => c.post(path + dry, set(number, 'x'), { type: yaml }),
    },
    { name: `${number} replicas, put`, ask: (c) => c.put(there, set(number, 'there')) },
    { name: `${number} replicas, merged`, ask: (c) => c.patch(there, 'merge', merge(number)) },
    {
      name: `${number} replicas, patched`,
      ask: (c) => c.patch(there, 'json', replace('/spec/replicas', number)),
    },
    {
      name: `${number} as a port, patched`,
      ask: (c) => c.patch(there, 'json', replace(`${place}/ports/0/containerPort`, number)),
      differs: ['-0', '2147483647', '1000'].includes(number) ? negative : undefined,
    },
    {
      name: `${number} replicas, merged strategically`,
      ask: (c) => c.patch(there, 'strategic', merge(number)),
      differs: differs(number),
    },
    {
      name: `${number} replicas, applied`,
      ask: (c) => c.patch(`${there}&fieldManager=m&force=true`, 'apply', set(number, 'there')),
      differs: number === '1.5' ? strange : differs(number),
    },
    {
      name: `${number} seconds`,
      ask: (c) => c.post(`/apis/batch/v1/namespaces/${space}/jobs${dry}`, job(number)),
      differs: number === '-2147483649' ? negative : undefined,
    },
    {
      name: `${number} as a generation`,
      ask: (c) => c.post(core + dry, `{"metadata":{"name":"x","generation":${number}}}`),
      differs: number === '-2147483649' ? 'a negative generation is not refused' : undefined,
    },
  ]);
}

/** Scales that say to be what no text says. */
function oddScales(): readonly BadRequest[] {
  const at = `/apis/apps/v1/namespaces/${space}/replicasets/there/scale`;
  const odd = { toString: 1, valueOf: 2 };
  const fields = ['kind', 'apiVersion', 'metadata', 'spec', 'status'];
  return [odd, [odd], 1, null, true].flatMap((value) =>
    fields.map((field) => ({
      name: `a scale whose ${field} is ${JSON.stringify(value)}`,
      ask: (c: Client) =>
        c.put(`${at}?dryRun=All`, {
          ...{ apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'there' }, spec: {} },
          [field]: value,
        }),
    })),
  );
}

/** An integer that no number of JavaScript holds, wherever a client may write one. */
function longIntegers(): readonly BadRequest[] {
  const long = '9007199254740993';
  const dry = '?dryRun=All';
  const placed = (of: string) =>
    `{"apiVersion":"${placements}","kind":"Placement","metadata":{"name":"x"},${of}}`;
  const bodies = [
    ...[`{"kind":${long}}`, `{"apiVersion":${long}}`, long, `[${long}]`, `{"metadata":${long}}`],
    ...['name', 'labels', 'finalizers', 'creationTimestamp', 'resourceVersion'].flatMap((field) => [
      `{"metadata":{"name":"x","${field}":${long}}}`,
      `{"metadata":{"name":"x","${field}":[${long}]}}`,
      `{"metadata":{"name":"x","${field}":{"a":${long}}}}`,
    ]),
    `{"metadata":{"name":"x"},"data":{"a":${long}}}`,
    `{"metadata":{"name":"x"},"data":${long}}`,
    `{"metadata":{"name":"x"},"immutable":${long}}`,
  ];
  const specs = [
    ...[`"spec":${long}`, `"spec":{"clusterSets":[${long},${long}]}`],
    ...[`"spec":{"tolerations":[{"operator":${long}}]}`, `"spec":{"predicates":${long}}`],
    `"spec":{"numberOfClusters":${long},"tolerations":[{"key":"a","operator":"Exists","tolerationSeconds":${long}}]}`,
  ];
  const steps = ['replace', 'test', 'add'].map(
    (op) => `[{"op":"${op}","path":"/data/a","value":${long}}]`,
  );
  return [
    ...bodies.map((body) => ({ name: body, ask: (c: Client) => c.post(core + dry, body) })),
    ...specs.map((of) => ({ name: of, ask: (c: Client) => c.post(custom + dry, placed(of)) })),
    ...[...steps, `[{"op":${long}}]`, `[{"op":"add","path":${long}}]`, `[${long}]`].map((body) => ({
      name: body,
      ask: (c: Client) => c.patch(`${core}/there${dry}`, 'json', body),
    })),
    ...(['merge', 'strategic'] as const).flatMap((kind) =>
      [`{"data":{"a":${long}}}`, `{"metadata":{"finalizers":[${long}]}}`].map((body) => ({
        name: `${kind} ${body}`,
        ask: (c: Client) => c.patch(`${core}/there${dry}`, kind, body),
      })),
    ),
  ];
}

function values(): readonly BadRequest[] {
  const dry = '?dryRun=All';
  const numbers = [
    ...['9007199254740993', '9223372036854775807', '9223372036854775808', '1e400', '-1e400'],
    ...['1e3', '1.5', '-0', '"1"', 'true', '[]', '{}', 'null'],
  ];
  return [
    ...numbers.flatMap((number): readonly BadRequest[] => [
      {
        name: `${number} in free content`,
        ask: (c) => c.post(works + dry, manifest(number)),
      },
      {
        name: `${number} as an integer`,
        ask: (c) =>
          c.post(
            custom + dry,
            `{"apiVersion":"${placements}","kind":"Placement","metadata":{"name":"x"},"spec":{"numberOfClusters":${number}}}`,
          ),
      },
    ]),
    {
      name: 'a lease of no time',
      ask: (c) =>
        c.post(leases + dry, {
          ...{ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'x' } },
          spec: { leaseDurationSeconds: 0, leaseTransitions: -1 },
        }),
    },
    ...[100, 400, 10_001, 100_000].flatMap((depth): readonly BadRequest[] => {
      const nested = `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
      return [
        { name: `${depth} deep`, ask: (c) => c.post(works + dry, manifest(nested)) },
        {
          name: `a patch ${depth} deep`,
          ask: (c) => c.patch(`${core}/there${dry}`, 'merge', `{"x":${nested}}`),
        },
      ];
    }),
    {
      name: '2,000 deep',
      ask: (c) => c.post(works + dry, manifest('['.repeat(2000) + ']'.repeat(2000))),
      differs: strict,
    },
    ...[1.4e6, 2.9e6, 3.2e6].map((size) => ({
      name: `a value of ${size} bytes`,
      ask: (c: Client) => c.post(core + dry, map('x', { data: { a: 'x'.repeat(size) } })),
    })),
    {
      name: 'options of a DELETE over the limit',
      ask: (c) => c.delete(`${core}/absent`, { kind: 'DeleteOptions', x: 'x'.repeat(3.2e6) }),
    },
    ...['Warn', 'Strict', 'Ignore'].flatMap((validation): readonly BadRequest[] => [
      {
        name: `fields written twice, ${validation}`,
        ask: (c) =>
          c.post(
            `${core}?fieldValidation=${validation}&dryRun=All`,
            '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","name":"x","labels":{"a":"b","a":"c"}},"data":{"a":"1","a":"2"},"data":{},"odd":1,"odd":2}',
          ),
      },
      {
        name: `custom fields written twice, ${validation}`,
        ask: (c) =>
          c.post(
            `${custom}?fieldValidation=${validation}&dryRun=All`,
            `{"apiVersion":"${placements}","kind":"Placement","metadata":{"name":"a","name":"x"},"spec":{"numberOfClusters":1,"numberOfClusters":2,"predicates":[{"requiredClusterSelector":{},"requiredClusterSelector":{}}],"odd":1,"odd":2}}`,
          ),
      },
    ]),
  ];
}

function asking(): readonly BadRequest[] {
  const queries: readonly (readonly [string, string?])[] = [
    ['limit=-1'],
    ['limit=x'],
    ['limit=1&limit=2'],
    ['timeoutSeconds=x'],
    ['continue=x'],
    ['continue=%00'],
    [
      `continue=${Buffer.from('{"v":"meta.k8s.io/v1","rv":1,"start":"../x/"}').toString('base64url')}`,
    ],
    ['resourceVersion=99999999'],
    ['resourceVersion=-1'],
    ['resourceVersion=x'],
    ['resourceVersion=1&resourceVersionMatch=Foo'],
    ['watch=1&resourceVersion=x', strange],
    ['watch=1&timeoutSeconds=1&sendInitialEvents=true'],
    ['watch=1&timeoutSeconds=1&sendInitialEvents=true&resourceVersionMatch=Exact'],
    ['sendInitialEvents=true'],
    ['fieldSelector=data.x%3Dy'],
    ['fieldSelector=%3D', 'a selector of no field is refused'],
    ['labelSelector=%3D%3D'],
    ['labelSelector=a%20in%20('],
    ['labelSelector=a%20in%20()'],
    ['labelSelector=!'],
  ];
  return [
    ...kinds.flatMap(([kind, path]) =>
      queries.map(([query, differs]) => ({
        name: `${kind} list ${query}`,
        ask: (c: Client) => c.get(`${path}?${query}`),
        ...(differs !== undefined && { differs }),
      })),
    ),
    ...['POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND'].flatMap(
      (method) =>
        [core, `${core}/absent`, `${core}/absent/status`, '/version', '/api'].map((path) => ({
          name: `${method} ${path}`,
          ask: (c: Client) =>
            c.send(method, path, method === 'DELETE' ? { body: { dryRun: ['All'] } } : {}),
        })),
    ),
    ...[
      ...['/api/v1/nothing', '/apis/apps/v9/deployments'],
      ...[`${core}/there/nothing`, `${core}/there/status`, `${core}/there/a/b`],
    ].map((path) => ({ name: `GET ${path}`, ask: (c: Client) => c.get(path) })),
    {
      name: 'GET of a group nobody serves',
      ask: (c) => c.get('/apis/example.com/v1/widgets'),
      differs: 'told as a Status',
    },
    ...['v9', 'apps/v1', 'x/y/z', ''].map((apiVersion) => ({
      name: `a ConfigMap of version ${JSON.stringify(apiVersion)}`,
      ask: (c: Client) => c.post(`${core}?dryRun=All`, { ...map('x'), apiVersion }),
    })),
    ...['Secret', 'Nothing', '', 'configmap'].map((kind) => ({
      name: `a ConfigMap of kind ${JSON.stringify(kind)}`,
      ask: (c: Client) => c.post(`${core}?dryRun=All`, { ...map('x'), kind }),
    })),
  ];
}

/** All of them; none leaves anything behind. */
export const badRequests: readonly BadRequest[] = [
  ...bodies(),
  ...patching(),
  ...describing(),
  ...integers(),
  ...longIntegers(),
  ...oddScales(),
  ...values(),
  ...asking(),
];
