import { describe, expect, test } from 'vitest';
import {
  formatInstant,
  formatMicroTime,
  type Instant,
  instant,
  plus,
} from '../../../../src/base/instant.ts';
import type { Lease } from '../../../../src/kube/core.ts';
import type { Condition, KubeObject } from '../../../../src/kube/object.ts';
import type { ManagedCluster } from '../../../../src/kube/ocm/cluster.ts';
import { clockSyncController } from '../../../../src/runtime/hub/registration/clock-sync.ts';
import { leaseController } from '../../../../src/runtime/hub/registration/lease.ts';
import { taintController } from '../../../../src/runtime/hub/registration/taints.ts';
import { snapshotOf } from '../../../support/snapshot.ts';

const now = instant(Date.UTC(2026, 0, 1, 12));
const condition = (type: string, status: Condition['status']): Condition => ({
  type,
  status,
  reason: 'X',
  message: '',
  lastTransitionTime: formatInstant(instant(0)),
});
const accepted = condition('HubAcceptedManagedCluster', 'True');

function cluster(
  conditions: readonly Condition[] = [accepted],
  more: { spec?: ManagedCluster['spec']; metadata?: Partial<KubeObject['metadata']> } = {},
): ManagedCluster {
  return {
    apiVersion: 'cluster.open-cluster-management.io/v1',
    kind: 'ManagedCluster',
    metadata: { name: 'c1', resourceVersion: '7', ...more.metadata },
    spec: more.spec ?? {},
    status: { conditions },
  };
}

function lease(renewed: Instant, received?: Instant): Lease {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name: 'managed-cluster-lease',
      namespace: 'c1',
      creationTimestamp: formatInstant(instant(0)),
      managedFields:
        received === undefined
          ? []
          : [
              {
                manager: 'agent',
                operation: 'Update',
                time: formatInstant(received),
                fieldsV1: { 'f:spec': { 'f:renewTime': {} } },
              },
            ],
    },
    spec: { renewTime: formatMicroTime(renewed) },
  };
}

const minutes = (count: number): number => count * 60_000;

describe('the lease of a cluster', () => {
  const reconcile = (
    objects: readonly KubeObject[],
    options: Parameters<typeof leaseController>[0] = {},
  ) => leaseController(options).reconcile('c1', snapshotOf(objects), now);

  test('is made by the hub once the cluster was accepted', () => {
    expect(reconcile([cluster([])])).toEqual({ actions: [] });
    expect(reconcile([cluster()])).toEqual({
      actions: [
        {
          do: 'create',
          object: {
            apiVersion: 'coordination.k8s.io/v1',
            kind: 'Lease',
            metadata: {
              name: 'managed-cluster-lease',
              namespace: 'c1',
              labels: { 'open-cluster-management.io/cluster-name': 'c1' },
            },
            spec: {
              holderIdentity: 'managed-cluster-lease',
              renewTime: '2026-01-01T12:00:00.000000Z',
            },
          },
        },
      ],
    });
  });

  test('expires after five heartbeats, to the millisecond', () => {
    const soon = plus(now, -minutes(5) + 1);
    expect(reconcile([cluster(), lease(soon)])).toEqual({ actions: [], again: plus(now, 1) });
    const { actions } = reconcile([cluster(), lease(plus(now, -minutes(5)))]);
    expect(actions[0]).toMatchObject({
      do: 'patchStatus',
      ifVersion: '7',
      status: {
        conditions: [
          accepted,
          {
            type: 'ManagedClusterConditionAvailable',
            status: 'Unknown',
            reason: 'ManagedClusterLeaseUpdateStopped',
            message: 'Registration agent stopped updating its lease.',
          },
        ],
      },
    });
    expect(actions[1]).toMatchObject({ do: 'record', type: 'Warning', reason: 'AvailableUnknown' });
  });

  test('follows the duration the cluster asks for', () => {
    const quick = cluster([accepted], { spec: { leaseDurationSeconds: 10 } });
    expect(reconcile([quick, lease(plus(now, -50_000))]).actions).toHaveLength(2);
    expect(reconcile([quick, lease(plus(now, -49_000))]).actions).toEqual([]);
  });

  test('that expired is reported once', () => {
    const unknown = cluster([accepted, condition('ManagedClusterConditionAvailable', 'Unknown')]);
    expect(reconcile([unknown, lease(instant(0))]).actions).toEqual([]);
  });

  test('counts by the hub’s own clock where the agent’s is wrong', () => {
    const skewed = lease(plus(now, -minutes(60)), plus(now, -minutes(1)));
    expect(reconcile([cluster(), skewed]).actions).toEqual([]);
    expect(reconcile([cluster(), skewed], { compat: 'upstream' }).actions).toHaveLength(2);
  });

  test('is given time after the hub itself was away', () => {
    const startedAt = plus(now, -minutes(1));
    expect(reconcile([cluster(), lease(instant(0))], { startedAt })).toEqual({
      actions: [],
      again: plus(startedAt, minutes(5)),
    });
  });

  test('that is missing while the cluster is deleted makes it Unknown at once', () => {
    const metadata = { deletionTimestamp: formatInstant(now) };
    const { actions } = reconcile([cluster([accepted], { metadata })]);
    expect(actions.map((action) => action.do)).toEqual(['patchStatus', 'record']);
  });
});

describe('the clock of a cluster', () => {
  const status = (renewed: Instant, received?: Instant, of = cluster()) =>
    clockSyncController.reconcile('c1', snapshotOf([of, lease(renewed, received)]), now).actions[0];

  test.each([
    [0, 'True', 'ManagedClusterClockSynced'],
    [-minutes(5) + 1000, 'True', 'ManagedClusterClockSynced'],
    [-minutes(5), 'False', 'ManagedClusterClockOutOfSync'],
    [minutes(5), 'False', 'ManagedClusterClockOutOfSync'],
  ])('that is %i ms off is %s', (off, expected, reason) => {
    expect(status(plus(now, off), now)).toMatchObject({
      status: { conditions: [accepted, { status: expected, reason }] },
    });
  });

  test('is compared with when the hub received the renewal, however long ago that is', () => {
    const long = plus(now, -minutes(600));
    expect(status(long, long)).toMatchObject({ status: { conditions: [{}, { status: 'True' }] } });
    expect(status(long)).toBeUndefined();
  });

  test('is not looked at where an annotation says so', () => {
    const annotations = { 'registration.open-cluster-management.io/skip-clock-sync-check': 'true' };
    const of = cluster([accepted], { metadata: { annotations } });
    expect(status(plus(now, minutes(60)), now, of)).toMatchObject({
      status: { conditions: [{}, { status: 'True' }] },
    });
  });
});

describe('taints', () => {
  const unreachable = {
    key: 'cluster.open-cluster-management.io/unreachable',
    effect: 'NoSelect',
  } as const;
  const unavailable = { ...unreachable, key: 'cluster.open-cluster-management.io/unavailable' };
  const users = { key: 'gpu', value: 'yes', effect: 'NoSelect' } as const;

  const taints = (available: Condition['status'] | null, before: readonly object[] = []) => {
    const conditions =
      available === null ? [] : [condition('ManagedClusterConditionAvailable', available)];
    const of = cluster(conditions, { spec: { taints: before as never } });
    const [action] = taintController.reconcile('c1', snapshotOf([of]), now).actions;
    return action === undefined ? 'unchanged' : action.do === 'patch' ? action.patch : action;
  };

  test('follow the availability, and those of users stay', () => {
    expect(taints(null)).toEqual({ spec: { taints: [unreachable] } });
    expect(taints('Unknown', [users])).toEqual({ spec: { taints: [users, unreachable] } });
    expect(taints('False', [unreachable, users])).toEqual({
      spec: { taints: [users, unavailable] },
    });
    expect(taints('True', [unreachable, users, unavailable])).toEqual({
      spec: { taints: [users] },
    });
  });

  test('that are right are left, with the time they were set', () => {
    const timed = { ...unreachable, timeAdded: '2026-01-01T00:00:00Z' };
    expect(taints('Unknown', [timed])).toBe('unchanged');
    expect(taints('True', [users])).toBe('unchanged');
  });

  test('of a cluster that is deleted are left', () => {
    const of = cluster([], { metadata: { deletionTimestamp: formatInstant(now) } });
    expect(taintController.reconcile('c1', snapshotOf([of]), now).actions).toEqual([]);
  });
});
