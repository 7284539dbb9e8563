import { describe, expect, test } from 'vitest';
import { jsonHash } from '../../../src/base/hash.ts';
import type { JsonObject } from '../../../src/base/json.ts';
import type { ManifestWork, ManifestWorkStatus } from '../../../src/kube/ocm/work.ts';
import { applyWorks } from '../../../src/runtime/agent/manifest-work.ts';
import { intentOf } from '../../../src/runtime/agent/manifests.ts';
import type { Action } from '../../../src/runtime/control/controller.ts';
import { type Facts, snapshotOf } from '../facts.ts';
import {
  deployment,
  expecting,
  live,
  namespace,
  now,
  options,
  otherOwner,
  owner,
  record,
  work,
} from './works.ts';

const controller = applyWorks(options);
const run = (facts: Facts) => controller.reconcile('shop-web', snapshotOf(facts), now);
const verbs = (actions: readonly Action[]) => actions.map((action) => action.do);
const applied = (actions: readonly Action[]) =>
  actions.flatMap((action) => (action.do === 'apply' ? [action] : []));
const statusOf = (actions: readonly Action[]): ManifestWorkStatus => {
  const patch = actions.find((action) => action.do === 'patchStatus' && action.at !== 'cluster');
  if (patch?.do !== 'patchStatus') throw new Error('no status was written');
  return patch.status as unknown as ManifestWorkStatus;
};
const conditionsOf = (status: ManifestWorkStatus) =>
  Object.fromEntries(
    (status.conditions ?? []).map(({ type, status, reason, observedGeneration }) => [
      type,
      [status, reason, observedGeneration],
    ]),
  );
const updating = (manifest: JsonObject) =>
  intentOf(work([manifest]), jsonHash(manifest), { type: 'Update' });
const deploymentRef = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  namespace: 'shop',
  name: 'web',
};

describe('before anything is applied', () => {
  test('the finalizer comes first', () => {
    const bare = work([deployment], { metadata: { finalizers: ['someone/else'] } });
    expect(run({ hub: [bare] }).actions).toEqual([
      {
        do: 'patch',
        of: expect.objectContaining({ kind: 'ManifestWork', namespace: 'c1', name: 'shop-web' }),
        patch: {
          metadata: {
            finalizers: [
              'someone/else',
              'cluster.open-cluster-management.io/manifest-work-cleanup',
            ],
          },
        },
        ifVersion: '7',
      },
    ]);
  });

  test('then the record, named after hub and work', () => {
    const [create] = run({
      hub: [work([deployment], { metadata: { labels: { a: 'b' } } })],
    }).actions;
    expect(create).toMatchObject({
      do: 'create',
      at: 'cluster',
      object: {
        kind: 'AppliedManifestWork',
        metadata: {
          name: 'hash-shop-web',
          labels: { a: 'b' },
          finalizers: ['cluster.open-cluster-management.io/applied-manifest-work-cleanup'],
        },
        spec: { hubHash: 'hash', manifestWorkName: 'shop-web', agentID: 'agent' },
      },
    });
  });

  test('and nothing while the objects have not been looked at', () => {
    const outcome = run({
      hub: [work([deployment])],
      cluster: [record()],
      unread: [deploymentRef],
    });
    expect(verbs(outcome.actions)).toEqual(['patchStatus', 'patchStatus']);
    expect(statusOf(outcome.actions).conditions).toEqual([]);
    expect(outcome.alsoWatch).toEqual([{ ref: deploymentRef, at: 'cluster' }]);
  });
});

describe('applying', () => {
  test('goes by the order of kinds, forced, owned, each on its own', () => {
    const { actions } = run({
      hub: [work([deployment, namespace])],
      cluster: [expecting(deployment, namespace)],
    });
    expect(applied(actions).map(({ object }) => object.kind)).toEqual(['Namespace', 'Deployment']);
    for (const action of applied(actions)) {
      expect(action).toMatchObject({
        at: 'cluster',
        force: true,
        fieldManager: 'work-agent',
        independent: true,
      });
      expect(action.object.metadata.ownerReferences).toEqual([owner]);
    }
  });

  test('is written down first: nothing is on the cluster that no record knows', () => {
    const { actions } = run({ hub: [work([deployment])], cluster: [record()] });
    expect(applied(actions)).toEqual([]);
    expect(actions[0]).toMatchObject({
      do: 'patchStatus',
      at: 'cluster',
      status: { appliedResources: [{ resource: 'deployments', name: 'web' }] },
    });
    expect(JSON.stringify(actions[0])).not.toContain('uid');
  });

  test('keeps the records of other works that own the object', () => {
    const shared = live(deployment, { metadata: { ownerReferences: [otherOwner] } });
    const [apply] = applied(
      run({ hub: [work([deployment])], cluster: [expecting(deployment), shared] }).actions,
    );
    expect(apply?.object.metadata.ownerReferences).toEqual([otherOwner, owner]);
  });

  test('does not own what is to be orphaned', () => {
    const rules = [{ group: 'apps', resource: 'deployments', namespace: 'shop', name: 'web' }];
    const deleteOption = {
      propagationPolicy: 'SelectivelyOrphan',
      selectivelyOrphans: { orphaningRules: rules },
    };
    const orphaning = work([deployment, namespace], { spec: { deleteOption } });
    const [ns, deploy] = applied(
      run({ hub: [orphaning], cluster: [expecting(deployment, namespace)] }).actions,
    );
    expect(ns?.object.metadata.ownerReferences).toEqual([owner]);
    expect(deploy?.object.metadata.ownerReferences).toBeUndefined();
  });

  test.each([
    ['CreateOnly, absent', 'CreateOnly', [], ['create', 'patchStatus']],
    ['CreateOnly, present', 'CreateOnly', [live(deployment)], ['patchStatus', 'patchStatus']],
    ['ReadOnly, absent', 'ReadOnly', [], ['patchStatus', 'patchStatus']],
    ['ServerSideApply', 'ServerSideApply', [], ['apply', 'patchStatus']],
  ])('%s', (_, type, cluster, expected) => {
    const manifestConfigs = [
      {
        resourceIdentifier: { group: 'apps', resource: 'deployments', namespace: 'sh*', name: '*' },
        updateStrategy: { type, serverSideApply: { fieldManager: 'work-agent-x' } },
      },
    ];
    const of = work([deployment], {
      spec: { manifestConfigs },
      status: { conditions: [{ type: 'Applied', status: 'True', reason: 'x', message: '' }] },
    });
    const { actions } = run({ hub: [of], cluster: [expecting(deployment), ...cluster] });
    expect(verbs(actions)).toEqual(expected);
    for (const action of applied(actions)) {
      expect(action).toMatchObject({ force: false, fieldManager: 'work-agent-x' });
    }
  });

  test('is done with the rights of the executor, where there is one', () => {
    const executor = {
      subject: { type: 'ServiceAccount', serviceAccount: { namespace: 'shop', name: 'deployer' } },
    };
    const of = work([deployment], { spec: { executor } });
    const [apply] = applied(run({ hub: [of], cluster: [expecting(deployment)] }).actions);
    expect(apply?.as).toEqual({ namespace: 'shop', name: 'deployer' });
  });

  test('waits for an object that is going', () => {
    const going = live(deployment, { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } });
    expect(
      applied(run({ hub: [work([deployment])], cluster: [expecting(deployment), going] }).actions),
    ).toEqual([]);
  });

  test('tries a kind the cluster does not have, because its definition may come with the work', () => {
    const custom = {
      apiVersion: 'acme.io/v1',
      kind: 'Gadget',
      metadata: { name: 'g', namespace: 'shop' },
    };
    const ref = { group: 'acme.io', version: 'v1', kind: 'Gadget', namespace: 'shop', name: 'g' };
    const outcome = run({
      hub: [work([custom])],
      cluster: [expecting(custom)],
      kindUnknown: [ref],
    });
    expect(applied(outcome.actions)).toHaveLength(1);
  });
});

describe('the status', () => {
  test('is Applied and Available at the generation once the live objects carry the hashes', () => {
    const { actions } = run({
      hub: [work([deployment, namespace])],
      cluster: [record(), live(deployment), live(namespace)],
    });
    const status = statusOf(actions);
    expect(conditionsOf(status)).toEqual({
      Applied: ['True', 'AppliedManifestWorkComplete', 3],
      Available: ['True', 'ResourcesAvailable', 3],
    });
    expect(status.resourceStatus?.manifests?.[0]).toMatchObject({
      resourceMeta: {
        ordinal: 0,
        group: 'apps',
        version: 'v1',
        kind: 'Deployment',
        resource: 'deployments',
        name: 'web',
        namespace: 'shop',
      },
      conditions: [
        {
          type: 'Applied',
          status: 'True',
          reason: 'AppliedManifestComplete',
          observedGeneration: 3,
        },
        { type: 'Available', status: 'True', reason: 'ResourceAvailable' },
        { type: 'StatusFeedbackSynced', status: 'True', reason: 'NoStatusFeedbackSynced' },
      ],
    });
  });

  test('says nothing of this generation while an object is as an earlier one left it', () => {
    const old = { ...deployment, spec: { replicas: 1 } };
    const before: ManifestWork['status'] = {
      conditions: [
        {
          type: 'Applied',
          status: 'True',
          reason: 'AppliedManifestWorkComplete',
          message: '',
          observedGeneration: 2,
        },
        {
          type: 'Available',
          status: 'True',
          reason: 'ResourcesAvailable',
          message: '',
          observedGeneration: 2,
        },
      ],
    };
    const { actions } = run({
      hub: [work([deployment], { status: before })],
      cluster: [record(), live(old)],
    });
    expect(statusOf(actions).conditions).toEqual(before?.conditions);
  });

  test('tells why a manifest was refused, and the others go on', () => {
    const { actions } = run({
      hub: [work([deployment, namespace])],
      cluster: [expecting(deployment, namespace), live(namespace)],
      failures: [
        { on: deploymentRef, message: 'deployments is forbidden', intent: updating(deployment) },
      ],
    });
    const status = statusOf(actions);
    expect(conditionsOf(status)).toMatchObject({
      Applied: ['False', 'AppliedManifestWorkFailed', 3],
    });
    expect(status.resourceStatus?.manifests?.[0]?.conditions[0]).toMatchObject({
      status: 'False',
      reason: 'AppliedManifestFailed',
      message: 'Failed to apply manifest: deployments is forbidden',
    });
    expect(verbs(actions)).toContain('apply');
  });

  describe('of an object that carries the hash while a later write was refused', () => {
    const forbidden = { on: deploymentRef, message: 'denied by a webhook' };
    const drifted = { ...live(deployment), spec: { replicas: 9 } };
    const appliedOf = (of: ManifestWork, intent: string, strategy?: string) => {
      const identifier = { group: 'apps', resource: 'deployments', namespace: 'shop', name: 'web' };
      const manifestConfigs = [
        { resourceIdentifier: identifier, updateStrategy: { type: strategy } },
      ];
      const { actions } = run({
        hub: [strategy ? { ...of, spec: { ...of.spec, manifestConfigs } as never } : of],
        cluster: [expecting(deployment), drifted],
        failures: [{ ...forbidden, intent }],
      });
      const [first] = statusOf(actions).resourceStatus?.manifests?.[0]?.conditions ?? [];
      return [first?.type, first?.status];
    };

    test('is not Applied', () => {
      expect(appliedOf(work([deployment]), updating(deployment))).toEqual(['Applied', 'False']);
    });

    test('is Applied again once the work is what it was before the refusal', () => {
      const scaled = { ...deployment, spec: { replicas: 5 } };
      expect(appliedOf(work([deployment]), updating(scaled))).toEqual(['Applied', 'True']);
    });

    test.each(['ReadOnly', 'CreateOnly'])('is Applied where the strategy is %s', (strategy) => {
      expect(appliedOf(work([deployment]), updating(deployment), strategy)).toEqual([
        'Applied',
        'True',
      ]);
    });

    test('is Applied where the manifest is complete: nothing is written any more', () => {
      const status: ManifestWork['status'] = {
        conditions: [{ type: 'Complete', status: 'True', reason: 'x', message: '' }],
      };
      expect(appliedOf(work([deployment], { status }), updating(deployment))).toEqual([
        'Applied',
        'True',
      ]);
    });
  });

  test('counts what is not there', () => {
    const { actions } = run({
      hub: [work([deployment, namespace])],
      cluster: [record(), live(namespace)],
      failures: [{ on: deploymentRef, message: 'no', intent: updating(deployment) }],
    });
    expect(statusOf(actions).conditions).toContainEqual(
      expect.objectContaining({ type: 'Available', message: '1 of 2 resources are not available' }),
    );
  });

  test.each([
    [{ kind: 'X', metadata: { name: 'x' } }, 'the manifest has no apiVersion'],
    [{ apiVersion: 'v1', metadata: { name: 'x' } }, 'the manifest has no kind'],
    [{ apiVersion: 'v1', kind: 'X', metadata: {} }, 'the manifest has no name'],
    [null, 'the manifest is not an object'],
  ])('names a manifest that is no object: %j', (manifest, why) => {
    const { actions } = run({ hub: [work([manifest as never])], cluster: [record()] });
    const [condition] = statusOf(actions).resourceStatus?.manifests?.[0]?.conditions ?? [];
    expect(condition?.message).toBe(`Failed to apply manifest: ${why}`);
  });
});

describe('the record', () => {
  const appliedOnce: ManifestWork['status'] = {
    conditions: [{ type: 'Applied', status: 'True', reason: 'x', message: '' }],
  };
  const old = {
    group: '',
    resource: 'configmaps',
    namespace: 'shop',
    name: 'old',
    version: 'v1',
    uid: 'uid-old',
  };
  const oldMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'old', namespace: 'shop' },
  };

  test('lists what was applied, with UIDs', () => {
    const { actions } = run({
      hub: [work([deployment], { status: appliedOnce })],
      cluster: [record(), live(deployment)],
    });
    expect(actions).toContainEqual(
      expect.objectContaining({
        at: 'cluster',
        status: {
          appliedResources: [
            {
              group: 'apps',
              resource: 'deployments',
              namespace: 'shop',
              name: 'web',
              version: 'v1',
              uid: 'uid-web',
            },
          ],
        },
      }),
    );
  });

  test('removes what the work no longer holds, by UID, and keeps it listed until it is gone', () => {
    const { actions } = run({
      hub: [work([deployment], { status: appliedOnce })],
      cluster: [record({ appliedResources: [old] }), live(deployment), live(oldMap)],
    });
    expect(actions).toContainEqual(
      expect.objectContaining({
        do: 'delete',
        ifUid: 'uid-old',
        at: 'cluster',
        propagation: 'Background',
      }),
    );
    expect(JSON.stringify(actions)).toContain('"name":"old","version":"v1"');
  });

  test('only lets go of what other works own too', () => {
    const shared = live(oldMap, { metadata: { ownerReferences: [otherOwner, owner] } });
    const { actions } = run({
      hub: [work([deployment], { status: appliedOnce })],
      cluster: [record({ appliedResources: [old] }), live(deployment), shared],
    });
    expect(verbs(actions)).not.toContain('delete');
    expect(actions).toContainEqual(
      expect.objectContaining({
        do: 'patch',
        patch: { metadata: { ownerReferences: [otherOwner] } },
      }),
    );
  });

  test.each([
    ['is somebody else’s', live(oldMap, { metadata: { ownerReferences: [] } })],
    ['was made anew by somebody', live(oldMap, { metadata: { uid: 'another' } })],
  ])('leaves alone what %s', (_, object) => {
    const { actions } = run({
      hub: [work([deployment], { status: appliedOnce })],
      cluster: [record({ appliedResources: [old] }), live(deployment), object],
    });
    expect(verbs(actions)).not.toContain('delete');
  });

  test('removes nothing before the work was applied once: a new hub has no status yet', () => {
    const { actions } = run({
      hub: [work([deployment])],
      cluster: [record({ appliedResources: [old] }), live(oldMap)],
    });
    expect(verbs(actions)).not.toContain('delete');
  });
});

describe('a work that goes', () => {
  const going = work([deployment], { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } });

  test('says so and takes its record with it', () => {
    const { actions } = run({ hub: [going], cluster: [record()] });
    expect(conditionsOf(statusOf(actions))).toEqual({ Deleting: ['True', 'WorkDeleting', 3] });
    expect(actions[1]).toMatchObject({
      do: 'delete',
      of: { name: 'hash-shop-web' },
      at: 'cluster',
    });
  });

  test('waits for the record', () => {
    const { actions } = run({
      hub: [going],
      cluster: [record({}, { deletionTimestamp: '2026-01-01T00:00:00Z' })],
    });
    expect(actions).toEqual([]);
  });

  test('may go when the record is gone', () => {
    expect(run({ hub: [going] }).actions).toEqual([
      expect.objectContaining({ do: 'patch', patch: { metadata: { finalizers: [] } } }),
    ]);
  });
});
