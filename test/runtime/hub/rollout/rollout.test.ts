import { describe, expect, test } from 'vitest';
import { formatInstant, instant } from '../../../../src/base/instant.ts';
import type { AppRollout } from '../../../../src/ir/program-object.ts';
import type { Condition, KubeObject } from '../../../../src/kube/object.ts';
import { refKey } from '../../../../src/kube/object.ts';
import type { ManifestWork } from '../../../../src/kube/ocm/work.ts';
import { accessDenied } from '../../../../src/runtime/control/access-review.ts';
import type { Action, Attempt } from '../../../../src/runtime/control/controller.ts';
import { rollOutApps } from '../../../../src/runtime/hub/rollout/controller.ts';
import { snapshotOf } from '../../../support/snapshot.ts';
import {
  all,
  app,
  cluster,
  clusterSet,
  configMap,
  constant,
  decision,
  fleet,
  oneByOne,
  placed,
  placement,
  program,
  setBinding,
} from '../programs.ts';

const now = instant(Date.UTC(2026, 0, 2, 3, 4, 5));
const controller = rollOutApps();
const key = 'shop/main/shop/web';

/** Runs a pass for an account that was asked about and may deliver. */
function run(
  objects: readonly KubeObject[],
  {
    at = now,
    allowed = true,
    unclear,
    by = controller,
    unknownKinds = [],
  }: {
    at?: typeof now;
    allowed?: boolean;
    /** Why the question about rights was not answered. */
    unclear?: Attempt['failure'];
    by?: typeof controller;
    unknownKinds?: readonly string[];
  } = {},
): readonly Action[] {
  const asked = by.reconcile(key, snapshotOf(objects), at);
  const [ask] = asked.actions;
  if (ask?.do !== 'create') return asked.actions;
  const ref = refKey({
    group: 'authorization.k8s.io',
    kind: 'SubjectAccessReview',
    namespace: '',
    name: ask.object.metadata.name,
  });
  const failure = allowed
    ? (unclear ?? null)
    : { status: 403, reason: accessDenied, message: 'no rule allows it' };
  const hub = { hub: objects, attempts: { [ref]: { at, failure } }, unknownKinds };
  return by.reconcile(key, snapshotOf(hub), at).actions;
}
const applied = (actions: readonly Action[]) =>
  actions.flatMap((action) => (action.do === 'apply' ? [action.object as ManifestWork] : []));
const clustersOf = (works: readonly ManifestWork[]) =>
  works.map(({ metadata }) => metadata.namespace);
const deleted = (actions: readonly Action[]) =>
  actions.flatMap((action) =>
    action.do === 'delete' ? [`${action.of.namespace}/${action.of.name}`] : [],
  );
const rolloutOf = (actions: readonly Action[]): AppRollout | undefined => {
  const patch = actions.find((action) => action.do === 'patchStatus');
  if (patch?.do !== 'patchStatus') return undefined;
  return (patch.status as unknown as { rollouts: AppRollout[] }).rollouts[0];
};

/** A work as it is after it was written, with the status an agent gave it. */
function written(
  work: ManifestWork,
  conditions: Record<string, Condition['status']> = {},
  more: object = {},
): ManifestWork {
  return {
    ...work,
    metadata: { ...work.metadata, uid: `uid-${work.metadata.namespace}`, generation: 4 },
    status: {
      conditions: Object.entries(conditions).map(([type, status]) => ({
        type,
        status,
        reason: 'x',
        message: '',
        observedGeneration: 4,
        lastTransitionTime: '2026-01-02T03:00:00Z',
        ...more,
      })),
    },
  };
}
const good = { Applied: 'True', Available: 'True' } as const;

const one = program([app('web')]);
const base = [...one, ...fleet(3), ...placed('prod', ['c1', 'c2', 'c3'])];

describe('the works of an app', () => {
  test('are named, labelled and annotated for their app, program and revision', () => {
    const [work] = applied(run(base));
    expect(work).toEqual({
      apiVersion: 'work.open-cluster-management.io/v1',
      kind: 'ManifestWork',
      metadata: {
        name: 'shop-web',
        namespace: 'c1',
        labels: {
          'ocmlang.dev/program': 'main',
          'ocmlang.dev/program-namespace': 'shop',
          'ocmlang.dev/declaration': 'app.shop.web',
          'ocmlang.dev/app': 'web',
          'ocmlang.dev/app-namespace': 'shop',
          'ocmlang.dev/placement': 'prod',
        },
        annotations: {
          'ocmlang.dev/origin': 'web.ocm:2:3',
          'ocmlang.dev/app': key,
          'ocmlang.dev/revision': expect.stringMatching(/^[0-9a-f]{16}$/),
          'ocmlang.dev/works': '1',
          'ocmlang.dev/applied-at': '2026-01-02T03:04:05Z',
        },
      },
      spec: { workload: { manifests: [configMap()] } },
    });
  });

  test('go to all clusters at once where the rollout says so', () => {
    expect(clustersOf(applied(run(base)))).toEqual(['c1', 'c2', 'c3']);
    expect(rolloutOf(run(base))).toEqual({
      app: 'shop/web',
      of: 3,
      done: 0,
      updating: 0,
      failed: 0,
      halted: false,
    });
  });

  test('carry default rules for workloads, so that success means rolled out and ready', () => {
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'shop' },
    };
    const of = program([
      app('web', {
        manifests: [
          { origin: { file: 0, span: { start: 0, end: 1 } }, object: constant(deployment) },
        ],
      }),
    ]);
    const [work] = applied(run([...of, ...fleet(1), ...placed('prod', ['c1'])]));
    expect(work?.spec?.manifestConfigs).toEqual([
      {
        resourceIdentifier: {
          group: 'apps',
          resource: 'deployments',
          namespace: 'shop',
          name: 'web',
        },
        feedbackRules: [{ type: 'WellKnownStatus' }],
        conditionRules: [
          {
            type: 'CEL',
            condition: 'Progressing',
            celExpressions: [expect.stringContaining('updatedReplicas')],
          },
          {
            type: 'CEL',
            condition: 'Degraded',
            celExpressions: [expect.stringContaining('ReplicaFailure')],
          },
        ],
      },
    ]);
  });

  test('are several where they are too large for one, and a shrunk app loses the others', () => {
    const big = (name: string) => constant(configMap(name, { text: 'x'.repeat(300_000) }));
    const origin = { file: 0, span: { start: 0, end: 1 } };
    const large = program([
      app('web', {
        manifests: [
          { origin, object: big('a') },
          { origin, object: big('b') },
        ],
      }),
    ]);
    const cells = [...fleet(1), ...placed('prod', ['c1'])];
    const works = applied(run([...large, ...cells]));
    expect(works.map(({ metadata }) => metadata.name)).toEqual(['shop-web', 'shop-web-2']);
    const live = works.map((work) => written(work, good));
    const actions = run([...one, ...cells, ...live]);
    expect(applied(actions).map(({ metadata }) => metadata.name)).toEqual(['shop-web']);
    expect(deleted(actions)).toEqual(['c1/shop-web-2']);
  });

  test('are rendered for each cluster', () => {
    const label = {
      op: 'attribute',
      name: 'region',
      source: { from: 'label', key: 'region' },
      type: 'string',
    } as const;
    const object = {
      op: 'record',
      items: [
        { item: 'spread', of: constant(configMap()) },
        {
          item: 'field',
          key: 'data',
          value: { op: 'record', items: [{ item: 'field', key: 'region', value: label }] },
        },
      ],
    } as const;
    const origin = { file: 0, span: { start: 0, end: 1 } };
    const of = program([app('web', { manifests: [{ origin, object }] })]);
    const cells = [
      cluster('c1', { region: 'eu' }),
      cluster('c2'),
      clusterSet('all'),
      setBinding('all'),
    ];
    const actions = run([...of, ...cells, ...placed('prod', ['c1', 'c2'])]);
    expect(applied(actions).map(({ spec }) => spec?.workload?.manifests?.[0]?.['data'])).toEqual([
      { region: 'eu' },
    ]);
    expect(rolloutOf(actions)).toMatchObject({
      of: 2,
      failed: 1,
      reason: 'AttributeMissing',
      message: expect.stringContaining('on c2: '),
    });
  });
});

describe('a wave', () => {
  const slow = program([app('web', { on: [{ placement: 'prod', rollout: oneByOne }] })]);
  const cells = [...fleet(3), ...placed('prod', ['c1', 'c2', 'c3'])];
  const first = applied(run([...slow, ...cells]))[0] as ManifestWork;

  test('starts as many as it may', () => {
    expect(clustersOf(applied(run([...slow, ...cells])))).toEqual(['c1']);
  });

  test.each([
    ['not yet answered', {}],
    ['not there yet', { Applied: 'True', Available: 'False' }],
    ['refused', { Applied: 'False', Available: 'Unknown' }],
  ] as const)('waits while the first is %s', (_, conditions) => {
    const actions = run([...slow, ...cells, written(first, conditions)]);
    expect(clustersOf(applied(actions))).toEqual(['c1']);
    expect(rolloutOf(actions)).toMatchObject({ updating: 1, done: 0 });
  });

  test('goes on when the first is done', () => {
    const actions = run([...slow, ...cells, written(first, good)]);
    expect(clustersOf(applied(actions))).toEqual(['c1', 'c2']);
    expect(rolloutOf(actions)).toMatchObject({ done: 1, of: 3 });
  });

  test('believes nothing that was observed of an older spec', () => {
    const actions = run([...slow, ...cells, written(first, good, { observedGeneration: 3 })]);
    expect(clustersOf(applied(actions))).toEqual(['c1']);
  });

  test('stays where the API server does not serve sets or bindings just now', () => {
    const works = applied(run(base)).map((work) => written(work, good));
    for (const kind of ['ManagedClusterSet', 'ManagedClusterSetBinding']) {
      const without = base.filter((object) => object.kind !== kind);
      const unknownKinds = [`cluster.open-cluster-management.io/${kind}`];
      expect(deleted(run([...without, ...works], { unknownKinds }))).toEqual([]);
      expect(deleted(run([...without, ...works]))).toHaveLength(3);
    }
  });

  test('leaves clusters on the old revision until it is their turn', () => {
    const old = applied(run(base)).map((work) => written(work, good));
    const changed = program([
      app('web', {
        on: [{ placement: 'prod', rollout: oneByOne }],
        manifests: [
          {
            origin: { file: 0, span: { start: 0, end: 1 } },
            object: constant(configMap('web', { a: '2' })),
          },
        ],
      }),
    ]);
    const actions = run([...changed, ...cells, ...old]);
    expect(clustersOf(applied(actions))).toEqual(['c1']);
    expect(deleted(actions)).toEqual([]);
  });

  test('soaks, and asks to be called when that is over', () => {
    const soaking = program([
      app('web', { on: [{ placement: 'prod', rollout: { ...oneByOne, minSuccessTime: '10m' } }] }),
    ]);
    const live = written(first, good);
    const actions = run([...soaking, ...cells, live]);
    expect(clustersOf(applied(actions))).toEqual(['c1']);
    const later = instant(now + 10 * 60_000);
    expect(clustersOf(applied(run([...soaking, ...cells, live], { at: later })))).toEqual([
      'c1',
      'c2',
    ]);
  });
});

describe('a cluster whose clock is ahead', () => {
  const rollout = {
    ...oneByOne,
    minSuccessTime: '5m',
    progressDeadline: '10m',
    maxFailures: 0,
  } as const;
  const timed = program([app('web', { on: [{ placement: 'prod', rollout }] })]);
  const cells = [...timed, ...fleet(2), ...placed('prod', ['c1', 'c2'])];
  const first = applied(run(cells))[0] as ManifestWork;
  const ahead = { lastTransitionTime: '2036-01-02T03:00:00Z' };
  const after = (minutes: number) => instant(now + minutes * 60_000);
  const at = (live: ManifestWork, minutes: number) => run([...cells, live], { at: after(minutes) });
  const recorded = (live: ManifestWork, minutes: number): ManifestWork => ({
    ...live,
    metadata: {
      ...live.metadata,
      managedFields: [
        { manager: 'ocm-agent', subresource: 'status', time: formatInstant(after(minutes)) },
        { manager: 'ocm-hub', time: formatInstant(after(minutes + 1)) },
      ],
    },
  });

  test('frees its slot when it has soaked since the hub heard of it', () => {
    const live = recorded(written(first, good, ahead), 20);
    expect(clustersOf(applied(at(live, 24)))).toEqual(['c1']);
    expect(clustersOf(applied(at(live, 25)))).toEqual(['c1', 'c2']);
  });

  test('runs into its deadline', () => {
    const live = recorded(written(first, { ...good, Available: 'False' }, ahead), 20);
    expect(rolloutOf(at(live, 29))).toMatchObject({ updating: 1, halted: false });
    expect(rolloutOf(at(live, 30))).toMatchObject({ failed: 1, halted: true });
  });

  test('counts from when the work was handed over where the hub recorded nothing', () => {
    const live = written(first, good, ahead);
    expect(clustersOf(applied(at(live, 4)))).toEqual(['c1']);
    expect(clustersOf(applied(at(live, 5)))).toEqual(['c1', 'c2']);
  });

  test('holds its slot for ever with compat: upstream', () => {
    const live = recorded(written(first, good, ahead), 20);
    const by = rollOutApps({ compat: 'upstream' });
    expect(clustersOf(applied(run([...cells, live], { at: after(25), by })))).toEqual(['c1']);
  });

  test('does not soak by the clock of a hub that is ahead too', () => {
    const live = recorded(written(first, good, ahead), 20);
    expect(clustersOf(applied(at(live, 19)))).toEqual(['c1']);
  });
});

describe('conditions made by rules', () => {
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
  };
  const origin = { file: 0, span: { start: 0, end: 1 } };
  const of = program([
    app('web', {
      on: [{ placement: 'prod', rollout: { ...oneByOne, maxFailures: 0 } }],
      manifests: [{ origin, object: constant(deployment) }],
    }),
  ]);
  const cells = [...fleet(2), ...placed('prod', ['c1', 'c2'])];
  const first = applied(run([...of, ...cells]))[0] as ManifestWork;
  const second = (conditions: Record<string, Condition['status']>, more: object = {}) => {
    const actions = run([...of, ...cells, written(first, conditions, more)]);
    return { goesOn: clustersOf(applied(actions)).includes('c2'), rollout: rolloutOf(actions) };
  };

  test.each([
    ['missing, while they are to be made', { ...good }, false],
    ['progressing', { ...good, Progressing: 'True', Degraded: 'False' }, false],
    ['unknown', { ...good, Progressing: 'Unknown', Degraded: 'False' }, false],
    ['done', { ...good, Progressing: 'False', Degraded: 'False' }, true],
    ['failing', { ...good, Progressing: 'True', Degraded: 'True' }, false],
    [
      'failing, whatever Progressing says',
      { ...good, Progressing: 'False', Degraded: 'True' },
      false,
    ],
  ] as const)('%s', (_, conditions, goesOn) => {
    expect(second(conditions).goesOn).toBe(goesOn);
  });

  test('a failure halts the rollout where none is allowed', () => {
    expect(second({ ...good, Progressing: 'True', Degraded: 'True' }).rollout).toMatchObject({
      halted: true,
      failed: 1,
    });
  });

  test('a rule that cannot be evaluated says nothing, least of all that it is done', () => {
    const live = written(first, { ...good, Progressing: 'False', Degraded: 'False' });
    const broken = {
      ...live,
      status: {
        ...live.status,
        resourceStatus: {
          manifests: [
            {
              resourceMeta: { ordinal: 0 },
              conditions: [
                {
                  type: 'Progressing',
                  status: 'False',
                  reason: 'ConditionRuleExpressionError',
                  message: '',
                },
              ],
            },
          ],
        },
      },
    };
    expect(clustersOf(applied(run([...of, ...cells, broken as ManifestWork])))).toEqual(['c1']);
  });
});

describe('clusters that leave', () => {
  const live = applied(run(base)).map((work) => written(work, good));
  const without = (more: readonly KubeObject[]) => [...one, ...fleet(3), ...live, ...more];

  test('a placement lose their work', () => {
    expect(deleted(run(without(placed('prod', ['c1', 'c2']))))).toEqual(['c3/shop-web']);
  });

  test.each([
    ['the placement is gone', []],
    ['its decisions are gone', [placement('prod', 3)]],
    ['its decisions are being written', [placement('prod', 3), decision('prod', ['c1'])]],
  ])('keep it while %s', (_, objects) => {
    expect(deleted(run(without(objects)))).toEqual([]);
  });

  test('a placement somebody else decides for lose their work, although nobody counts there', () => {
    const disabled = {
      'cluster.open-cluster-management.io/experimental-scheduling-disable': 'true',
    };
    const { status: _, ...uncounted } = placement('prod', 0, { annotations: disabled });
    expect(deleted(run(without([uncounted, decision('prod', ['c1'])])))).toEqual([
      'c2/shop-web',
      'c3/shop-web',
    ]);
  });

  test('because the app was taken off the placement keep it: that is for pruning', () => {
    const moved = program([app('web', { on: [{ placement: 'other', rollout: all }] })]);
    const actions = run([...moved, ...fleet(3), ...live, ...placed('other', ['c1'])]);
    expect(deleted(actions)).toEqual([]);
    expect(clustersOf(applied(actions))).toEqual(['c1']);
  });

  test('because the app is no longer declared keep it', () => {
    const actions = run([
      ...program([app('other')]),
      ...fleet(3),
      ...live,
      ...placed('prod', ['c1']),
    ]);
    expect(deleted(actions)).toEqual([]);
    expect(applied(actions)).toEqual([]);
  });
});

describe('two placements', () => {
  test('that select one cluster give it one work, of the first', () => {
    const on = [
      { placement: 'canary', rollout: all },
      { placement: 'prod', rollout: all },
    ];
    const of = program([app('web', { on })]);
    const works = applied(
      run([...of, ...fleet(2), ...placed('canary', ['c1']), ...placed('prod', ['c1', 'c2'])]),
    );
    expect(
      works.map(({ metadata }) => [metadata.namespace, metadata.labels?.['ocmlang.dev/placement']]),
    ).toEqual([
      ['c1', 'canary'],
      ['c2', 'prod'],
    ]);
  });
});

describe('what is refused', () => {
  test('an account that may not deliver: nothing is written, and the Program says why', () => {
    const actions = run(base, { allowed: false });
    expect(applied(actions)).toEqual([]);
    expect(rolloutOf(actions)).toMatchObject({ reason: 'Forbidden', message: 'no rule allows it' });
  });

  describe('a question about rights that the API server did not answer', () => {
    test.each([
      { status: 500, reason: 'InternalError', message: 'etcd is away' },
      { status: 403, reason: 'Forbidden', message: 'the controller may not ask' },
    ])('is no denial: the last report stands, and it is asked again ($reason)', (unclear) => {
      const rollouts = [{ app: 'shop/web', of: 3, done: 3, updating: 0, failed: 0, halted: false }];
      const known = base.map((object) =>
        object.kind === 'Program' ? { ...object, status: { rollouts } } : object,
      );
      const actions = run(known, { unclear });
      expect(actions.map((action) => action.do)).toEqual(['create']);
    });

    test('is told where nothing was reported yet, and nothing is written', () => {
      const unclear = { status: 0, reason: 'Unreachable', message: 'etcd is away' };
      const actions = run(base, { unclear });
      expect(applied(actions)).toEqual([]);
      expect(rolloutOf(actions)).toMatchObject({
        reason: 'RightsUnknown',
        message: 'etcd is away',
      });
    });
  });

  test('nothing is written before the account was asked about', () => {
    const outcome = controller.reconcile(key, snapshotOf(base), now);
    expect(outcome.actions).toEqual([
      expect.objectContaining({
        do: 'create',
        object: expect.objectContaining({
          kind: 'SubjectAccessReview',
          spec: expect.objectContaining({
            user: 'system:serviceaccount:shop:deployer',
            resourceAttributes: {
              verb: 'create',
              group: 'work.open-cluster-management.io',
              resource: 'manifestworkreplicasets',
              namespace: 'shop',
            },
          }),
        }),
      }),
    ]);
    expect(outcome.again).toBeGreaterThan(now);
  });

  test('a work of that name that is somebody else’s is never overwritten', () => {
    const [work] = applied(run(base));
    const foreign = { ...(work as ManifestWork), metadata: { name: 'shop-web', namespace: 'c1' } };
    const actions = run([...base, foreign]);
    expect(clustersOf(applied(actions))).toEqual(['c2', 'c3']);
    expect(rolloutOf(actions)).toMatchObject({ reason: 'NameTaken' });
  });

  test('clusters of sets that are not bound to the namespace, whatever decisions say', () => {
    const cells = [
      cluster('c1', { in: 'yes' }),
      cluster('c2'),
      clusterSet('some', { matchLabels: { in: 'yes' } }),
      setBinding('some'),
    ];
    const actions = run([...one, ...cells, ...placed('prod', ['c1', 'c2'])]);
    expect(clustersOf(applied(actions))).toEqual(['c1']);
  });

  test('a program with a missing part: nothing at all', () => {
    const [object] = one;
    expect(
      controller.reconcile(key, snapshotOf([object, ...fleet(3), ...placed('prod', ['c1'])]), now)
        .actions,
    ).toEqual([]);
  });

  test('a strategy that is none says so', () => {
    const of = program([
      app('web', { on: [{ placement: 'prod', rollout: { ...oneByOne, maxConcurrency: 0 } }] }),
    ]);
    const actions = run([...of, ...fleet(1), ...placed('prod', ['c1'])]);
    expect(applied(actions)).toEqual([]);
    expect(rolloutOf(actions)).toMatchObject({ reason: 'InvalidRollout' });
  });
});

describe('a hand edit of a work', () => {
  test('is written over, with the same revision and time', () => {
    const [work] = applied(run(base));
    const edited = {
      ...written(work as ManifestWork, good),
      spec: { workload: { manifests: [] } },
    };
    const [again] = applied(run([...base, edited], { at: instant(now + 60_000) }));
    expect(again).toEqual(work);
  });
});

describe('reads', () => {
  test('of one pass do not grow with works of others', () => {
    const others = Array.from(
      { length: 100_000 },
      (_, at): KubeObject => ({
        apiVersion: 'work.open-cluster-management.io/v1',
        kind: 'ManifestWork',
        metadata: {
          name: `other-${at}`,
          namespace: `c${at % 3}`,
          annotations: { 'ocmlang.dev/app': `shop/main/shop/other-${at % 1000}` },
        },
      }),
    );
    const snapshot = snapshotOf([...base, ...others]);
    const before = snapshot.reads();
    const outcome = controller.reconcile(key, snapshot, now);
    const [ask] = outcome.actions;
    if (ask?.do !== 'create') throw new Error('nothing was asked');
    const ref = refKey({
      group: 'authorization.k8s.io',
      kind: 'SubjectAccessReview',
      namespace: '',
      name: ask.object.metadata.name,
    });
    const allowed = snapshotOf({
      hub: [...base, ...others],
      attempts: { [ref]: { at: now, failure: null } },
    });
    expect(applied(controller.reconcile(key, allowed, now).actions)).toHaveLength(3);
    expect(snapshot.reads() - before).toBeLessThan(100);
    expect(allowed.reads()).toBeLessThan(100);
  });
});
