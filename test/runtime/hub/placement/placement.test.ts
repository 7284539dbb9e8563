import { afterEach, describe, expect, test } from 'vitest';
import { instant } from '../../../../src/base/instant.ts';
import type { JsonObject } from '../../../../src/base/json.ts';
import type { KubeObject } from '../../../../src/kube/object.ts';
import { refKey, refOf } from '../../../../src/kube/object.ts';
import {
  type Placement,
  type PlacementDecision,
  type PlacementSpec,
  type PlacementStatus,
  placementDecisionKind,
  placementKind,
} from '../../../../src/kube/ocm/cluster.ts';
import type { Action } from '../../../../src/runtime/control/controller.ts';
import { schedulePlacements } from '../../../../src/runtime/hub/placement/controller.ts';
import { runPrograms } from '../../../../src/runtime/hub/program/controller.ts';
import { type SnapshotInput, snapshotOf } from '../../../support/snapshot.ts';
import { edit, put, type World, world } from '../../world.ts';
import { cluster, clusterSet, fleet, placementDecl, program, setBinding } from '../programs.ts';

const now = instant(Date.UTC(2026, 0, 2, 3, 4, 5));
const native = schedulePlacements();
const upstream = schedulePlacements({ compat: 'upstream' });
const run = (objects: readonly KubeObject[], more: SnapshotInput = {}, controller = native) =>
  controller.reconcile('shop/p', snapshotOf({ hub: objects, ...more }), now);

const placement = (
  spec: PlacementSpec = {},
  more: { status?: PlacementStatus; metadata?: object } = {},
): Placement => ({
  apiVersion: 'cluster.open-cluster-management.io/v1beta1',
  kind: 'Placement',
  metadata: { name: 'p', namespace: 'shop', uid: 'uid-p', ...more.metadata },
  spec,
  ...(more.status && { status: more.status }),
});
/** What a pass wrote, as it is on the hub afterwards. */
const decisions = (actions: readonly Action[]): PlacementDecision[] =>
  actions.flatMap((action) => {
    if (action.do !== 'create') return [];
    const patch = actions.find(
      (one) => one.do === 'patchStatus' && one.of.name === action.object.metadata.name,
    );
    const status = patch?.do === 'patchStatus' ? { status: patch.status } : {};
    return [{ ...action.object, ...status } as PlacementDecision];
  });
const chosen = (actions: readonly Action[]) =>
  decisions(actions).map(({ metadata, status }) => [
    metadata.name,
    (status?.decisions ?? []).map(({ clusterName }) => clusterName),
  ]);
const statusOf = (actions: readonly Action[]): PlacementStatus => {
  const patch = actions.findLast(
    (action) => action.do === 'patchStatus' && action.of.kind === 'Placement',
  );
  if (patch?.do !== 'patchStatus') throw new Error('no status');
  return patch.status as PlacementStatus;
};
const said = (actions: readonly Action[]) =>
  (statusOf(actions).conditions ?? []).map(
    ({ type, status, reason }) => `${type} ${status} ${reason}`,
  );
const events = (actions: readonly Action[]) =>
  actions.flatMap((action) =>
    action.do === 'record'
      ? [`${action.type ?? 'Normal'} ${action.reason}: ${action.message}`]
      : [],
  );

describe('a placement', () => {
  test('selects the clusters of the sets bound to its namespace', () => {
    const { actions } = run([
      placement(),
      ...fleet(2),
      cluster('c9'),
      clusterSet('other', { matchLabels: { a: 'b' } }),
    ]);
    expect(chosen(actions)).toEqual([['p-decision-1', ['c1', 'c2', 'c9']]]);
    expect(decisions(actions)[0]?.metadata).toMatchObject({
      labels: {
        'cluster.open-cluster-management.io/placement': 'p',
        'cluster.open-cluster-management.io/decision-group-index': '0',
        'cluster.open-cluster-management.io/decision-group-name': '',
      },
      ownerReferences: [
        { kind: 'Placement', name: 'p', uid: 'uid-p', controller: true, blockOwnerDeletion: true },
      ],
    });
    expect(statusOf(actions)).toMatchObject({
      numberOfSelectedClusters: 3,
      decisionGroups: [
        {
          decisionGroupIndex: 0,
          decisionGroupName: '',
          decisions: ['p-decision-1'],
          clusterCount: 3,
        },
      ],
    });
    expect(said(actions)).toEqual([
      'PlacementMisconfigured False Succeedconfigured',
      'PlacementSatisfied True AllDecisionsScheduled',
    ]);
  });

  test('tells what it did in upstream’s events, with the scores', () => {
    expect(events(run([placement(), ...fleet(2)]).actions)).toEqual([
      'Normal DecisionCreate: Decision p-decision-1 is created with placement p in namespace shop',
      'Normal DecisionUpdate: Decision p-decision-1 is updated with placement p in namespace shop',
      'Normal ScoreUpdate: c1:100 c2:100 ',
    ]);
  });

  test('lets others decide first where many wait: only its status comes after that', () => {
    const { actions } = run([placement(), ...fleet(2)]);
    const steps = actions.map((action) => [
      action.do === 'record' ? action.reason : action.do,
      action.yields === true,
    ]);
    expect(steps).toEqual([
      ['create', false],
      ['DecisionCreate', false],
      ['patchStatus', false],
      ['DecisionUpdate', false],
      ['ScoreUpdate', false],
      ['patchStatus', true],
    ]);
  });

  test('has at most a hundred clusters in a decision', () => {
    const { actions } = run([placement(), ...fleet(101)]);
    expect(chosen(actions).map(([name, clusters]) => [name, clusters?.length])).toEqual([
      ['p-decision-1', 100],
      ['p-decision-2', 1],
    ]);
  });

  test('keeps clusters in their groups and decisions when one leaves; upstream moves all after it', () => {
    const grouped = placement({
      decisionStrategy: { groupStrategy: { clustersPerDecisionGroup: 2 } },
    });
    const left = fleet(5).filter(({ metadata }) => metadata.name !== 'c1');
    const written = (controller = native) => {
      const live = decisions(run([grouped, ...fleet(5)], {}, controller).actions);
      return run([grouped, ...left, cluster('c9'), ...live], {}, controller).actions.flatMap(
        (action) =>
          action.do === 'patchStatus' && action.of.kind === 'PlacementDecision' && !action.confirm
            ? [action.of.name]
            : [],
      );
    };
    expect(written()).toEqual(['p-decision-1']);
    expect(new Set(written(upstream))).toEqual(
      new Set(['p-decision-1', 'p-decision-2', 'p-decision-3']),
    );
  });

  test.each([
    ['no binding', [cluster('c1'), clusterSet('all')], 'NoManagedClusterSetBindings'],
    [
      'a binding of a set that does not exist',
      [cluster('c1'), setBinding('all')],
      'NoManagedClusterSetBindings',
    ],
    ['an empty set', [clusterSet('all'), setBinding('all')], 'AllManagedClusterSetsEmpty'],
  ])('with %s says so', (_, objects, reason) => {
    const { actions } = run([placement(), ...objects]);
    expect(said(actions)[1]).toBe(`PlacementSatisfied False ${reason}`);
    expect(statusOf(actions)).not.toHaveProperty('numberOfSelectedClusters');
  });

  test('that asks for more clusters than there are is not satisfied', () => {
    const { actions } = run([placement({ numberOfClusters: 5 }), ...fleet(2)]);
    expect(statusOf(actions).conditions?.[1]).toMatchObject({
      reason: 'NotAllDecisionsScheduled',
      message: '3 cluster decisions unscheduled',
    });
  });

  test('at rest changes nothing', () => {
    const objects = fleet(2);
    const first = run([placement(), ...objects]).actions;
    const settled = placement({}, { status: statusOf(first) });
    expect(run([settled, ...objects, ...decisions(first)]).actions).toEqual([]);
  });

  test('that is going, or handed to somebody else, is left alone', () => {
    const disabled = {
      'cluster.open-cluster-management.io/experimental-scheduling-disable': 'true',
    };
    expect(
      run([placement({}, { metadata: { deletionTimestamp: 'x' } }), ...fleet(1)]).actions,
    ).toEqual([]);
    expect(
      run([placement({}, { metadata: { annotations: disabled } }), ...fleet(1)]).actions,
    ).toEqual([]);
  });

  test('is looked at again when a toleration ends, and when a score does', () => {
    const taint = { key: 'drain', effect: 'NoSelect' as const, timeAdded: '2026-01-02T03:04:00Z' };
    const tainted = { ...cluster('c1'), spec: { taints: [taint] } };
    const tolerating = placement({
      tolerations: [{ key: 'drain', operator: 'Exists', tolerationSeconds: 60 }],
    });
    const cells = [tainted, clusterSet('all'), setBinding('all')];
    const first = run([tolerating, ...cells]).actions;
    expect(run([tolerating, ...cells, ...decisions(first)]).again).toBe(
      instant(Date.UTC(2026, 0, 2, 3, 5)),
    );
    const score: KubeObject = {
      apiVersion: 'cluster.open-cluster-management.io/v1alpha1',
      kind: 'AddOnPlacementScore',
      metadata: { name: 'usage', namespace: 'c1' },
      status: { scores: [{ name: 's', value: 1 }], validUntil: '2026-01-02T03:10:00Z' },
    };
    const scored = placement({
      prioritizerPolicy: {
        mode: 'Exact',
        configurations: [
          {
            scoreCoordinate: { type: 'AddOn', addOn: { resourceName: 'usage', scoreName: 's' } },
            weight: 1,
          },
        ],
      },
    });
    const after = instant(Date.UTC(2026, 0, 2, 3, 10) + 1);
    expect(run([scored, ...fleet(1), score]).again).toBe(after);
    // Also where only CEL looks at it; upstream counts it for ever there.
    const expression = 'managedCluster.scores("usage").exists(s, s.value > 0)';
    const byCel = placement({
      predicates: [{ requiredClusterSelector: { celSelector: { celExpressions: [expression] } } }],
    });
    expect(run([byCel, ...fleet(1), score]).again).toBe(after);
    expect(run([byCel, ...fleet(1), score], {}, upstream).again).toBeUndefined();
  });

  test.each([
    ['native', native],
    ['upstream', upstream],
  ])(
    'that counts on a score that has ended is warned of when it is updated, %s',
    (_, controller) => {
      const addOn = { resourceName: 'usage', scoreName: 's' };
      const configurations = [{ scoreCoordinate: { type: 'AddOn' as const, addOn }, weight: 1 }];
      const ended: KubeObject = {
        apiVersion: 'cluster.open-cluster-management.io/v1alpha1',
        kind: 'AddOnPlacementScore',
        metadata: { name: 'usage', namespace: 'c1' },
        status: { scores: [{ name: 's', value: 1 }], validUntil: '2026-01-02T03:04:04Z' },
      };
      const scored = placement({ prioritizerPolicy: { mode: 'Exact', configurations } });
      const { actions } = run([scored, ...fleet(1), ended], {}, controller);
      const what = 'with placement p in namespace shop';
      expect(events(actions).slice(0, 2)).toEqual([
        `Normal DecisionCreate: Decision p-decision-1 is created ${what}`,
        `Warning DecisionUpdate: Decision p-decision-1 is updated ${what}: AddOnPlacementScores c1/usage expired in plugin AddOn/usage/s`,
      ]);
    },
  );
});

describe('a mistake', () => {
  const objects = fleet(2);
  const first = run([placement(), ...objects]).actions;
  const live = decisions(first);
  const before = statusOf(first);
  const cel = {
    predicates: [{ requiredClusterSelector: { celSelector: { celExpressions: ['xxxx'] } } }],
  };
  const size = { decisionStrategy: { groupStrategy: { clustersPerDecisionGroup: 'three' } } };

  test.each([
    ['an expression that does not compile', cel, 'Predicate:compilation failed'],
    ['a group size that is none', size, 'three'],
    ['a negative number of clusters', { numberOfClusters: -1 }, 'numberOfClusters is negative'],
  ])('%s keeps the decisions and says so', (_, spec, message) => {
    const { actions } = run([placement(spec, { status: before }), ...objects, ...live]);
    expect(actions.map((action) => action.do)).toEqual(['patchStatus', 'record']);
    expect(events(actions)).toEqual(['Warning Misconfigured: the decisions stay as they were']);
    expect(Object.keys(statusOf(actions))).toEqual(['conditions']);
    expect(statusOf(actions)).toMatchObject({
      conditions: [
        {
          type: 'PlacementMisconfigured',
          status: 'True',
          message: expect.stringContaining(message),
        },
        { type: 'PlacementSatisfied', status: 'False', reason: 'Misconfigured' },
      ],
    });
  });

  test('as upstream: an expression that does not compile empties them', () => {
    const { actions } = run(
      [placement(cel, { status: before }), ...objects, ...live],
      {},
      upstream,
    );
    expect(actions).toContainEqual(
      expect.objectContaining({
        do: 'patchStatus',
        of: expect.objectContaining({ name: 'p-decision-1' }),
        status: { decisions: [] },
      }),
    );
  });

  test('of a set with an unreadable selector is reported; upstream writes nothing', () => {
    const broken = {
      ...clusterSet('all'),
      spec: { clusterSelector: { selectorType: 'Nonsense' } },
    } as unknown as KubeObject;
    const cells = [cluster('c1'), broken, setBinding('all')];
    expect(said(run([placement(), ...cells, ...live]).actions)).toEqual([
      'PlacementMisconfigured True Misconfigured',
      'PlacementSatisfied False Misconfigured',
    ]);
    expect(run([placement(), ...cells, ...live], {}, upstream).actions).toEqual([]);
  });

  test('in its name, longer than a label, is said; upstream never says a word', () => {
    const name = 'p'.repeat(64);
    const hub = [placement({}, { metadata: { name } }), ...fleet(1)];
    const { actions } = native.reconcile(`shop/${name}`, snapshotOf({ hub }), now);
    expect(actions).toHaveLength(1);
    expect(said(actions)).toEqual([
      'PlacementMisconfigured True Misconfigured',
      'PlacementSatisfied False Misconfigured',
    ]);
    expect(statusOf(actions).conditions?.[0]?.message).toContain('more than 63 characters');
  });

  test('of the API server is not kept quiet: a decision that cannot be written', () => {
    const ref = {
      group: 'cluster.open-cluster-management.io',
      kind: 'PlacementDecision',
      namespace: 'shop',
      name: 'p-decision-1',
    };
    const failure = { status: 403, reason: 'Forbidden', message: 'quota' };
    const { actions } = run([placement(), ...objects], {
      attempts: { [refKey(ref)]: { at: now, failure } },
    });
    expect(actions[0]).toMatchObject({ do: 'patchStatus', of: { kind: 'Placement' } });
    expect(statusOf(actions).conditions?.[1]).toMatchObject({
      status: 'False',
      reason: 'NotAllDecisionsScheduled',
      message: 'decision p-decision-1 cannot be written: quota',
    });
  });
});

describe('decisions that are there already', () => {
  const ref = { group: 'cluster.open-cluster-management.io', kind: 'PlacementDecision' };

  test('under a wanted name are adopted, also where they have no label', () => {
    const [wanted] = decisions(run([placement(), ...fleet(1)]).actions);
    if (wanted === undefined) throw new Error('no decision');
    const { labels, ownerReferences, ...metadata } = wanted.metadata;
    const { actions } = run([placement(), ...fleet(1), { ...wanted, metadata }]);
    expect(actions[0]).toMatchObject({
      do: 'patch',
      patch: { metadata: { labels, ownerReferences } },
    });
    expect(actions.some((action) => action.do === 'create')).toBe(false);
  });

  test('and cannot be deleted are told of, where upstream only records that they are', () => {
    const owner = { apiVersion: 'x', kind: 'Placement', name: 'p', uid: 'uid-p', controller: true };
    const [first] = decisions(run([placement(), ...fleet(1)]).actions);
    const old = {
      ...first,
      metadata: { ...first?.metadata, name: 'p-decision-2', ownerReferences: [owner] },
    };
    const failure = { status: 403, reason: 'Forbidden', message: 'protected' };
    const failed = {
      [refKey({ ...ref, namespace: 'shop', name: 'p-decision-2' })]: { at: now, failure },
    };
    const { actions } = run([placement(), ...fleet(1), first as KubeObject, old as KubeObject], {
      attempts: failed,
    });
    expect(statusOf(actions).conditions?.[1]).toMatchObject({
      reason: 'NotAllDecisionsScheduled',
      message: 'decision p-decision-2 cannot be deleted: protected',
    });
  });
});

describe('who is looked at again', () => {
  const objects = [placement({ clusterSets: ['all'] }), ...fleet(1)];
  const keysFor = (object: KubeObject) =>
    native.watches
      .filter(({ kind }) => kind.kind === object.kind)
      .flatMap((of) => of.keys(object, snapshotOf(objects)));

  test.each<[string, KubeObject, readonly string[]]>([
    ['a cluster of a bound set', cluster('c1'), ['shop/p']],
    ['its set', clusterSet('all'), ['shop/p']],
    ['another set', clusterSet('other'), []],
    ['the binding', setBinding('all'), ['shop/p']],
    ['a binding of a set the placement does not name', setBinding('other'), []],
    ['a binding elsewhere', setBinding('all', 'pay'), []],
    [
      'its decision',
      {
        apiVersion: 'cluster.open-cluster-management.io/v1beta1',
        kind: 'PlacementDecision',
        metadata: {
          name: 'x',
          namespace: 'shop',
          labels: { 'cluster.open-cluster-management.io/placement': 'p' },
        },
      },
      ['shop/p'],
    ],
    [
      'a score nobody counts on',
      {
        apiVersion: 'cluster.open-cluster-management.io/v1alpha1',
        kind: 'AddOnPlacementScore',
        metadata: { name: 's', namespace: 'c1' },
      },
      [],
    ],
  ])('%s', (_, object, expected) => {
    expect(keysFor(object)).toEqual(expected);
  });
});

describe('a placement of a program', () => {
  let current: World | undefined;
  afterEach(() => current?.stop());
  const cells = [
    cluster('c1', { env: 'prod' }),
    cluster('c2'),
    clusterSet('all'),
    setBinding('all'),
  ];
  const prod = {
    op: 'compare',
    by: '==',
    left: { op: 'attribute', name: 'env', source: { from: 'label', key: 'env' }, type: 'string' },
    right: { op: 'const', type: 'string', value: 'prod' },
  } as const;
  const start = async (via: 'engine' | 'upstream' | null): Promise<World> => {
    const decls = [placementDecl('p', { where: prod, via })];
    current = await world([runPrograms(), schedulePlacements()], [...cells, ...program(decls)]);
    await current.settle();
    expect(current.errors()).toEqual([]);
    return current;
  };
  const selected = ({ hub }: World) =>
    hub
      .objects(placementDecisionKind)
      .flatMap(({ status }) => (status?.decisions ?? []).map(({ clusterName }) => clusterName));
  const theirs = ({ hub }: World): Placement => {
    const found = hub.find(placementKind, 'shop', 'p');
    if (found === undefined) throw new Error('no placement');
    return found;
  };

  test.each(['engine', 'upstream', null] as const)('via %s is decided', async (via) => {
    const of = await start(via);
    expect(selected(of)).toEqual(['c1']);
    expect(theirs(of).status?.numberOfSelectedClusters).toBe(1);
  });

  test('via the engine is decided by its declaration, which the object does not hold', async () => {
    const of = await start('engine');
    const annotations = theirs(of).metadata.annotations ?? {};
    expect(annotations['cluster.open-cluster-management.io/experimental-scheduling-disable']).toBe(
      'true',
    );
    await edit(of.hub, refOf(cluster('c2')), { metadata: { labels: { env: 'prod' } } });
    await of.settle();
    expect(selected(of)).toEqual(['c1', 'c2']);
  });

  test('is decided by its raw too, and let alone where that hands it to somebody else', async () => {
    const decided = async (raw: JsonObject) => {
      const decls = [placementDecl('p', { where: prod, raw })];
      current = await world([runPrograms(), schedulePlacements()], [...cells, ...program(decls)]);
      await current.settle();
      const found = selected(current);
      await current.stop();
      return found;
    };
    expect(await decided({ spec: { predicates: [] } })).toEqual(['c1', 'c2']);
    expect(await decided({ spec: { predicates: [], numberOfClusters: 1 } })).toEqual(['c1']);
    const annotations = {
      'cluster.open-cluster-management.io/experimental-scheduling-disable': 'true',
    };
    expect(await decided({ metadata: { annotations } })).toEqual([]);
  });

  test('that is edited by hand is put back, and was never decided otherwise', async () => {
    const of = await start(null);
    await edit(of.hub, refOf(theirs(of)), { spec: { predicates: [] } });
    await of.settle();
    expect(theirs(of).spec?.predicates).toHaveLength(1);
    expect(selected(of)).toEqual(['c1']);
  });

  test('via upstream is decided as its editors say', async () => {
    const of = await start('upstream');
    await edit(of.hub, refOf(theirs(of)), { spec: { predicates: null } });
    await of.settle();
    expect(selected(of)).toEqual(['c1', 'c2']);
  });

  test('decisions somebody deleted come back', async () => {
    const of = await start(null);
    for (const decision of of.hub.objects(placementDecisionKind))
      await of.hub.delete(refOf(decision));
    await of.settle();
    expect(selected(of)).toEqual(['c1']);
  });

  test('follows its clusters', async () => {
    const of = await start(null);
    await put(of.hub, cluster('c3', { env: 'prod' }));
    await of.hub.delete(refOf(cluster('c1')));
    await of.settle();
    expect(selected(of)).toEqual(['c3']);
  });
});
