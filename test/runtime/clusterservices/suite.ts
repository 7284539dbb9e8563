import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../src/base/json.ts';
import {
  type ConfigMap,
  configMapKind,
  customResourceDefinitionKind,
  type Deployment,
  deploymentKind,
  namespaceKind,
  type Secret,
  secretKind,
  serviceAccountKind,
  serviceAccountTokenType,
} from '../../../src/kube/core.ts';
import { conditionOf, type Kind, type KubeObject, refOf } from '../../../src/kube/object.ts';
import type { Cluster } from '../../../src/runtime/client/cluster.ts';
import {
  clusterServices,
  clusterServicesEvaluator,
} from '../../../src/runtime/clusterservices/services.ts';
import { runControllers } from '../../../src/runtime/control/run.ts';
import { runTimeKinds } from './run-time-kinds.ts';

/** An API server that nobody serves yet. */
export interface BareServer {
  readonly cluster: Cluster;
  readonly caPem: string;
  readonly caKeyPem: string;
  readonly stop: () => Promise<void>;
}

const wait = { timeout: 20_000, interval: 50 };
const configMap = (namespace: string, name: string, metadata: object = {}): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace, ...metadata },
});
const widgetKind: Kind = { group: 'services.test', version: 'v1', kind: 'Widget' };

/** What kube-controller-manager does for a cluster, done by us, over real connections. */
export function clusterServicesSuite(start: () => Promise<BareServer>): void {
  let server: BareServer;
  let cluster: Cluster;
  const end = new AbortController();
  const problems: unknown[] = [];

  beforeAll(async () => {
    server = await start();
    ({ cluster } = server);
    const { caPem, caKeyPem } = server;
    await runControllers({
      controllers: clusterServices({ caPem, simulateDeployments: true }),
      clusters: { hub: cluster },
      evaluator: clusterServicesEvaluator({
        authority: { certificatePem: caPem, keyPem: caKeyPem },
        cluster,
        now: () => Date.now(),
      }),
      signal: end.signal,
      onError: (error) => problems.push(error),
    }).ready;
  }, 180_000);
  afterAll(async () => {
    end.abort();
    await server?.stop();
    expect(problems).toEqual([]);
  });

  const make = async <T extends KubeObject>(object: T): Promise<T> => {
    const answer = await cluster.create(object);
    if (!answer.ok) throw new Error(answer.message);
    return answer.value;
  };
  const namespace = (name: string) =>
    make({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const find = async (kind: Kind, of: string, name: string): Promise<KubeObject | null> => {
    const answer = await cluster.get(kind, of, name);
    if (answer.ok) return answer.value;
    if (answer.status === 404) return null;
    throw new Error(answer.message);
  };
  const patch = async (object: KubeObject, body: Json) => {
    const answer = await cluster.mergePatch(refOf(object), body);
    if (!answer.ok) throw new Error(answer.message);
  };
  const owned = (owner: KubeObject) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: owner.metadata.name,
    uid: owner.metadata.uid ?? '',
  });

  test('a namespace gets its account and its CA, and is emptied when it is deleted', async () => {
    await make({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'widgets.services.test' },
      spec: {
        group: 'services.test',
        scope: 'Namespaced',
        names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object' } },
          },
        ],
      },
    } as KubeObject);
    await namespace('emptied');
    await expect.poll(() => find(serviceAccountKind, 'emptied', 'default'), wait).not.toBeNull();
    await expect
      .poll(() => find(configMapKind, 'emptied', 'kube-root-ca.crt'), wait)
      .toMatchObject({ data: { 'ca.crt': server.caPem } });

    const held = await make(configMap('emptied', 'held', { finalizers: ['services.test/hold'] }));
    const widget = {
      apiVersion: 'services.test/v1',
      kind: 'Widget',
      metadata: { name: 'w', namespace: 'emptied' },
    };
    await expect.poll(async () => (await cluster.create(widget)).ok, wait).toBe(true);
    const deleted = await cluster.delete({ ...namespaceKind, namespace: '', name: 'emptied' });
    expect(deleted.ok).toBe(true);
    await expect
      .poll(async () => {
        const conditions = (await find(namespaceKind, '', 'emptied'))?.status as
          | { conditions?: [] }
          | undefined;
        return conditionOf(conditions?.conditions, 'NamespaceFinalizersRemaining')?.message;
      }, wait)
      .toBe(
        'Some content in the namespace has finalizers remaining: services.test/hold in 1 resource instances',
      );
    await expect.poll(() => find(widgetKind, 'emptied', 'w'), wait).toBeNull();
    await patch(held, { metadata: { finalizers: null } });
    await expect.poll(() => find(namespaceKind, '', 'emptied'), wait).toBeNull();
    await cluster.delete({
      ...customResourceDefinitionKind,
      namespace: '',
      name: 'widgets.services.test',
    });
  });

  test('what has lost its owners goes, what has another one stays', async () => {
    await namespace('owned');
    const [one, other] = await Promise.all([
      make(configMap('owned', 'one')),
      make(configMap('owned', 'other')),
    ]);
    await make(configMap('owned', 'single', { ownerReferences: [owned(one)] }));
    await make(configMap('owned', 'shared', { ownerReferences: [owned(one), owned(other)] }));
    await cluster.delete(refOf(one));
    await expect.poll(() => find(configMapKind, 'owned', 'single'), wait).toBeNull();
    await expect
      .poll(async () => (await find(configMapKind, 'owned', 'shared'))?.metadata, wait)
      .toMatchObject({ ownerReferences: [{ name: 'other' }] });
  });

  test('foreground deletion waits for what it blocks on; orphaning leaves it alone', async () => {
    await namespace('order');
    const first = await make(configMap('order', 'first'));
    const blocking = { ...owned(first), blockOwnerDeletion: true };
    const child = await make(
      configMap('order', 'child', {
        ownerReferences: [blocking],
        finalizers: ['services.test/hold'],
      }),
    );
    await cluster.delete(refOf(first), { propagation: 'Foreground' });
    await expect
      .poll(async () => (await find(configMapKind, 'order', 'child'))?.metadata, wait)
      .toHaveProperty('deletionTimestamp');
    expect(await find(configMapKind, 'order', 'first')).not.toBeNull();
    await patch(child, { metadata: { finalizers: null } });
    await expect.poll(() => find(configMapKind, 'order', 'first'), wait).toBeNull();

    const second = await make(configMap('order', 'second'));
    await make(configMap('order', 'left', { ownerReferences: [owned(second)] }));
    await cluster.delete(refOf(second), { propagation: 'Orphan' });
    await expect.poll(() => find(configMapKind, 'order', 'second'), wait).toBeNull();
    expect((await find(configMapKind, 'order', 'left'))?.metadata.ownerReferences ?? []).toEqual(
      [],
    );
  });

  test('a token secret holds a token of its account, until it is deleted', async () => {
    await namespace('tokens');
    await make({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'robot', namespace: 'tokens' },
    });
    const secret = await make<Secret>({
      apiVersion: 'v1',
      kind: 'Secret',
      type: serviceAccountTokenType,
      metadata: {
        name: 'robot-token',
        namespace: 'tokens',
        annotations: { 'kubernetes.io/service-account.name': 'robot' },
      },
    });
    const data = async () =>
      ((await find(secretKind, 'tokens', 'robot-token')) as Secret | null)?.data ?? {};
    await expect.poll(data, wait).toHaveProperty('token');
    const token = Buffer.from((await data())['token'] ?? '', 'base64').toString();
    const review = async (): Promise<JsonObject> => {
      const answer = await cluster.request('POST', '/apis/authentication.k8s.io/v1/tokenreviews', {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenReview',
        spec: { token },
      });
      if (!answer.ok) throw new Error(answer.message);
      return (answer.value as { status: JsonObject }).status;
    };
    expect(await review()).toMatchObject({
      authenticated: true,
      user: { username: 'system:serviceaccount:tokens:robot' },
    });
    await cluster.delete(refOf(secret));
    await expect.poll(async () => (await review())['authenticated'] === true, wait).toBe(false);
  });

  test('the status of a Deployment is simulated, and says so', async () => {
    await namespace('simulated');
    await make<Deployment>({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'simulated' },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [{ name: 'web', image: 'web:1' }] },
        },
      },
    });
    const status = async () =>
      ((await find(deploymentKind, 'simulated', 'web')) as Deployment | null)?.status;
    await expect.poll(status, wait).toMatchObject({ readyReplicas: 2, updatedReplicas: 2 });
    expect(conditionOf((await status())?.conditions, 'Available')).toMatchObject({
      status: 'True',
      message: expect.stringContaining('simulated'),
    });
  });

  runTimeKinds({ cluster: () => cluster, make, find, patch });
}
