import { describe, expect, test } from 'vitest';
import { instant } from '../../../../src/base/instant.ts';
import type {
  IrBinding,
  IrClusterSet,
  IrDecl,
  IrPolicy,
  IrResource,
} from '../../../../src/ir/program.ts';
import type { ProgramObject, ProgramStatus } from '../../../../src/ir/program-object.ts';
import { type KubeObject, refKey, refOf } from '../../../../src/kube/object.ts';
import type { Action } from '../../../../src/runtime/control/controller.ts';
import { runPrograms } from '../../../../src/runtime/hub/program/controller.ts';
import { programFinalizer } from '../../../../src/runtime/hub/program/finalize.ts';
import { type SnapshotInput, snapshotOf } from '../../../support/snapshot.ts';
import {
  all,
  app,
  cluster,
  clusterSet,
  decision,
  fleet,
  placed,
  placement,
  placementDecl,
  program,
  setBinding,
} from '../programs.ts';

const now = instant(Date.UTC(2026, 0, 2, 3, 4, 5));
const controller = runPrograms();
const origin = { file: 0, span: { start: 12, end: 20 } };
const set: IrClusterSet = {
  kind: 'clusterset',
  name: 'eu',
  namespace: '',
  origin,
  selector: { matchLabels: { region: 'eu' } },
};
const bind: IrBinding = {
  kind: 'binding',
  name: 'eu',
  namespace: 'shop',
  origin,
  clusterSet: 'eu',
};
const resource = (name: string, kind = 'ConfigMap', namespace = 'shop'): IrResource => ({
  kind: 'resource',
  name,
  namespace,
  origin,
  object: {
    apiVersion: kind === 'ManifestWork' ? 'work.open-cluster-management.io/v1' : 'v1',
    kind,
    metadata: { name, namespace },
  },
});
const policyDecl: IrPolicy = {
  kind: 'policy',
  name: 'p',
  namespace: 'shop',
  origin,
  on: ['prod'],
  enforceOn: [],
  remediation: 'inform',
  disabled: false,
  severity: null,
  standards: [],
  categories: [],
  controls: [],
  description: null,
  templates: [],
};

type Given = {
  spec?: Partial<ProgramObject['spec'] & object>;
  metadata?: object;
  status?: ProgramStatus;
};
const owning = (decls: readonly IrDecl[], more: Given = {}) =>
  program(decls, { ...more, metadata: { finalizers: [programFinalizer], ...more.metadata } });
const run = (objects: readonly KubeObject[], more: SnapshotInput = {}) =>
  controller.reconcile('shop/main', snapshotOf({ hub: objects, ...more }), now);
const applied = (actions: readonly Action[]) =>
  actions.flatMap((action) => (action.do === 'apply' ? [action] : []));
const names = (actions: readonly Action[]) =>
  applied(actions).map(({ object }) => `${object.kind}/${object.metadata.name}`);
const deleted = (actions: readonly Action[]) =>
  actions.flatMap((action) =>
    action.do === 'delete' ? [`${action.of.kind}/${action.of.name}`] : [],
  );
const statusOf = (actions: readonly Action[]): ProgramStatus => {
  const patch = actions.findLast((action) => action.do === 'patchStatus');
  if (patch?.do !== 'patchStatus') throw new Error('no status');
  return patch.status as unknown as ProgramStatus;
};
const conditions = (actions: readonly Action[]) =>
  Object.fromEntries(
    statusOf(actions).conditions.map(({ type, status, reason }) => [type, `${status} ${reason}`]),
  );
/** What a pass wrote, as it is on the hub afterwards. */
const written = (decls: readonly IrDecl[], more: Given = {}): readonly KubeObject[] =>
  applied(run(owning(decls, more)).actions).map(({ object }) => ({
    ...object,
    metadata: { ...object.metadata, uid: `uid-${object.metadata.name}` },
  }));
const satisfied = (object: KubeObject): KubeObject =>
  object.kind === 'Placement'
    ? {
        ...object,
        status: {
          conditions: [
            {
              type: 'PlacementSatisfied',
              status: 'True',
              reason: 'AllDecisionsScheduled',
              message: '',
            },
          ],
        },
      }
    : object;

describe('a program', () => {
  test('gets its finalizer before anything is written', () => {
    expect(run(program([set])).actions).toEqual([
      expect.objectContaining({
        do: 'patch',
        patch: { metadata: { finalizers: [programFinalizer] } },
      }),
    ]);
  });

  test('becomes its objects, written as its account, labelled and with the place they come from', () => {
    const { actions } = run(owning([set, bind, placementDecl('prod'), policyDecl]));
    expect(names(actions)).toEqual([
      'ManagedClusterSet/eu',
      'ManagedClusterSetBinding/eu',
      'Placement/prod',
      'Policy/p',
      'PlacementBinding/p-on-prod',
    ]);
    const [first] = applied(actions);
    expect(first).toMatchObject({
      as: { namespace: 'shop', name: 'deployer' },
      fieldManager: 'ocm-program',
      independent: true,
      object: {
        metadata: {
          labels: {
            'ocmlang.dev/program': 'main',
            'ocmlang.dev/program-namespace': 'shop',
            'ocmlang.dev/declaration': 'clusterset.eu',
          },
          annotations: { 'ocmlang.dev/origin': 'web.ocm:2:3' },
        },
      },
    });
    for (const { as } of applied(actions))
      expect(as).toEqual({ namespace: 'shop', name: 'deployer' });
  });

  test('writes down where its objects are before it writes them', () => {
    const { actions } = run(owning([set, resource('m')]));
    expect(actions[0]).toMatchObject({ do: 'patchStatus', independent: false });
    expect(statusOf(actions).inventory).toEqual([
      { group: '', version: 'v1', kind: 'ConfigMap', namespaces: ['shop'] },
      {
        group: 'cluster.open-cluster-management.io',
        version: 'v1beta2',
        kind: 'ManagedClusterSet',
        namespaces: [],
      },
    ]);
  });

  test('is ready when everything is written and nothing needs a look', () => {
    const decls = [set, bind, placementDecl('prod')];
    const { actions } = run([...owning(decls), ...written(decls).map(satisfied)]);
    expect(conditions(actions)).toEqual({ Applied: 'True Applied', Ready: 'True Ready' });
    expect(statusOf(actions)).toMatchObject({
      observedGeneration: 1,
      counts: { declarations: 3, objects: 3, notReady: 0, editedByHand: 0, noLongerDeclared: 0 },
      attention: [],
    });
  });

  test('writes nothing it has not looked at', () => {
    const decls = [resource('m')];
    const ref = { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'm' };
    const outcome = run(owning(decls), { unread: [ref] });
    expect(applied(outcome.actions)).toEqual([]);
    expect(outcome.alsoWatch).toEqual([{ ref }]);
    expect(conditions(outcome.actions)).toMatchObject({ Applied: 'Unknown Applying' });
  });

  test.each([
    ['missing', (objects: readonly KubeObject[]) => objects.slice(0, 1), 'PartMissing'],
    [
      'not what its hash says',
      ([head, ...parts]: readonly KubeObject[]) => [
        head as KubeObject,
        ...parts.map((part) => ({ ...part, spec: { ...(part.spec as object), data: '{}\n' } })),
      ],
      'PartCorrupt',
    ],
  ])('with a part that is %s touches nothing', (_, change, reason) => {
    const objects = change(owning([set], { spec: { prune: true, maxDelete: 100 } }));
    const { actions } = run([...objects, ...written([bind])]);
    expect(actions.map((action) => action.do)).toEqual(['patchStatus']);
    expect(conditions(actions)).toEqual({ Applied: `False ${reason}`, Ready: `False ${reason}` });
  });
});

describe('what is not the program’s', () => {
  const strip = (object: KubeObject): KubeObject => ({
    ...object,
    metadata: { name: object.metadata.name, uid: 'x' },
  });
  const other = (object: KubeObject): KubeObject => ({
    ...object,
    metadata: {
      ...object.metadata,
      labels: { ...object.metadata.labels, 'ocmlang.dev/program': 'other' },
    },
  });

  test.each([
    ['nobody’s', strip, 'NotOwned', 'ocm apply --adopt'],
    ['another program’s', other, 'OwnedByAnother', 'shop/other'],
  ])('%s is never taken over', (_, change, reason, message) => {
    const { actions } = run([...owning([set]), ...written([set]).map(change)]);
    expect(applied(actions)).toEqual([]);
    expect(conditions(actions)).toEqual({ Applied: `False ${reason}`, Ready: `False ${reason}` });
    expect(statusOf(actions).attention).toMatchObject([
      {
        kind: 'clusterset',
        name: 'eu',
        origin,
        condition: { reason, message: expect.stringContaining(message) },
      },
    ]);
  });

  test('what the account may not write is reported, tried again, and does not stop the rest', () => {
    const ref = refOf({
      apiVersion: 'cluster.open-cluster-management.io/v1beta2',
      kind: 'ManagedClusterSet',
      metadata: { name: 'eu' },
    });
    const failure = {
      status: 403,
      reason: 'Forbidden',
      message: 'deployer cannot patch managedclustersets',
    };
    const { actions } = run(owning([set, bind]), {
      attempts: { [refKey(ref)]: { at: now, failure } },
    });
    expect(names(actions)).toEqual(['ManagedClusterSet/eu', 'ManagedClusterSetBinding/eu']);
    expect(conditions(actions)).toEqual({ Applied: 'False Forbidden', Ready: 'False Forbidden' });
  });
});

describe('a hand edit', () => {
  const edit = (object: KubeObject): KubeObject => ({
    ...object,
    spec: { ...(object.spec as object), numberOfClusters: 7 },
  });

  test('is reverted, with events and a count', () => {
    const decls = [placementDecl('prod', { numberOfClusters: 1 })];
    const { actions } = run([...owning(decls), ...written(decls).map(satisfied).map(edit)]);
    expect(names(actions)).toEqual(['Placement/prod']);
    expect(
      actions.flatMap((action) =>
        action.do === 'record' ? [`${action.about.kind} ${action.reason}`] : [],
      ),
    ).toEqual(['Program EditedByHand', 'Placement EditedByHand']);
    expect(statusOf(actions).counts.editedByHand).toBe(1);
  });

  test('is obeyed where the declaration hands the object over, and the status says that it differs', () => {
    const decls = [placementDecl('prod', { numberOfClusters: 1, via: 'upstream' })];
    const { actions } = run([...owning(decls), ...written(decls).map(satisfied).map(edit)]);
    expect(applied(actions)).toEqual([]);
    expect(statusOf(actions)).toMatchObject({
      counts: { editedByHand: 1 },
      attention: [
        {
          condition: { reason: 'EditedByHand', message: expect.stringContaining('hands it over') },
        },
      ],
    });
  });

  test('gives way when the declaration changes', () => {
    const before = written([placementDecl('prod', { numberOfClusters: 1, via: 'upstream' })]);
    const decls = [placementDecl('prod', { numberOfClusters: 2, via: 'upstream' })];
    expect(names(run([...owning(decls), ...before.map(edit)]).actions)).toEqual(['Placement/prod']);
  });

  test('is not what a server only writes differently', () => {
    const decls = [placementDecl('prod', { numberOfClusters: 1 })];
    const mine = (object: KubeObject): KubeObject => ({
      ...edit(object),
      metadata: {
        ...object.metadata,
        managedFields: [{ manager: 'ocm-program', operation: 'Apply' }],
      },
    });
    const { actions } = run([...owning(decls), ...written(decls).map(satisfied).map(mine)]);
    expect(statusOf(actions).counts.editedByHand).toBe(0);
  });
});

describe('what is no longer declared', () => {
  const before = written([set, bind, placementDecl('prod')]);
  const after = [set, bind];
  const rest = before.filter(({ kind }) => kind !== 'Placement');
  const gone = before.filter(({ kind }) => kind === 'Placement');

  test('stays and is counted', () => {
    const { actions } = run([...owning(after), ...before]);
    expect(deleted(actions)).toEqual([]);
    expect(statusOf(actions).counts.noLongerDeclared).toBe(1);
  });

  test('goes with `prune`, as the account', () => {
    const { actions } = run([...owning(after, { spec: { prune: true } }), ...before]);
    expect(deleted(actions)).toEqual(['Placement/prod']);
    expect(actions.find((action) => action.do === 'delete')).toMatchObject({
      as: { namespace: 'shop', name: 'deployer' },
      ifUid: 'uid-prod',
    });
  });

  test('does not go before everything declared is written', () => {
    const { actions } = run([
      ...owning([...after, resource('new')], { spec: { prune: true } }),
      ...rest,
      ...gone,
    ]);
    expect(deleted(actions)).toEqual([]);
  });

  test('of other programs is not looked at', () => {
    const others = gone.map((object) => ({
      ...object,
      metadata: {
        ...object.metadata,
        labels: { ...object.metadata.labels, 'ocmlang.dev/program': 'other' },
      },
    }));
    const { actions } = run([...owning(after, { spec: { prune: true } }), ...rest, ...others]);
    expect(deleted(actions)).toEqual([]);
    expect(statusOf(actions).counts.noLongerDeclared).toBe(0);
  });

  test('a copy of a policy with the labels of its root is the root’s, not the program’s', () => {
    const copy: KubeObject = {
      apiVersion: 'policy.open-cluster-management.io/v1',
      kind: 'Policy',
      metadata: {
        name: 'shop.p',
        namespace: 'c1',
        labels: {
          'ocmlang.dev/program': 'main',
          'ocmlang.dev/program-namespace': 'shop',
          'policy.open-cluster-management.io/root-policy': 'shop.p',
        },
      },
    };
    const { actions } = run([...owning(after, { spec: { prune: true } }), ...rest, copy]);
    expect(deleted(actions)).toEqual([]);
  });

  test('of kinds nobody watches is found by the inventory', () => {
    const withMap = [set, resource('m')];
    const objects = written(withMap);
    const status = statusOf(run(owning(withMap)).actions);
    const outcome = run([...owning([set], { spec: { prune: true }, status }), ...objects]);
    expect(deleted(outcome.actions)).toEqual(['ConfigMap/m']);
    expect(outcome.alsoList).toEqual([
      { kind: { group: '', version: 'v1', kind: 'ConfigMap' }, namespace: 'shop' },
    ]);
  });
});

describe('works of apps that are no longer declared', () => {
  const work = (cluster: string, name = 'web', placement = 'prod'): KubeObject => ({
    apiVersion: 'work.open-cluster-management.io/v1',
    kind: 'ManifestWork',
    metadata: {
      name: `shop-${name}`,
      namespace: cluster,
      uid: `uid-${cluster}`,
      labels: {
        'ocmlang.dev/program': 'main',
        'ocmlang.dev/program-namespace': 'shop',
        'ocmlang.dev/placement': placement,
      },
      annotations: { 'ocmlang.dev/app': `shop/main/shop/${name}` },
    },
  });
  const works = ['c1', 'c2', 'c3'].map((cluster) => work(cluster));

  test('stay without `prune`', () => {
    const { actions } = run([...owning([set]), ...written([set]), ...works]);
    expect(deleted(actions)).toEqual([]);
    expect(statusOf(actions).counts.noLongerDeclared).toBe(3);
  });

  test('are refused, with the list, where more clusters would lose them than may', () => {
    const { actions } = run([
      ...owning([set], { spec: { prune: true, maxDelete: 2 } }),
      ...written([set]),
      ...works,
    ]);
    expect(deleted(actions)).toEqual([]);
    expect(conditions(actions)).toMatchObject({
      Pruned: 'False MaxDeleteExceeded',
      Ready: 'False MaxDeleteExceeded',
    });
    expect(statusOf(actions).conditions[1]?.message).toBe(
      '3 clusters would lose a workload, and 2 may: c1, c2, c3',
    );
  });

  test('of other programs are left alone, also where a work of a cluster carries our labels and their app', () => {
    const theirs = works.map((of) =>
      withMetadata(of, {}, { 'ocmlang.dev/app': 'bank/core/bank/web' }),
    );
    const victims = theirs.map((of) =>
      withMetadata(of, { 'ocmlang.dev/program': 'core', 'ocmlang.dev/program-namespace': 'bank' }),
    );
    const rogue = withMetadata(
      { ...work('evil'), metadata: { ...work('evil').metadata, name: 'rogue' } },
      {},
      { 'ocmlang.dev/app': 'bank/core/bank/web' },
    );
    for (const given of [
      { spec: { prune: true, maxDelete: 9 } },
      { metadata: { deletionTimestamp: '2026-01-02T03:04:05Z' } },
      {
        spec: { deletionPolicy: 'Delete' as const },
        metadata: { deletionTimestamp: '2026-01-02T03:04:05Z' },
      },
    ]) {
      const { actions } = run([...owning([set], given), ...written([set]), ...victims, rogue]);
      const touched = actions.flatMap((action) =>
        action.do === 'delete' || action.do === 'patch' ? [action.of] : [],
      );
      expect(touched.filter(({ kind }) => kind === 'ManifestWork')).toEqual([]);
    }
  });

  test('go where so many may', () => {
    const { actions } = run([
      ...owning([set], { spec: { prune: true, maxDelete: 3 } }),
      ...written([set]),
      ...works,
    ]);
    expect(deleted(actions)).toHaveLength(3);
    const [first] = actions.filter((action) => action.do === 'delete');
    expect(first).not.toHaveProperty('as');
  });

  test('include those of a placement the app was taken off, where no other placement selects the cluster', () => {
    const decls = [
      app('web', { on: [{ placement: 'other', rollout: app('web').on[0]?.rollout as never }] }),
    ];
    const objects = [...works, ...placed('other', ['c1'])];
    const { actions } = run([
      ...owning(decls, { spec: { prune: true, maxDelete: 9 } }),
      ...objects,
    ]);
    expect(
      actions.flatMap((action) => (action.do === 'delete' ? [action.of.namespace] : [])),
    ).toEqual(['c2', 'c3']);
  });

  describe('of an app that moved to a placement', () => {
    const moved = app('web', { on: [{ placement: 'other', rollout: all }] });
    const moving = (objects: readonly KubeObject[]) =>
      run([...owning([moved], { spec: { prune: true, maxDelete: 9 } }), ...works, ...objects]);

    test.each<[string, readonly KubeObject[]]>([
      ['is not there yet', []],
      ['has no decisions yet', [placement('other', 3)]],
      ['has not written all its decisions', [placement('other', 3), decision('other', ['c1'])]],
    ])('stay while it %s, and the program says what it waits for', (_, objects) => {
      const { actions } = moving(objects);
      expect(deleted(actions)).toEqual([]);
      expect(conditions(actions)).toMatchObject({ Pruned: 'Unknown Undecided' });
      expect(statusOf(actions).conditions[1]?.message).toContain('shop/other has yet to decide');
    });

    test('go where it decided, and the program looks again when it does', () => {
      const { actions } = moving(placed('other', ['c1', 'c2']));
      expect(deleted(actions)).toHaveLength(1);
      const snapshot = snapshotOf([...owning([moved]), ...works]);
      const awaited = [placement('other', 1), decision('other', ['c1'])];
      const keys = awaited.map((object) =>
        controller.watches
          .filter(({ kind }) => kind.kind === object.kind)
          .flatMap((watch) => watch.keys(object, snapshot)),
      );
      expect(keys).toEqual([['shop/main'], ['shop/main']]);
    });

    test('wake nobody else', () => {
      const settled = snapshotOf([...owning([app('web')]), ...works]);
      const keys = controller.watches
        .filter(({ kind }) => kind.kind === 'PlacementDecision')
        .flatMap((watch) => watch.keys(decision('prod', ['c1']), settled));
      expect(keys).toEqual([]);
    });
  });

  describe('that are lost because a set or a binding goes', () => {
    const declared = [app('web'), placementDecl('prod', { clusterSets: [] })];
    const bindAll: IrBinding = { ...bind, name: 'all', clusterSet: 'all' };
    const setAll: IrClusterSet = { ...set, name: 'all', selector: {} };
    const unbinding = (gone: IrDecl, around: readonly KubeObject[], spec: object = {}) =>
      run([
        ...owning(declared, { spec: { prune: true, maxDelete: 0, ...spec } }),
        ...fleet(3),
        ...written([gone]),
        ...written(declared).filter(({ kind }) => kind !== 'Placement'),
        ...placed('prod', ['c1', 'c2', 'c3']),
        ...works,
        ...around,
      ]);

    test.each([
      ['binding', bindAll],
      ['set', setAll],
    ])('count as those of works that go: a %s', (_, gone) => {
      const { actions } = unbinding(gone, []);
      expect(deleted(actions)).toEqual([]);
      expect(statusOf(actions).conditions[1]).toMatchObject({
        reason: 'MaxDeleteExceeded',
        message: '3 clusters would lose a workload, and 0 may: c1, c2, c3',
      });
    });

    test('are none on clusters that another bound set holds', () => {
      const { actions } = unbinding(bindAll, [
        clusterSet('some', { matchLabels: { kept: 'yes' } }),
        setBinding('some'),
        cluster('c1', { kept: 'yes' }),
      ]);
      expect(statusOf(actions).conditions[1]?.message).toContain('0 may: c2, c3');
    });
  });

  test('and a declared `resource ManifestWork` does not make the works of apps the program’s to prune', () => {
    const decls = [resource('mine', 'ManifestWork', 'c1'), app('web')];
    const status = statusOf(run(owning(decls)).actions);
    const objects = [...written(decls), ...works];
    const { actions } = run([
      ...owning(decls, { spec: { prune: true, maxDelete: 9 }, status }),
      ...objects,
    ]);
    expect(deleted(actions)).toEqual([]);
  });
});

test('reads of one pass do not grow with works, its own or those of others', () => {
  const works = Array.from(
    { length: 100_000 },
    (_, at): KubeObject => ({
      apiVersion: 'work.open-cluster-management.io/v1',
      kind: 'ManifestWork',
      metadata: {
        name: `shop-app-${at % 100}`,
        namespace: `c${at}`,
        labels: {
          'ocmlang.dev/program': at % 2 === 0 ? 'main' : 'other',
          'ocmlang.dev/program-namespace': 'shop',
          'ocmlang.dev/placement': 'prod',
        },
        annotations: { 'ocmlang.dev/app': `shop/main/shop/app-${at % 100}` },
      },
    }),
  );
  const decls = [set, ...Array.from({ length: 100 }, (_, at) => app(`app-${at}`))];
  const snapshot = snapshotOf([...owning(decls), ...written([set]), ...works]);
  const { actions } = controller.reconcile('shop/main', snapshot, now);
  expect(statusOf(actions).counts).toMatchObject({ declarations: 101, noLongerDeclared: 0 });
  expect(snapshot.reads()).toBeLessThan(100);
});

describe('what needs a look', () => {
  test('is an app that halts before a policy that is broken before a placement that waits', () => {
    const decls = [placementDecl('prod'), policyDecl, app('web')];
    const status = {
      ...statusOf(run(owning(decls)).actions),
      rollouts: [{ app: 'shop/web', of: 3, done: 1, updating: 0, failed: 1, halted: true }],
    };
    const objects = written(decls).map((object) =>
      object.kind === 'Policy'
        ? { ...object, status: { status: [{ clustername: 'c1', compliant: 'NonCompliant' }] } }
        : object,
    );
    const { actions } = run([...owning(decls, { status }), ...objects]);
    expect(
      statusOf(actions).attention.map(({ kind, condition }) => `${kind} ${condition.reason}`),
    ).toEqual(['app Halted', 'policy NonCompliant', 'placement Undecided']);
    expect(statusOf(actions).counts.notReady).toBe(3);
  });

  test('is bounded', () => {
    const decls = Array.from({ length: 80 }, (_, at) => placementDecl(`p${at}`));
    const { actions } = run([...owning(decls), ...written(decls)]);
    expect(statusOf(actions).attention).toHaveLength(50);
    expect(statusOf(actions).counts.notReady).toBe(80);
  });
});

describe('a program that goes', () => {
  const going = (spec: object = {}) =>
    owning([set, bind], {
      spec,
      metadata: { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: [programFinalizer, 'x'] },
    });

  test('lets go of its objects as its account: labels and annotations off, nothing deleted', () => {
    const { actions } = run([...going(), ...written([set])]);
    expect(deleted(actions)).toEqual([]);
    expect(actions[0]).toMatchObject({
      do: 'patch',
      of: { kind: 'ManagedClusterSet' },
      as: { namespace: 'shop', name: 'deployer' },
      patch: {
        metadata: {
          labels: {
            'ocmlang.dev/program': null,
            'ocmlang.dev/program-namespace': null,
            'ocmlang.dev/declaration': null,
          },
          annotations: { 'ocmlang.dev/origin': null, 'ocmlang.dev/declared': null },
        },
      },
    });
  });

  test('deletes them where it says so, in the order that needs nothing any more', () => {
    const { actions } = run([...going({ deletionPolicy: 'Delete' }), ...written([set, bind])]);
    expect(deleted(actions)).toEqual(['ManagedClusterSetBinding/eu', 'ManagedClusterSet/eu']);
  });

  test('may go when it owns nothing any more', () => {
    expect(run(going()).actions).toEqual([
      expect.objectContaining({ do: 'patch', patch: { metadata: { finalizers: ['x'] } } }),
    ]);
  });

  test('says why it cannot let go', () => {
    const [object] = written([set]);
    if (object === undefined) throw new Error('nothing written');
    const failure = { status: 403, reason: 'Forbidden', message: 'no' };
    const { actions } = run([...going(), object], {
      attempts: { [refKey(refOf(object))]: { at: now, failure } },
    });
    expect(statusOf(actions).conditions[0]).toMatchObject({
      type: 'Ready',
      reason: 'Forbidden',
      message: 'letting go of 1 objects: no',
    });
  });
});

function withMetadata(
  object: KubeObject,
  labels: Readonly<Record<string, string>>,
  annotations: Readonly<Record<string, string>> = {},
): KubeObject {
  const { metadata } = object;
  return {
    ...object,
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, ...labels },
      annotations: { ...metadata.annotations, ...annotations },
    },
  };
}
