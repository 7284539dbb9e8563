import { afterAll, beforeAll, expect, test } from 'vitest';
import { initHub } from '../../src/cli/local/hub-init.ts';
import { until } from '../../src/cli/local/wait.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { placementDecisionKind } from '../../src/kube/ocm/cluster.ts';
import { runControllers } from '../../src/runtime/control/run.ts';
import { hubControllers } from '../../src/runtime/hub/controllers.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../support/embedded-server.ts';
import { ocm, temporaryFolder } from './folder.ts';

const folder = temporaryFolder();
const ended = new AbortController();
let hub: EmbeddedServer;
let kubeconfig = '';

const source = (take: number, data: string) => `namespace shop
clusterset shop-set { members: cluster.labels["fleet"] == "test" }
namespace shop { bind: [shop-set] }
placement web { take: ${take}, tolerate: [{ key: unreachable }, { key: unavailable }] }
app web {
  on: [web]
  resource ConfigMap web { metadata: { namespace: "default" } data: { a: "${data}" } }
}
`;

const create = async (object: object) => {
  const made = await hub.cluster.create(object as KubeObject);
  if (!made.ok) throw new Error(made.message);
};
const makeCluster = (name: string) =>
  create({
    apiVersion: 'cluster.open-cluster-management.io/v1',
    kind: 'ManagedCluster',
    metadata: { name, labels: { fleet: 'test' } },
    spec: { hubAcceptsClient: true },
  });
const decided = async () => {
  const of = { ...placementDecisionKind, namespace: 'shop', name: 'web-decision-1' };
  const answer = await hub.cluster.get(placementDecisionKind, of.namespace, of.name);
  const decisions = answer.ok ? (answer.value.status?.decisions ?? []) : [];
  return decisions.map(({ clusterName }) => clusterName);
};

beforeAll(async () => {
  hub = await startEmbeddedServer();
  kubeconfig = folder.write('admin.kubeconfig', hub.adminKubeconfig);
  await initHub(hub.cluster, { programNamespaces: ['shop'], definitions: [] });
  const running = runControllers({
    controllers: hubControllers({ compat: 'native' }),
    clusters: { hub: hub.cluster },
    signal: ended.signal,
  });
  await running.ready;
  await makeCluster('b');
  await makeCluster('c');
  folder.write('shop/ocm.json', '{}');
  folder.write('shop/main.ocm', source(1, 'one'));
  const account = ['--service-account', 'ocm-programs'];
  const { code, err } = await ocm(
    folder.path,
    'apply',
    'shop',
    '--kubeconfig',
    kubeconfig,
    ...account,
  );
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const options = { signal: ended.signal, timeoutMillis: 20_000 };
  await until(async () => (await decided()).length === 1 || undefined, options);
  await makeCluster('a');
});
afterAll(async () => {
  ended.abort();
  await hub.stop();
  folder.remove();
});

const live = (...args: readonly string[]) =>
  ocm(folder.path, ...args, '--live', '--kubeconfig', kubeconfig);

test('what is decided on the hub is steady: the decision is the hub’s, not that of an empty one', async () => {
  const { out } = await live('eval', 'shop', '-o', 'json');
  expect(JSON.parse(out)[0].clusters).toEqual(['b']);
  expect(await decided()).toEqual(['b']);
  const { out: why } = await live('explain', 'placement', 'web', 'shop', '--cluster', 'b');
  expect(why).toContain('b is selected');
  expect(why).toContain('Steady (weight 1): b=100');
});

test('a module that is on the hub as it is changes nothing', async () => {
  expect(await live('plan', 'shop')).toMatchObject({
    code: 0,
    out: 'nothing changes on 3 clusters\n',
  });
});

test('a change is compared with the Program on the hub, over its clusters as they are', async () => {
  folder.write('shop/main.ocm', source(2, 'two'));
  const { code, out } = await live('plan', 'shop');
  expect(code).toBe(0);
  expect(out).toContain('~ placement shop/web: 1 → 2 clusters\n    enter (1): a\n');
  expect(out).toContain('~ ConfigMap default/web on b: data.a\n');
  expect(out).toContain('+ ConfigMap default/web on a\n');
  expect(out).toContain('~ Placement shop/web: spec.numberOfClusters\n');
});

test('under another name everything is new', async () => {
  const { out } = await live('plan', 'shop', '--name', 'other');
  expect(out).toContain('+ placement shop/web: 0 → 2 clusters\n');
});

test('what might be is supposed of the hub’s clusters', async () => {
  folder.write('shop/main.ocm', source(1, 'one'));
  const { out } = await live('plan', 'shop', '--set', 'b.label:fleet=none');
  expect(out).toContain('enter (1): a\n    leave (1): b\n');
});

test('an inventory and a hub at once, or neither, is refused with what to do', async () => {
  const both = await live('plan', 'shop', '--inventory', 'x.yaml');
  expect(both.code).toBe(2);
  expect(both.err).toContain('give --inventory FILE or --live');
});
