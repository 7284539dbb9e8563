import { describe, expect, test } from 'vitest';
import { instant } from '../../../../src/base/instant.ts';
import { manifestWorkKind } from '../../../../src/kube/ocm/work.ts';
import { evictionGrace, retireRecords } from '../../../../src/runtime/agent/work/retire.ts';
import { type Facts, snapshotOf } from '../../facts.ts';
import { deployment, live, now, options, record, work } from '../works.ts';

const controller = retireRecords(options);
const run = (facts: Facts, at = now) =>
  controller.reconcile('hash-shop-web', snapshotOf(facts), at);
const web = {
  group: 'apps',
  resource: 'deployments',
  namespace: 'shop',
  name: 'web',
  version: 'v1',
  uid: 'uid-web',
};

describe('a record that is deleted', () => {
  const deletionTimestamp = '2026-01-01T00:00:00Z';

  test('takes what it owns with it', () => {
    const going = record({ appliedResources: [web] }, { deletionTimestamp });
    const { actions, alsoWatch } = run({ cluster: [going, live(deployment)] });
    expect(actions).toEqual([expect.objectContaining({ do: 'delete', ifUid: 'uid-web' })]);
    expect(alsoWatch).toHaveLength(1);
  });

  test('stays while something of it is still there', () => {
    const going = record({ appliedResources: [web] }, { deletionTimestamp });
    const { actions } = run({
      cluster: [going, live(deployment, { metadata: { deletionTimestamp } })],
    });
    expect(actions).toEqual([]);
  });

  test('goes when all is gone', () => {
    const { actions } = run({
      cluster: [record({ appliedResources: [web] }, { deletionTimestamp })],
    });
    expect(actions).toEqual([
      expect.objectContaining({ do: 'patch', patch: { metadata: { finalizers: [] } } }),
    ]);
  });

  test('never touches what it does not own', () => {
    const foreign = live(deployment, { metadata: { ownerReferences: [] } });
    const { actions } = run({
      cluster: [record({ appliedResources: [web] }, { deletionTimestamp }), foreign],
    });
    expect(actions.map((action) => action.do)).toEqual(['patch']);
  });
});

describe('eviction', () => {
  const started = { evictionStartTime: '2026-01-02T03:04:05Z' };

  test('starts when the work is gone from the hub', () => {
    const { actions, again } = run({ cluster: [record()] });
    expect(actions).toEqual([expect.objectContaining({ do: 'patchStatus', status: started })]);
    expect(again).toBe(now + evictionGrace);
  });

  test('waits an hour, then deletes the record', () => {
    expect(run({ cluster: [record(started)] }).actions).toEqual([]);
    const later = instant(now + evictionGrace);
    expect(run({ cluster: [record(started)] }, later).actions).toEqual([
      expect.objectContaining({ do: 'delete', at: 'cluster' }),
    ]);
  });

  test('is called off when the work is back', () => {
    const { actions } = run({ hub: [work([deployment])], cluster: [record(started)] });
    expect(actions).toEqual([
      expect.objectContaining({ do: 'patchStatus', status: { evictionStartTime: null } }),
    ]);
  });

  test('does not start because the hub cannot be read', () => {
    expect(run({ cluster: [record()], notRead: ['ManifestWork'] }).actions).toEqual([]);
  });

  test('does not start where whatever answers for the hub does not even know works', () => {
    const kindUnknown = [{ ...manifestWorkKind, namespace: '', name: '' }];
    const outcome = run({ cluster: [record()], kindUnknown });
    expect(outcome.actions).toEqual([]);
    expect(outcome.again).toBeGreaterThan(now);
  });

  test('leaves the records of other agents alone', () => {
    const foreign = {
      ...record(),
      spec: { hubHash: 'other', manifestWorkName: 'shop-web', agentID: 'b' },
    };
    expect(run({ cluster: [foreign] }).actions).toEqual([]);
  });
});
