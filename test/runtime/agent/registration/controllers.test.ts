import { describe, expect, test } from 'vitest';
import {
  formatInstant,
  formatMicroTime,
  type Instant,
  instant,
  plus,
} from '../../../../src/base/instant.ts';
import type { Json } from '../../../../src/base/json.ts';
import type { Lease, Node } from '../../../../src/kube/core.ts';
import type { Condition, KubeObject } from '../../../../src/kube/object.ts';
import type { ClusterClaim, ManagedCluster } from '../../../../src/kube/ocm/cluster.ts';
import { showClaims } from '../../../../src/runtime/agent/registration/claims.ts';
import { clientConfigsController } from '../../../../src/runtime/agent/registration/client-configs.ts';
import { heartbeatController } from '../../../../src/runtime/agent/registration/heartbeat.ts';
import { totalOf } from '../../../../src/runtime/agent/registration/resources.ts';
import { statusController } from '../../../../src/runtime/agent/registration/status.ts';
import type { Action, Outcome } from '../../../../src/runtime/control/controller.ts';
import { snapshotOf } from '../../../support/snapshot.ts';

const now = instant(Date.UTC(2026, 0, 1, 12));
const old = formatInstant(instant(0));
const condition = (type: string, status: Condition['status'], reason = 'X'): Condition => ({
  type,
  status,
  reason,
  message: '',
  lastTransitionTime: old,
});
const accepted = condition('HubAcceptedManagedCluster', 'True');

function cluster(more: Partial<ManagedCluster> = {}): ManagedCluster {
  return {
    apiVersion: 'cluster.open-cluster-management.io/v1',
    kind: 'ManagedCluster',
    metadata: { name: 'c1', resourceVersion: '7' },
    spec: { hubAcceptsClient: true },
    status: { conditions: [accepted] },
    ...more,
  };
}

describe('the heartbeat', () => {
  const lease: Lease = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'managed-cluster-lease', namespace: 'c1', resourceVersion: '3' },
    spec: { holderIdentity: 'managed-cluster-lease', renewTime: old },
  };
  const key = 'coordination.k8s.io/Lease/c1/managed-cluster-lease';
  const beat = (hub: readonly KubeObject[], last?: Instant | 'failed'): Outcome => {
    const failure = { status: 0, reason: 'NoAnswer', message: '' };
    const attempt = last === 'failed' ? { at: now, failure } : { at: last ?? now, failure: null };
    const attempts = last === undefined ? {} : { [key]: attempt };
    return heartbeatController('c1').reconcile('c1', snapshotOf({ hub, attempts }), now);
  };

  test('renews the lease the hub made, by replacing it: an agent may not patch', () => {
    expect(beat([cluster(), lease])).toEqual({
      actions: [
        {
          do: 'replace',
          object: { ...lease, spec: { ...lease.spec, renewTime: formatMicroTime(now) } },
        },
      ],
      again: plus(now, 60_000),
    });
  });

  test('comes every minute and up to a quarter more, and again where it failed', () => {
    const { actions, again } = beat([cluster(), lease], now);
    expect(actions).toEqual([]);
    expect(again).toBeGreaterThanOrEqual(now + 60_000);
    expect(again).toBeLessThanOrEqual(now + 75_000);
    expect(beat([cluster(), lease], plus(now, -75_000)).actions).toHaveLength(1);
    expect(beat([cluster(), lease], 'failed').actions).toHaveLength(1);
  });

  test('follows the duration the hub asks for', () => {
    const quick = cluster({ spec: { leaseDurationSeconds: 10 } });
    expect(beat([quick, lease], plus(now, -12_500)).actions).toHaveLength(1);
    expect(beat([quick, lease], plus(now, -9_000)).actions).toHaveLength(0);
  });

  test('stops while the hub does not accept the cluster, or has no lease for it', () => {
    const denied = cluster({
      status: { conditions: [condition('HubAcceptedManagedCluster', 'False')] },
    });
    expect(beat([denied, lease])).toEqual({ actions: [] });
    expect(beat([cluster()])).toEqual({ actions: [] });
    expect(beat([lease])).toEqual({ actions: [] });
  });
});

describe('claims', () => {
  const claim = (name: string, labels = {}): ClusterClaim => ({
    apiVersion: 'cluster.open-cluster-management.io/v1alpha1',
    kind: 'ClusterClaim',
    metadata: { name, labels },
    spec: { value: name.toUpperCase() },
  });

  test('that are reserved all go; of the others the first twenty by name', () => {
    const custom = Array.from({ length: 25 }, (_, n) => claim(`z${String(n).padStart(2, '0')}`));
    const shown = showClaims(
      [...custom, claim('platform.open-cluster-management.io'), claim('id.k8s.io')],
      {},
    );
    expect(shown.claims.slice(0, 3)).toEqual([
      { name: 'id.k8s.io', value: 'ID.K8S.IO' },
      { name: 'platform.open-cluster-management.io', value: 'PLATFORM.OPEN-CLUSTER-MANAGEMENT.IO' },
      { name: 'z00', value: 'Z00' },
    ]);
    expect(shown.claims).toHaveLength(22);
    expect(shown).toMatchObject({ custom: 25, hidden: 5 });
  });

  test('may be kept on the cluster, and reserved by suffix', () => {
    const objects = [
      claim('a', { 'open-cluster-management.io/spoke-only': '' }),
      claim('b'),
      claim('c.example.com'),
    ];
    const shown = showClaims(objects, { maxCustomClaims: 0, reservedSuffixes: ['.example.com'] });
    expect(shown.claims.map(({ name }) => name)).toEqual(['c.example.com']);
    expect(shown.hidden).toBe(1);
  });
});

const node = (status: Json, spec: Json = {}): Node =>
  ({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' }, spec, status }) as Node;

test('capacity is the sum of all nodes, allocatable of those that take pods; odd amounts count for nothing', () => {
  const amounts = { cpu: '1500m', memory: '1Gi', odd: 'lots', pods: 110 };
  const both = { capacity: amounts, allocatable: amounts };
  const total = totalOf([node(both), node(both, { unschedulable: true }), node({}), node('x')]);
  expect(total).toEqual({
    capacity: { cpu: '3', memory: '2Gi', pods: '220' },
    allocatable: { cpu: '1500m', memory: '1Gi', pods: '110' },
  });
});

describe('the status', () => {
  const fact = (kind: string, status: object): KubeObject => ({
    apiVersion: 'agent.ocmlang.dev/v1',
    kind,
    metadata: { name: 'agent' },
    status,
  });
  const well = fact('ClusterHealth', {
    ok: true,
    code: 200,
    message: '',
    since: now,
    version: 'v1.35.1',
  });
  const ill = (since: Instant): KubeObject =>
    fact('ClusterHealth', { ok: false, code: 500, message: 'etcd failed', since });
  const report = (
    of: ManagedCluster,
    onCluster: readonly KubeObject[],
    more: { compat?: 'upstream'; clusterAttempts?: object } = {},
  ): Outcome => {
    const { clusterAttempts = {}, ...options } = more;
    const input = { hub: [of], cluster: onCluster, clusterAttempts: clusterAttempts as never };
    const controller = statusController({ clusterName: 'c1', hubHash: 'abc', ...options });
    return controller.reconcile('c1', snapshotOf(input), now);
  };
  const statusOf = ({ actions }: Outcome) => {
    const patch = actions.find(
      (action): action is Action & { do: 'patchStatus' } => action.do === 'patchStatus',
    );
    return patch?.status as {
      readonly conditions?: readonly Condition[];
      readonly [key: string]: unknown;
    };
  };
  const conditionsOf = (outcome: Outcome) =>
    Object.fromEntries(
      (statusOf(outcome)?.conditions ?? []).map((of) => [of.type, `${of.status} ${of.reason}`]),
    );

  test('is not touched before the hub accepts the cluster', () => {
    expect(report(cluster({ status: {} }), [well])).toEqual({ actions: [] });
  });

  test('says joined, available, version and what there is, in one write for the version that was read', () => {
    const outcome = report(cluster(), [
      well,
      node({ capacity: { cpu: '2' }, allocatable: { cpu: '1' } }),
    ]);
    expect(conditionsOf(outcome)).toMatchObject({
      ManagedClusterJoined: 'True ManagedClusterJoined',
      ManagedClusterConditionAvailable: 'True ManagedClusterAvailable',
    });
    expect(statusOf(outcome)).toMatchObject({
      version: { kubernetes: 'v1.35.1' },
      capacity: { cpu: '2' },
      allocatable: { cpu: '1' },
    });
    expect(outcome.actions.map((action) => action.do)).toEqual(['patchStatus', 'record']);
    expect(outcome.actions[0]).toMatchObject({ ifVersion: '7' });
    expect(outcome.actions[1]).toMatchObject({
      about: { kind: 'ManagedCluster', namespace: 'c1', name: 'c1' },
      reason: 'Available',
      message:
        'The c1 is successfully imported, and it is managed by the hub cluster. Its apieserver is available',
    });
  });

  test('tells the event once', () => {
    const conditions = [accepted, condition('ManagedClusterConditionAvailable', 'True')];
    const outcome = report(cluster({ status: { conditions } }), [well]);
    expect(outcome.actions.map((action) => action.do)).toEqual(['patchStatus']);
  });

  test('waits twenty seconds before it calls the cluster unavailable, and then says no more about it', () => {
    const waiting = report(cluster(), [ill(plus(now, -19_999)), node({ capacity: { cpu: '2' } })]);
    expect(conditionsOf(waiting)).not.toHaveProperty('ManagedClusterConditionAvailable');
    expect(waiting.again).toBe(plus(now, 1));
    const outcome = report(cluster(), [ill(plus(now, -20_000)), node({ capacity: { cpu: '2' } })]);
    expect(conditionsOf(outcome)['ManagedClusterConditionAvailable']).toBe(
      'False ManagedClusterKubeAPIServerUnavailable',
    );
    expect(statusOf(outcome).conditions?.find(({ status }) => status === 'False')?.message).toBe(
      'The kube-apiserver is not ok, status code: 500, etcd failed',
    );
    expect(statusOf(outcome)).not.toHaveProperty('capacity');
    expect(outcome.actions[1]).toMatchObject({ type: 'Warning', reason: 'Unavailable' });
  });

  test('keeps capacity others have added and takes away what is no longer allocatable', () => {
    const status = {
      conditions: [accepted],
      capacity: { 'socket.worker': '3' },
      allocatable: { gpu: '1' },
    };
    const outcome = report(cluster({ status }), [well, node({ capacity: { cpu: '2' } })]);
    expect(statusOf(outcome)).toMatchObject({ capacity: { cpu: '2' }, allocatable: { gpu: null } });
    expect(statusOf(outcome)['capacity']).not.toHaveProperty('socket.worker');
  });

  test('says when the certificate was renewed, and why it was not', () => {
    const life = {
      notBefore: instant(Date.UTC(2026, 0, 1)),
      notAfter: instant(Date.UTC(2027, 0, 1)),
    };
    const fine = report(cluster(), [fact('AgentCertificate', { ...life, failure: null })]);
    expect(statusOf(fine).conditions?.at(-1)).toMatchObject({
      type: 'ClusterCertificateRotated',
      status: 'True',
      reason: 'ClientCertificateUpdated',
      message:
        'client certificate rotated starting from 2026-01-01 00:00:00 +0000 UTC to 2027-01-01 00:00:00 +0000 UTC',
    });
    const failed = report(cluster(), [fact('AgentCertificate', { ...life, failure: 'denied' })]);
    expect(statusOf(failed).conditions?.at(-1)).toMatchObject({
      status: 'False',
      reason: 'ClientCertificateUpdateFailed',
      message: 'denied',
    });
  });

  test('of a cluster with a wrong clock is reported all the same, but not where upstream is wanted', () => {
    const conditions = [accepted, condition('ManagedClusterConditionClockSynced', 'False')];
    const off = cluster({ status: { conditions } });
    expect(report(off, [well]).actions.length).toBeGreaterThan(0);
    expect(report(off, [well], { compat: 'upstream' })).toEqual({ actions: [] });
  });

  test('makes the namespaces the sets want and reports on each', () => {
    const managedNamespaces = [
      { clusterSet: 's', name: 'good' },
      { clusterSet: 's', name: 'bad' },
    ];
    const label = 'clusterset.open-cluster-management.io/abc';
    const left: KubeObject = {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'left', labels: { [label]: 'true' } },
    };
    const failure = { status: 403, reason: 'Forbidden', message: 'no right' };
    const outcome = report(
      cluster({ status: { conditions: [accepted], managedNamespaces } }),
      [well, left],
      { clusterAttempts: { '/Namespace//bad': { at: now, failure } } },
    );
    const applied = outcome.actions.flatMap((action) =>
      action.do === 'apply'
        ? [[action.object.metadata.name, action.object.metadata.labels?.[label], action.at]]
        : [],
    );
    expect(applied).toEqual([
      ['good', 'true', 'cluster'],
      ['bad', 'true', 'cluster'],
      ['left', 'false', 'cluster'],
    ]);
    expect(statusOf(outcome)['managedNamespaces']).toMatchObject([
      { name: 'good', conditions: [{ status: 'True', reason: 'NamespaceApplied' }] },
      {
        name: 'bad',
        conditions: [
          {
            status: 'False',
            reason: 'NamespaceApplyFailed',
            message: 'Failed to apply namespace: failed to apply namespace "bad": no right',
          },
        ],
      },
    ]);
  });

  test('shows the claims, and says when some stay behind', () => {
    const claims = Array.from({ length: 21 }, (_, n) => ({
      apiVersion: 'cluster.open-cluster-management.io/v1alpha1',
      kind: 'ClusterClaim',
      metadata: { name: `c${n}` },
      spec: { value: 'v' },
    }));
    const outcome = report(cluster(), [well, ...claims]);
    expect(statusOf(outcome)['clusterClaims']).toHaveLength(20);
    expect(outcome.actions.at(-1)).toMatchObject({
      reason: 'CustomClusterClaimsTruncated',
      message:
        '21 cluster claims are found. It exceeds the max number of custom cluster claims (20). 1 custom cluster claims are not exposed.',
    });
  });
});

describe('client configurations', () => {
  const wanted = [{ url: 'https://a', caBundle: 'new' }];
  const patch = (before: ManagedCluster['spec']) =>
    clientConfigsController('c1', wanted).reconcile(
      'c1',
      snapshotOf([cluster({ spec: before ?? {} })]),
      now,
    ).actions;

  test('are brought up to date by content, and those of others stay', () => {
    const spec = {
      hubAcceptsClient: true,
      managedClusterClientConfigs: [{ url: 'https://a', caBundle: 'old' }, { url: 'https://b' }],
    };
    expect(patch(spec)).toMatchObject([
      {
        do: 'replace',
        object: { spec: { managedClusterClientConfigs: [wanted[0], { url: 'https://b' }] } },
      },
    ]);
    expect(patch({ hubAcceptsClient: true, managedClusterClientConfigs: wanted })).toEqual([]);
  });

  test('are not written before the agent may', () => {
    expect(patch({ hubAcceptsClient: false })).toEqual([]);
  });
});
