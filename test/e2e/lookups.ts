import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { base64Encode, utf8Encode } from '../../src/base/bytes.ts';
import { exit } from '../../src/cli/io.ts';
import { initHub } from '../../src/cli/local/hub-init.ts';
import { type AppRollout, type ProgramObject, programKind } from '../../src/ir/program-object.ts';
import { configMapKind, secretKind } from '../../src/kube/core.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { type ManifestWork, manifestWorkKind } from '../../src/kube/ocm/work.ts';
import type { Cluster } from '../../src/runtime/client/cluster.ts';
import { runControllers } from '../../src/runtime/control/run.ts';
import { hubControllers } from '../../src/runtime/hub/controllers.ts';
import { ocm, temporaryFolder } from '../cli/folder.ts';

/** A hub with OCM's kinds in it, and nothing else. */
export interface LookupsHub {
  readonly cluster: Cluster;
  readonly adminKubeconfig: string;
  readonly stop: () => Promise<void>;
}

const namespace = 'lookups';
const token = 'v3ry-s3cr3t';
let hub: LookupsHub;
let folder: ReturnType<typeof temporaryFolder>;
let kubeconfig = '';

const source = `namespace ${namespace}
clusterset all { members: cluster.labels["fleet"] == "test" }
namespace ${namespace} { bind: [all] }
placement web { tolerate: [{ key: unreachable }, { key: unavailable }] }
app web {
  on: [web]
  resource ConfigMap web {
    metadata: { namespace: "default" }
    data: {
      motd:     hub.configmap("texts").string("motd")
      replicas: hub.configmap("\${cluster.name}-size").string("replicas")
      colour:   hub.configmap("texts").string("colour") ?? "grey"
    }
  }
  resource Secret web {
    metadata: { namespace: "default" }
    stringData: { token: hub.secret("login").string("token") }
  }
}
`;

/** Apps that look things up, from text to works; the same for every kind of API server. */
export function lookupsSuite(start: () => Promise<LookupsHub>): void {
  vi.setConfig({ testTimeout: 60_000 });
  const ended = new AbortController();
  const logged: string[] = [];

  beforeAll(async () => {
    hub = await start();
    folder = temporaryFolder();
    kubeconfig = folder.write('admin.kubeconfig', hub.adminKubeconfig);
    await initHub(hub.cluster, { programNamespaces: [namespace], definitions: [] });
    for (const name of ['cluster1', 'cluster2']) {
      await create({
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name },
      });
      await create({
        apiVersion: 'cluster.open-cluster-management.io/v1',
        kind: 'ManagedCluster',
        metadata: { name, labels: { fleet: 'test' } },
        spec: { hubAcceptsClient: true },
      } as never);
    }
    await create(configMap('texts', { motd: 'hello' }));
    await create(configMap('cluster1-size', { replicas: '1' }));
    await create(configMap('cluster2-size', { replicas: '2' }));
    await create({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'login', namespace },
      data: { token: base64Encode(utf8Encode(token)) },
    } as never);
    const running = runControllers({
      controllers: hubControllers({ compat: 'native' }),
      clusters: { hub: hub.cluster },
      signal: ended.signal,
      log: (level, message, fields) => logged.push(JSON.stringify({ level, message, fields })),
    });
    await running.ready;
  }, 120_000);
  afterAll(async () => {
    ended.abort();
    await hub?.stop();
    folder?.remove();
  });

  test('are refused while the account may not read them, and what it lacks is printed', async () => {
    folder.write('shop/ocm.json', '{}');
    folder.write('shop/main.ocm', source);
    const { code, err } = await apply();
    expect(code).toBe(exit.no);
    expect(err).toContain('--verb=get --resource=configmaps --resource-name=texts');
    expect(err).toContain('--verb=get --resource=secrets --resource-name=login');
  });

  test('are delivered to each cluster with its own values', async () => {
    await grant('configmaps', ['texts', 'cluster1-size', 'cluster2-size']);
    await grant('secrets', ['login']);
    const { code, err } = await apply();
    expect(err).toBe('');
    expect(code).toBe(exit.ok);
    const data = { motd: 'hello', colour: 'grey' };
    await eventually(async () => {
      expect(await dataOn('cluster1')).toEqual({ ...data, replicas: '1' });
      expect(await dataOn('cluster2')).toEqual({ ...data, replicas: '2' });
    });
    expect(JSON.stringify((await work('cluster1'))?.spec)).toContain(token);
  });

  test('follow what was looked up: only works that use it change', async () => {
    const before = await work('cluster1');
    await write(configMap('cluster2-size', { replicas: '3' }));
    await eventually(async () => {
      expect(await dataOn('cluster2')).toMatchObject({ replicas: '3' });
    });
    expect((await work('cluster1'))?.metadata.resourceVersion).toBe(
      before?.metadata.resourceVersion,
    );
    await write(configMap('texts', { motd: 'welcome', colour: 'blue' }));
    await eventually(async () => {
      for (const name of ['cluster1', 'cluster2']) {
        expect(await dataOn(name)).toMatchObject({ motd: 'welcome', colour: 'blue' });
      }
    });
  });

  test('that go missing are reported with their name, and what is delivered stays', async () => {
    await hub.cluster.delete({ ...configMapKind, namespace, name: 'cluster2-size' });
    await eventually(async () => {
      expect(await rollout()).toMatchObject({
        failed: 1,
        reason: 'LookupFailed',
        message: 'on cluster2: no key replicas in ConfigMap cluster2-size on the hub',
      });
    });
    expect(await dataOn('cluster2')).toMatchObject({ replicas: '3' });
  });

  test('of a Secret are in the works, and neither in a status, an event nor a log', async () => {
    await write({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'login', namespace },
      data: { other: base64Encode(utf8Encode(token)) },
    } as never);
    await eventually(async () => {
      expect((await rollout())?.message).toContain('no key token in Secret login on the hub');
    });
    const program = await hub.cluster.get<ProgramObject>(programKind, namespace, 'shop');
    expect(JSON.stringify(program)).not.toContain(token);
    const events = await hub.cluster.list({ group: '', version: 'v1', kind: 'Event' }, {});
    expect(JSON.stringify(events)).not.toContain(token);
    expect(logged.join('\n')).not.toContain(token);
  });
}

function apply() {
  const connection = ['--kubeconfig', kubeconfig, '--service-account', 'ocm-programs'];
  return ocm(folder.path, 'apply', 'shop', ...connection);
}

function configMap(name: string, data: Record<string, string>): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data } as never;
}

async function create(object: KubeObject): Promise<void> {
  const answer = await hub.cluster.create(object);
  if (!answer.ok) throw new Error(answer.message);
}

async function write(object: KubeObject): Promise<void> {
  const { kind, metadata } = object;
  const of = {
    ...(kind === 'Secret' ? secretKind : configMapKind),
    namespace,
    name: metadata.name,
  };
  const gone = await hub.cluster.delete(of);
  if (!gone.ok) throw new Error(gone.message);
  await create(object);
}

/** What `ocm apply` asks for, by name. */
async function grant(resource: string, names: readonly string[]): Promise<void> {
  const metadata = { name: resource, namespace };
  const rules = [{ apiGroups: [''], resources: [resource], resourceNames: names, verbs: ['get'] }];
  const apiGroup = 'rbac.authorization.k8s.io';
  await create({ apiVersion: `${apiGroup}/v1`, kind: 'Role', metadata, rules } as never);
  await create({
    apiVersion: `${apiGroup}/v1`,
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup, kind: 'Role', name: resource },
    subjects: [{ kind: 'ServiceAccount', namespace, name: 'ocm-programs' }],
  } as never);
}

async function work(cluster: string): Promise<ManifestWork | undefined> {
  const answer = await hub.cluster.get<ManifestWork>(manifestWorkKind, cluster, `${namespace}-web`);
  return answer.ok ? answer.value : undefined;
}

async function dataOn(cluster: string): Promise<unknown> {
  return (await work(cluster))?.spec?.workload?.manifests?.[0]?.['data'];
}

async function rollout(): Promise<AppRollout | undefined> {
  const answer = await hub.cluster.get<ProgramObject>(programKind, namespace, 'shop');
  return answer.ok ? answer.value.status?.rollouts?.[0] : undefined;
}

function eventually(check: () => Promise<void>): Promise<void> {
  return vi.waitFor(check, { timeout: 30_000, interval: 50 });
}
