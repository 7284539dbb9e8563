import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { leaseKind } from '../../src/kube/core.ts';
import { type KubeObject, refOf } from '../../src/kube/object.ts';
import { customResourceDefinitions } from '../../src/kube/schema/definitions.ts';
import { parseYaml } from '../../src/kube/yaml.ts';
import type { Cluster } from '../../src/runtime/client/cluster.ts';
import { connect } from '../../src/runtime/client/kube.ts';
import { formatKubeconfig, loadKubeconfig } from '../../src/runtime/client/kubeconfig.ts';
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

  /** A kubeconfig of an account that has the rights which the documentation gives it. */
  const documented = async (): Promise<string> => {
    const page = readFileSync(
      join(import.meta.dirname, '../../docs/placement-controller.md'),
      'utf8',
    );
    const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    const read = parseYaml(yaml);
    if (!read.ok) throw new Error(read.message);
    const role = read.documents[0]?.value as unknown as KubeObject;
    const [name, namespace] = ['placement-controller', 'default'];
    const roleRef = {
      apiGroup: 'rbac.authorization.k8s.io',
      kind: 'ClusterRole',
      name: role.metadata.name,
    };
    const objects: readonly KubeObject[] = [
      role,
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } },
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'ClusterRoleBinding',
        metadata: { name },
        roleRef,
        subjects: [{ kind: 'ServiceAccount', name, namespace }],
      } as KubeObject,
    ];
    for (const object of objects) expect(await hub.create(object)).toMatchObject({ ok: true });
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
    const answer = await hub.request('POST', path, body);
    if (!answer.ok) throw new Error(answer.message);
    const { token } = (answer.value as { status: { token: string } }).status;
    const file = join(server.dir, 'placement-controller.kubeconfig');
    writeFileSync(
      file,
      formatKubeconfig({
        context: 'real',
        cluster: 'real',
        user: name,
        server: server.url,
        caPem: server.caPem,
        credential: { token },
      }),
    );
    return file;
  };

  const start = (kubeconfig: string): ChildProcess => {
    const command = join(import.meta.dirname, '../../bin/ocm');
    const args = ['hub', 'controllers', '--only', 'placement', '--leader-elect'];
    const more = ['--leader-elect-namespace', 'default', '--kubeconfig', kubeconfig];
    const child = spawn(command, [...args, ...more], { stdio: 'ignore' });
    children.push(child);
    return child;
  };
  const holder = () =>
    until('somebody leads', async () => {
      const lease = await hub.get(leaseKind, 'default', 'ocm-hub-placement');
      return lease.ok ? lease.value.spec?.holderIdentity || undefined : undefined;
    });

  test('with the documented rights, a leader that is killed is followed once its lease has run out', async () => {
    const kubeconfig = await documented();
    const first = start(kubeconfig);
    await decided(hub, 'p-decision-1', ['c1']);
    const before = await holder();
    start(kubeconfig);
    first.kill('SIGKILL');
    await hub.mergePatch(refOf(cluster('c2')), { metadata: { labels: { env: 'prod' } } });
    await decided(hub, 'p-decision-1', ['c1', 'c2']);
    expect(await holder()).not.toBe(before);
  }, 90_000);
});
