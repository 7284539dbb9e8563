import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/base/json.ts';
import { lift } from '../../../src/ir/lift/lift.ts';
import { lower } from '../../../src/ir/lower/lower.ts';
import { type IrDecl, irVersion } from '../../../src/ir/program.ts';
import { validateIr } from '../../../src/ir/validate.ts';
import type { KubeObject } from '../../../src/kube/object.ts';

/** What objects are read as; they come back the same, and the IR is valid. */
function roundTrip(...objects: readonly KubeObject[]): readonly IrDecl[] {
  const decls = lift(objects);
  expect(lower({ decls }).objects.map(({ object }) => object)).toEqual(objects);
  const files = [{ uri: 'x', sha256: '', lineStarts: [] }];
  const program = JSON.parse(JSON.stringify({ irVersion, files, decls }));
  expect(validateIr(program)).toMatchObject({ ok: true });
  return decls;
}

const replicaSet = (spec: Json, metadata: object = {}): KubeObject => ({
  apiVersion: 'work.open-cluster-management.io/v1alpha1',
  kind: 'ManifestWorkReplicaSet',
  metadata: { name: 'web', namespace: 'shop', ...metadata },
  spec,
});
const manifests = [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }];
const identifier = { group: 'apps', resource: 'deployments', name: 'web', namespace: 'shop' };

describe('a ManifestWorkReplicaSet', () => {
  test('is an app with all it says', () => {
    const [decl] = roundTrip(
      replicaSet(
        {
          placementRefs: [
            { name: 'a', rolloutStrategy: { type: 'All' } },
            {
              name: 'b',
              rolloutStrategy: {
                type: 'Progressive',
                progressive: { maxConcurrency: '20%', minSuccessTime: '5m' },
              },
            },
            { name: 'c' },
          ],
          cascadeDeletionPolicy: 'Foreground',
          manifestWorkTemplate: {
            workload: { manifests },
            deleteOption: {
              propagationPolicy: 'SelectivelyOrphan',
              selectivelyOrphans: { orphaningRules: [{ resource: 'namespaces', name: 'shop' }] },
              ttlSecondsAfterFinished: 60,
            },
            executor: {
              subject: { type: 'ServiceAccount', serviceAccount: { namespace: 'a', name: 'b' } },
            },
            manifestConfigs: [
              {
                resourceIdentifier: identifier,
                feedbackScrapeType: 'Watch',
                feedbackRules: [
                  { type: 'WellKnownStatus' },
                  {
                    type: 'JSONPaths',
                    jsonPaths: [{ name: 'r', path: '.status.r', version: 'v1' }],
                  },
                ],
                updateStrategy: {
                  type: 'ServerSideApply',
                  serverSideApply: {
                    force: true,
                    fieldManager: 'x',
                    ignoreFields: [
                      {
                        condition: 'OnSpokeChange',
                        jsonPaths: ['.a'],
                        jsonPointers: ['/b'],
                        jqPathExpressions: ['.c'],
                      },
                    ],
                  },
                },
                conditionRules: [
                  {
                    type: 'CEL',
                    condition: 'Progressing',
                    celExpressions: ['!true'],
                    messageExpression: '"x"',
                  },
                  { type: 'WellKnownConditions', condition: 'Complete', message: 'done' },
                ],
              },
            ],
          },
        },
        { labels: { a: 'b' } },
      ),
    );
    expect(decl).toMatchObject({ kind: 'app', via: 'replicaset', labels: { a: 'b' } });
    expect(decl).not.toHaveProperty('raw');
  });

  test.each([
    [
      'a field of a rule nobody knows',
      { manifestConfigs: [{ resourceIdentifier: identifier, later: 1 }] },
    ],
    [
      'a strategy of another type',
      { manifestConfigs: [{ resourceIdentifier: identifier, updateStrategy: { type: 'Later' } }] },
    ],
    ['another subject', { executor: { subject: { type: 'User', user: { name: 'x' } } } }],
    ['a form the API would refuse', { manifestConfigs: 'none', deleteOption: [1] }],
  ] as const)('keeps %s in raw', (_, more) => {
    const [decl] = roundTrip(
      replicaSet({
        placementRefs: [{ name: 'a', rolloutStrategy: { type: 'Progressive', progressive: {} } }],
        manifestWorkTemplate: { workload: { manifests }, ...more },
      }),
    );
    expect(decl).toMatchObject({ kind: 'app', raw: { spec: {} } });
  });

  test('without a template is a resource or an app, and comes back the same', () => {
    roundTrip(replicaSet({ placementRefs: [] }));
    roundTrip(replicaSet(null as never));
  });
});

const addOn = (spec: Json, metadata: object = {}): KubeObject => ({
  apiVersion: 'addon.open-cluster-management.io/v1alpha1',
  kind: 'ClusterManagementAddOn',
  metadata: { name: 'metrics', ...metadata },
  spec,
});

describe('a ClusterManagementAddOn', () => {
  test('is an add-on with all it says', () => {
    const configs = [
      {
        group: 'addon.open-cluster-management.io',
        resource: 'addondeploymentconfigs',
        namespace: 'n',
        name: 'c',
      },
    ];
    const [decl] = roundTrip(
      addOn(
        {
          addOnMeta: { displayName: 'Metrics', description: 'x' },
          supportedConfigs: [
            {
              group: 'addon.open-cluster-management.io',
              resource: 'addondeploymentconfigs',
              defaultConfig: { namespace: 'n', name: 'd' },
            },
            {
              group: 'addon.open-cluster-management.io',
              resource: 'addontemplates',
              defaultConfig: { name: 't' },
            },
          ],
          installStrategy: {
            type: 'Placements',
            placements: [
              { name: 'a', namespace: 'n' },
              {
                name: 'b',
                namespace: 'n',
                configs,
                rolloutStrategy: {
                  type: 'ProgressivePerGroup',
                  progressivePerGroup: {
                    maxFailures: 1,
                    mandatoryDecisionGroups: [{ groupName: 'canary' }, { groupIndex: 2 }],
                  },
                },
              },
            ],
          },
        },
        { annotations: { 'addon.open-cluster-management.io/lifecycle': 'self', x: 'y' } },
      ),
    );
    expect(decl).toMatchObject({ kind: 'addon', lifecycle: 'self', annotations: { x: 'y' } });
    expect(decl).not.toHaveProperty('raw');
  });

  test.each([
    ['Manual, said aloud', { installStrategy: { type: 'Manual' } }, {}],
    ['the older form of configuration', { addOnConfiguration: { crdName: 'x' } }, {}],
    [
      'another lifecycle',
      {},
      { annotations: { 'addon.open-cluster-management.io/lifecycle': 'x' } },
    ],
    ['no annotations, but the key', {}, { annotations: {} }],
  ] as const)('keeps %s', (_, spec, metadata) => {
    expect(roundTrip(addOn(spec, metadata))).toMatchObject([{ kind: 'addon' }]);
  });
});

const channel = (spec: Json, name = 'site'): KubeObject => ({
  apiVersion: 'apps.open-cluster-management.io/v1',
  kind: 'Channel',
  metadata: { name, namespace: 'shop' },
  spec,
});
const subscription = (spec: Json, metadata: object = {}): KubeObject => ({
  apiVersion: 'apps.open-cluster-management.io/v1',
  kind: 'Subscription',
  metadata: { name: 'site', namespace: 'shop', ...metadata },
  spec,
});
const placement = { placementRef: { kind: 'Placement', name: 'p' } };

describe('a Channel and its Subscription', () => {
  test('are an app, with the window of the Subscription', () => {
    const annotations = {
      'apps.open-cluster-management.io/git-path': 'deploy',
      'apps.open-cluster-management.io/git-branch': 'v4',
    };
    const timewindow = {
      windowtype: 'active',
      location: 'Europe/Prague',
      daysofweek: ['Saturday', 'Sunday'],
      hours: [
        { start: '10:30PM', end: '12:00AM' },
        { start: '12:00AM', end: '5:00AM' },
      ],
    };
    expect(
      roundTrip(
        channel({ type: 'Git', pathname: 'https://git.example.com/site.git' }),
        subscription(
          { channel: 'shop/site', placement, timewindow },
          { annotations, labels: { a: 'b' } },
        ),
      ),
    ).toMatchObject([
      {
        kind: 'app',
        via: 'subscription',
        sources: [{ source: 'git', ref: 'v4', path: 'deploy' }],
        window: { mode: 'active', ranges: ['22:30-24:00', '00:00-05:00'] },
      },
    ]);
  });

  test('of a chart are an app too', () => {
    expect(
      roundTrip(
        channel({ type: 'HelmRepo', pathname: 'https://charts.example.com/stable' }),
        subscription({
          channel: 'shop/site',
          name: 'nginx',
          packageFilter: { version: '1.2.3' },
          placement,
        }),
      ),
    ).toMatchObject([{ kind: 'app', sources: [{ chart: 'nginx', version: '1.2.3' }] }]);
  });

  test.each([
    [
      'used by two',
      [
        channel({ type: 'Git', pathname: 'https://x/y' }),
        subscription({ channel: 'shop/site', placement }),
        subscription({ channel: 'shop/site', placement }, { name: 'other' }),
      ],
    ],
    [
      'with more than an app can say',
      [
        channel({ type: 'Git', pathname: 'https://x/y', insecureSkipVerify: true }),
        subscription({ channel: 'shop/site', placement }),
      ],
    ],
    ['that is not there', [subscription({ channel: 'shop/site', placement, overrides: [] })]],
    [
      'of another type',
      [
        channel({ type: 'ObjectBucket', pathname: 'https://x/y' }),
        subscription({ channel: 'shop/site', placement }),
      ],
    ],
  ] as const)('%s stay what they are', (_, objects) => {
    expect(roundTrip(...objects).every(({ kind }) => kind === 'resource')).toBe(true);
  });
});

describe('an ApplicationSet', () => {
  const generator = (placement: string, more: object = {}) => ({
    clusterDecisionResource: {
      configMapRef: 'ocm-placement-generator',
      labelSelector: {
        matchLabels: { 'cluster.open-cluster-management.io/placement': placement },
      },
      requeueAfterSeconds: 30,
      ...more,
    },
  });
  const git = { repoURL: 'https://git.example.com/web.git', targetRevision: 'v1', path: 'deploy' };
  const set = (
    spec: { generators?: readonly Json[]; source?: Json; sources?: Json; namespace?: string },
    more: object = {},
  ): KubeObject => {
    const { generators = [generator('eu')], source, sources, namespace } = spec;
    const written = sources === undefined ? { source: source ?? git } : { sources };
    const destination = { server: '{{server}}', ...(namespace !== undefined && { namespace }) };
    const automated = { prune: true, selfHeal: true };
    const syncPolicy = { automated, syncOptions: ['CreateNamespace=true'] };
    return {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'ApplicationSet',
      metadata: { name: 'web', namespace: 'argocd' },
      spec: {
        generators,
        template: {
          metadata: { name: 'web-{{name}}' },
          spec: { ...written, project: 'default', destination, syncPolicy },
        },
        ...more,
      },
    };
  };
  const isApp = (decl: IrDecl | undefined) => decl?.kind === 'app' && decl.via === 'argocd';

  test('over the decisions of a placement is an app with its sources', () => {
    const [decl] = roundTrip(set({}));
    expect(decl).toMatchObject({
      kind: 'app',
      via: 'argocd',
      on: [{ placement: 'eu', rollout: null }],
      sources: [
        { source: 'git', url: 'https://git.example.com/web.git', ref: 'v1', path: 'deploy' },
      ],
    });
    expect(decl).not.toHaveProperty('raw');
  });

  test('with charts, in a registry or a repository, keeps their values and namespace', () => {
    const chart = (repoURL: string, helm?: Json): Json => ({
      repoURL,
      chart: 'redis',
      targetRevision: '19.1.0',
      ...(helm !== undefined && { helm }),
    });
    const helm = { releaseName: 'cache', valuesObject: { auth: { enabled: true } } };
    const sources = [
      git,
      chart('registry.example.com/charts', helm),
      chart('https://c.example.com'),
    ];
    const [decl] = roundTrip(set({ sources, namespace: 'cache' }));
    expect(decl).toMatchObject({
      sources: [
        { source: 'git' },
        {
          repository: 'oci://registry.example.com/charts',
          name: 'cache',
          namespace: 'cache',
          values: { auth: { enabled: true } },
        },
        { repository: 'https://c.example.com', namespace: null, values: null },
      ],
    });
    expect(decl).not.toHaveProperty('raw');
  });

  test('keeps what an app has no key for in `raw`', () => {
    const [decl] = roundTrip(
      set({ generators: [generator('eu', { requeueAfterSeconds: 180 })] }, { goTemplate: true }),
    );
    expect(isApp(decl)).toBe(true);
    expect(decl).toMatchObject({ raw: { spec: { goTemplate: true } } });
  });

  test('that syncs otherwise is an app all the same, with all it says of it in `raw`', () => {
    const destination = { name: '{{name}}', namespace: 'web' };
    for (const policy of [{ automated: { prune: true } }, null]) {
      const object = set({});
      const spec = object.spec as { template: { spec: { [key: string]: Json } } };
      const { syncPolicy: _, ...rest } = spec.template.spec;
      const syncs = policy === null ? {} : { syncPolicy: policy };
      spec.template.spec = { ...rest, destination, ...syncs };
      const [decl] = roundTrip(object);
      expect(isApp(decl)).toBe(true);
      expect(decl).toMatchObject({
        bare: true,
        raw: { spec: { template: { spec: { project: 'default', destination, ...syncs } } } },
      });
    }
  });

  test('that finds clusters otherwise, or has no source an app can say, stays the object it is', () => {
    const labelSelector = { matchLabels: { team: 'web' } };
    for (const other of [
      set({ generators: [{ clusters: {} }] }),
      set({ generators: [generator('eu'), { clusters: {} }] }),
      set({ generators: [{ ...generator('eu'), list: {} }] }),
      set({ generators: [generator('eu', { labelSelector })] }),
      set({ source: { repoURL: 'https://git.example.com/web.git', directory: { recurse: true } } }),
      set({ source: 'odd' }),
    ]) {
      expect(roundTrip(other)[0]?.kind).toBe('resource');
    }
  });
});
