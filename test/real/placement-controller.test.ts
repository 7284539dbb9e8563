import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { leaseKind } from '../../src/kube/core.ts';
import { refOf } from '../../src/kube/object.ts';
import { customResourceDefinitions } from '../../src/kube/schema/definitions.ts';
import type { Cluster } from '../../src/runtime/client/cluster.ts';
import { connect } from '../../src/runtime/client/kube.ts';
import { loadKubeconfig } from '../../src/runtime/client/kubeconfig.ts';
import {
  decided,
  fill,
  placementControllerSuite,
  until,
} from '../cli/local/placement-controller.ts';
import { cluster } from '../runtime/hub/programs.ts';
import { type RealApiserver, startKubeApiserver } from '../support/kube-apiserver.ts';
import { missingRealParts } from '../support/real-parts.ts';

const missing = missingRealParts('kubeApiserver', 'etcd');

async function hubOver(server: RealApiserver): Promise<Cluster> {
  const loaded = await loadKubeconfig({ path: server.adminKubeconfigPath });
  if (!loaded.ok) throw new Error(loaded.why);
  const hub = connect(loaded.kubeconfig);
  for (const definition of customResourceDefinitions()) {
    expect(await hub.create(definition)).toMatchObject({ ok: true });
  }
  await until('the kinds are served', async () => {
    const clusters = { group: 'cluster.open-cluster-management.io' };
    const kinds = [
      { ...clusters, version: 'v1', kind: 'ManagedCluster' },
      { ...clusters, version: 'v1beta1', kind: 'PlacementDecision' },
      { ...clusters, version: 'v1beta1', kind: 'Placement' },
      { ...clusters, version: 'v1beta2', kind: 'ManagedClusterSetBinding' },
      { ...clusters, version: 'v1beta2', kind: 'ManagedClusterSet' },
    ];
    const lists = await Promise.all(kinds.map((kind) => hub.list(kind)));
    return lists.every(({ ok }) => ok) ? true : undefined;
  });
  return hub;
}

describe.skipIf(missing !== '')(
  `the placement controller over a real kube-apiserver${missing}`,
  () => {
    placementControllerSuite(async () => {
      const server = await startKubeApiserver();
      const hub = await hubOver(server);
      const stop = async (): Promise<void> => {
        hub.close();
        await server.stop();
      };
      return { kubeconfig: readFileSync(server.adminKubeconfigPath, 'utf8'), cluster: hub, stop };
    });
  },
);

describe.skipIf(missing !== '')(`ocm hub controllers --only placement${missing}`, () => {
  let server: RealApiserver;
  let hub: Cluster;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    server = await startKubeApiserver();
    hub = await hubOver(server);
    await fill(hub);
  }, 120_000);
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    hub.close();
    await server.stop();
  });

  const start = (): ChildProcess => {
    const command = join(import.meta.dirname, '../../bin/ocm');
    const args = ['hub', 'controllers', '--only', 'placement', '--leader-elect'];
    const more = [
      '--leader-elect-namespace',
      'default',
      '--kubeconfig',
      server.adminKubeconfigPath,
    ];
    const child = spawn(command, [...args, ...more], { stdio: 'ignore' });
    children.push(child);
    return child;
  };
  const holder = () =>
    until('somebody leads', async () => {
      const lease = await hub.get(leaseKind, 'default', 'ocm-hub-placement');
      return lease.ok ? lease.value.spec?.holderIdentity || undefined : undefined;
    });

  test('a leader that is killed is followed once its lease has run out', async () => {
    const first = start();
    await decided(hub, 'p-decision-1', ['c1']);
    const before = await holder();
    start();
    first.kill('SIGKILL');
    await hub.mergePatch(refOf(cluster('c2')), { metadata: { labels: { env: 'prod' } } });
    await decided(hub, 'p-decision-1', ['c1', 'c2']);
    expect(await holder()).not.toBe(before);
  }, 90_000);
});
