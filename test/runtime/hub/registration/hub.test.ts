import { afterEach, describe, expect, test } from 'vitest';
import {
  clusterRoleKind,
  leaseKind,
  namespaceKind,
  roleBindingKind,
} from '../../../../src/kube/core.ts';
import type { Kind, KubeObject } from '../../../../src/kube/object.ts';
import { conditionOf, refOf } from '../../../../src/kube/object.ts';
import { managedClusterAddOnKind } from '../../../../src/kube/ocm/addon.ts';
import {
  type ManagedCluster,
  managedClusterKind,
  managedClusterSetBindingKind,
  managedClusterSetKind,
} from '../../../../src/kube/ocm/cluster.ts';
import { manifestWorkKind } from '../../../../src/kube/ocm/work.ts';
import { registrationControllers } from '../../../../src/runtime/hub/registration/controllers.ts';
import type { RegistrationOptions } from '../../../../src/runtime/hub/registration/options.ts';
import { stillClock } from '../../../support/clock.ts';
import {
  type MemoryCluster,
  type MemoryClusterOptions,
  memoryCluster,
} from '../../../support/memory-cluster.ts';
import { type Harness, run } from '../../control/harness.ts';
import { csrOf, makeRequest } from './requests.ts';

let harness: Harness | undefined;
afterEach(() => {
  harness?.stop();
  expect(harness?.errors ?? []).toEqual([]);
});

const clusterGroup = 'cluster.open-cluster-management.io';

function cluster(name: string, more: Partial<ManagedCluster> = {}): ManagedCluster {
  return {
    apiVersion: `${clusterGroup}/v1`,
    kind: 'ManagedCluster',
    metadata: { name },
    spec: { hubAcceptsClient: true },
    ...more,
  };
}

function inNamespace(kind: Kind, apiVersion: string, name: string, more: object = {}): KubeObject {
  return {
    apiVersion,
    kind: kind.kind,
    metadata: { name, namespace: 'c1', ...more },
    spec: {},
  };
}

async function start(
  options: RegistrationOptions = {},
  memory: MemoryClusterOptions = {},
): Promise<{ readonly hub: MemoryCluster; readonly running: Harness }> {
  const clock = stillClock();
  const hub = memoryCluster({ now: clock.now, ...memory });
  harness = run(registrationControllers(options), { hub, clock });
  await harness.ready;
  await harness.rest();
  return { hub, running: harness };
}

const of = (hub: MemoryCluster, name = 'c1'): ManagedCluster => {
  const found = hub.find(managedClusterKind, '', name);
  if (found === undefined) throw new Error(`no cluster ${name}`);
  return found;
};
const accepted = (hub: MemoryCluster) =>
  conditionOf(of(hub).status?.conditions, 'HubAcceptedManagedCluster');

describe('the hub', () => {
  test('makes the sets default and global, and puts their selectors back', async () => {
    const { hub, running } = await start();
    const selectors = () =>
      hub
        .objects(managedClusterSetKind)
        .map(({ metadata, spec }) => [metadata.name, spec?.clusterSelector]);
    const wanted = [
      ['default', { selectorType: 'ExclusiveClusterSetLabel' }],
      ['global', { selectorType: 'LabelSelector', labelSelector: {} }],
    ];
    expect(selectors()).toEqual(wanted);
    for (const name of ['default', 'global']) {
      const labelSelector = { matchLabels: { a: 'b' } };
      const clusterSelector = { selectorType: 'LabelSelector', labelSelector };
      await hub.mergePatch(
        { ...managedClusterSetKind, namespace: '', name },
        { spec: { clusterSelector } },
      );
    }
    await running.rest();
    expect(selectors()).toEqual(wanted);
    await hub.delete({ ...managedClusterSetKind, namespace: '', name: 'default' });
    await running.rest();
    expect(selectors()).toEqual(wanted);
  });

  test('leaves a set alone that says so', async () => {
    const { hub, running } = await start();
    const annotations = { 'cluster.open-cluster-management.io/autoupdate': 'false' };
    const clusterSelector = { selectorType: 'LabelSelector', labelSelector: {} };
    const patch = { metadata: { annotations }, spec: { clusterSelector } };
    await hub.mergePatch({ ...managedClusterSetKind, namespace: '', name: 'default' }, patch);
    await running.rest();
    const set = hub.find(managedClusterSetKind, '', 'default');
    expect(set?.spec?.clusterSelector?.selectorType).toBe('LabelSelector');
  });

  test('makes nothing for a cluster that was never accepted', async () => {
    const { hub, running } = await start();
    await hub.create(cluster('c1', { spec: { hubAcceptsClient: false } }));
    await running.rest();
    expect(accepted(hub)).toBeUndefined();
    expect(hub.objects(namespaceKind)).toEqual([]);
    expect(hub.objects(roleBindingKind)).toEqual([]);
    expect(hub.objects(leaseKind)).toEqual([]);
  });

  test('gives an accepted cluster what it needs, then rests', async () => {
    const { hub, running } = await start({ labels: { team: 'a' } });
    await hub.create(cluster('c1'));
    await running.rest();
    expect(accepted(hub)).toMatchObject({ status: 'True', reason: 'HubClusterAdminAccepted' });
    const labels = { team: 'a', 'open-cluster-management.io/cluster-name': 'c1' };
    expect(hub.find(namespaceKind, '', 'c1')?.metadata.labels).toEqual(labels);
    expect(hub.objects(roleBindingKind).map(({ metadata }) => metadata.name)).toEqual([
      'open-cluster-management:managedcluster:c1:policy',
      'open-cluster-management:managedcluster:c1:registration',
      'open-cluster-management:managedcluster:c1:work',
    ]);
    expect(hub.objects(leaseKind)).toHaveLength(1);
    const writes = hub.writes.length;
    hub.breakWatches(true);
    running.clock.advance(60_000);
    await running.rest();
    expect(hub.writes.length).toBe(writes);
  });

  test('puts back what somebody took from the rights of an agent', async () => {
    const { hub, running } = await start();
    await hub.create(cluster('c1'));
    await running.rest();
    const name = 'open-cluster-management:managedcluster:c1';
    const role = { ...clusterRoleKind, namespace: '', name };
    await hub.delete(role);
    await running.rest();
    expect(hub.find(clusterRoleKind, '', name)?.rules?.length).toBe(4);
  });

  test('reports what it could not make, and that it could at last', async () => {
    let refuse = true;
    const { hub, running } = await start(
      {},
      {
        refuse: ({ verb, of: ref }) =>
          refuse && verb === 'apply' && ref.kind === 'ClusterRoleBinding'
            ? { status: 500, reason: 'InternalError', message: 'etcd is away' }
            : undefined,
      },
    );
    await hub.create(cluster('c1'));
    await running.rest();
    expect(accepted(hub)).toMatchObject({
      status: 'False',
      reason: 'Error',
      message: 'etcd is away',
    });
    refuse = false;
    running.clock.advance(60_000);
    await running.rest();
    expect(accepted(hub)).toMatchObject({ status: 'True', reason: 'HubClusterAdminAccepted' });
  });

  test('accepts by itself only a cluster whose agent a listed user let in', async () => {
    const { hub, running } = await start({ autoApprovedUsers: ['bootstrap'] });
    await hub.create(cluster('stranger', { spec: { hubAcceptsClient: false } }));
    await hub.create(cluster('c1', { spec: { hubAcceptsClient: false } }));
    await running.rest();
    expect(of(hub).spec?.hubAcceptsClient).toBe(false);
    await hub.create(csrOf(await makeRequest()));
    await running.rest();
    expect(of(hub).spec?.hubAcceptsClient).toBe(true);
    expect(of(hub).metadata.annotations).toHaveProperty([
      'open-cluster-management.io/automatically-accepted-on',
    ]);
    expect(of(hub, 'stranger').spec?.hubAcceptsClient).toBe(false);
    await hub.mergePatch(refOf(of(hub)), { spec: { hubAcceptsClient: false } });
    await running.rest();
    expect(accepted(hub)?.reason).toBe('HubClusterAdminDenied');
  });

  test('accepts everybody, as upstream does, only where upstream is wanted', async () => {
    const { hub, running } = await start({ autoApprovedUsers: ['x'], compat: 'upstream' });
    await hub.create(cluster('c1', { spec: { hubAcceptsClient: false } }));
    await running.rest();
    expect(of(hub).spec?.hubAcceptsClient).toBe(true);
  });

  test('lets a denied agent clean up its works before it takes the last right', async () => {
    const { hub, running } = await start();
    await hub.create(cluster('c1'));
    await running.rest();
    const work = inNamespace(manifestWorkKind, 'work.open-cluster-management.io/v1', 'w');
    await hub.create(work);
    await hub.mergePatch(refOf(of(hub)), { spec: { hubAcceptsClient: false } });
    await running.rest();
    const binding = () =>
      hub.find(roleBindingKind, 'c1', 'open-cluster-management:managedcluster:c1:work');
    expect(binding()?.metadata.deletionTimestamp).toBeDefined();
    expect(accepted(hub)?.status).toBe('True');
    await hub.delete(refOf(work));
    await running.rest();
    expect(binding()).toBeUndefined();
    expect(accepted(hub)).toMatchObject({ status: 'False', reason: 'HubClusterAdminDenied' });
  });

  test('empties the namespace of a deleted cluster in order, and tells who holds it up', async () => {
    const { hub, running } = await start();
    await hub.create(cluster('c1'));
    await running.rest();
    const addon = inNamespace(
      managedClusterAddOnKind,
      'addon.open-cluster-management.io/v1alpha1',
      'a',
      {
        finalizers: ['addon/hold'],
      },
    );
    const later = { annotations: { 'open-cluster-management.io/cleanup-priority': '50' } };
    const first = inNamespace(manifestWorkKind, 'work.open-cluster-management.io/v1', 'first', {
      finalizers: ['work/hold'],
    });
    const second = inNamespace(
      manifestWorkKind,
      'work.open-cluster-management.io/v1',
      'second',
      later,
    );
    for (const object of [addon, first, second]) await hub.create(object);
    await hub.delete(refOf(of(hub)));
    await running.rest();
    const deleting = () => conditionOf(of(hub).status?.conditions, 'Deleting');
    expect(deleting()).toMatchObject({ status: 'False', reason: 'ResourceRemaining' });
    expect(deleting()?.message).toBe(
      'The resource managedclusteraddons is remaning, the remaining count is 1, the finalizer pending count is 1; a waits for addon/hold',
    );
    expect(hub.find(manifestWorkKind, 'c1', 'first')?.metadata.deletionTimestamp).toBeUndefined();
    await hub.mergePatch(refOf(addon), { metadata: { finalizers: null } });
    await running.rest();
    expect(hub.find(manifestWorkKind, 'c1', 'first')?.metadata.deletionTimestamp).toBeDefined();
    expect(hub.find(manifestWorkKind, 'c1', 'second')?.metadata.deletionTimestamp).toBeUndefined();
    await hub.mergePatch(refOf(first), { metadata: { finalizers: null } });
    await running.rest();
    expect(hub.find(managedClusterKind, '', 'c1')).toBeUndefined();
    expect(hub.objects(roleBindingKind)).toEqual([]);
    expect(hub.find(namespaceKind, '', 'c1')).toBeDefined();
    // The last cluster took the shared roles with it.
    expect(hub.objects(clusterRoleKind)).toEqual([]);
  });

  test('counts the clusters of each set and binds bindings to sets', async () => {
    const { hub, running } = await start();
    const set = (name: string, clusterSelector: object): KubeObject => ({
      apiVersion: `${clusterGroup}/v1beta2`,
      kind: 'ManagedClusterSet',
      metadata: { name },
      spec: { clusterSelector },
    });
    await hub.create(
      set('prod', {
        selectorType: 'LabelSelector',
        labelSelector: { matchLabels: { env: 'prod' } },
      }),
    );
    await hub.create(inNamespace(managedClusterSetBindingKind, `${clusterGroup}/v1beta2`, 'prod'));
    await hub.mergePatch(
      { ...managedClusterSetBindingKind, namespace: 'c1', name: 'prod' },
      { spec: { clusterSet: 'prod' } },
    );
    await hub.create(cluster('c1', { metadata: { name: 'c1', labels: { env: 'prod' } } }));
    await hub.create(cluster('c2'));
    await running.rest();
    const empty = (name: string) =>
      conditionOf(hub.find(managedClusterSetKind, '', name)?.status?.conditions, 'ClusterSetEmpty')
        ?.message;
    expect(['default', 'global', 'prod'].map(empty)).toEqual([
      '2 ManagedClusters selected',
      '2 ManagedClusters selected',
      '1 ManagedClusters selected',
    ]);
    const bound = () =>
      conditionOf(hub.find(managedClusterSetBindingKind, 'c1', 'prod')?.status?.conditions, 'Bound')
        ?.reason;
    expect(bound()).toBe('ClusterSetBound');
    await hub.mergePatch(refOf(of(hub)), { metadata: { labels: { env: null } } });
    await running.rest();
    expect(empty('prod')).toBe('No ManagedCluster selected');
    await hub.delete({ ...managedClusterSetKind, namespace: '', name: 'prod' });
    await running.rest();
    expect(bound()).toBe('ClusterSetNotFound');
  });

  test('tells clusters which namespaces their sets want', async () => {
    const { hub, running } = await start();
    await hub.create(cluster('c1'));
    const global = { ...managedClusterSetKind, namespace: '', name: 'global' };
    await hub.mergePatch(global, {
      spec: { managedNamespaces: [{ name: 'shop' }, { name: 'apps' }] },
    });
    await running.rest();
    expect(of(hub).status?.managedNamespaces).toEqual([
      { clusterSet: 'global', name: 'apps' },
      { clusterSet: 'global', name: 'shop' },
    ]);
    await hub.mergePatch(global, { spec: { managedNamespaces: null } });
    await running.rest();
    expect(of(hub).status?.managedNamespaces ?? []).toEqual([]);
  });
});
