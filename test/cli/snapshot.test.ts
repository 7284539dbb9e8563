import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KubeObject } from '../../src/kube/object.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../support/embedded-server.ts';
import { ocm, temporaryFolder } from './folder.ts';

const folder = temporaryFolder();
let server: EmbeddedServer;

beforeAll(async () => {
  server = await startEmbeddedServer();
  folder.write('kubeconfig', server.adminKubeconfig);
  const of = 'cluster.open-cluster-management.io';
  const set = 'cluster.open-cluster-management.io/clusterset';
  const cluster = (name: string, env: string) => ({
    apiVersion: `${of}/v1`,
    kind: 'ManagedCluster',
    metadata: {
      name,
      labels: { env, name, hostedOn: `${name}-host`, clusterID: 'corp-1', [set]: 'prod' },
      annotations: { 'open-cluster-management/created-via': name },
    },
    spec: {
      hubAcceptsClient: true,
      managedClusterClientConfigs: [{ url: `https://${name}.example.com`, caBundle: 'c2VjcmV0' }],
    },
  });
  const status = (name: string) => ({
    status: {
      version: { kubernetes: 'v1.35.0' },
      clusterClaims: [
        { name: 'id.k8s.io', value: name },
        { name: 'region.example.com', value: 'eu-1' },
        { name: 'apiserverurl.openshift.io', value: 'https://api.corp.internal:6443' },
        { name: 'oauthredirecturis.openshift.io', value: 'oauth.corp.internal' },
        { name: 'infrastructure.openshift.io', value: '{"infraName":"corp-x8k2z"}' },
        { name: 'gateway.example.com', value: '10.20.30.40:443' },
        { name: 'contact.example.com', value: 'corp@example.com' },
        { name: 'pool.example.com', value: `pool-of-${name}` },
        { name: 'sizes.example.com', value: '{"gpu":{"H100":2}}' },
      ],
      conditions: [
        {
          type: 'ManagedClusterConditionAvailable',
          status: 'True',
          reason: 'Ok',
          message: `${name} is fine`,
          lastTransitionTime: '2026-01-01T00:00:00Z',
        },
      ],
    },
  });
  const objects: readonly object[] = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } },
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'berlin-secret' } },
    { apiVersion: `${of}/v1beta2`, kind: 'ManagedClusterSet', metadata: { name: 'prod' } },
    {
      apiVersion: `${of}/v1beta2`,
      kind: 'ManagedClusterSetBinding',
      metadata: { name: 'prod', namespace: 'team' },
      spec: { clusterSet: 'prod' },
    },
    cluster('berlin-secret', 'prod'),
    cluster('athens-secret', 'prod'),
    cluster('zagreb-secret', 'dev'),
    {
      apiVersion: 'addon.open-cluster-management.io/v1alpha1',
      kind: 'ManagedClusterAddOn',
      metadata: {
        name: 'search',
        namespace: 'berlin-secret',
        labels: { of: 'berlin-secret' },
      },
      spec: { installNamespace: 'corp-addons' },
    },
    {
      apiVersion: `${of}/v1beta1`,
      kind: 'PlacementDecision',
      metadata: {
        name: 'one-decision-1',
        namespace: 'team',
        labels: { [`${of}/placement`]: 'one', [`${of}/decision-group-name`]: 'first' },
      },
    },
  ];
  for (const object of objects) {
    const made = await server.cluster.create(object as KubeObject);
    if (!made.ok) throw new Error(made.message);
  }
  for (const name of ['berlin-secret', 'athens-secret', 'zagreb-secret']) {
    const ref = { group: of, version: 'v1', kind: 'ManagedCluster', namespace: '', name };
    const written = await server.cluster.mergePatch(ref, status(name), { subresource: 'status' });
    if (!written.ok) throw new Error(written.message);
  }
  const addon = {
    ...{ group: 'addon.open-cluster-management.io', version: 'v1alpha1' },
    ...{ kind: 'ManagedClusterAddOn', namespace: 'berlin-secret', name: 'search' },
  };
  const user = 'system:open-cluster-management:cluster:berlin-secret:addon:search';
  const reported = {
    registrations: [{ signerName: 'example.com/signer', subject: { user, groups: [user] } }],
    conditions: [
      {
        ...{ type: 'Available', status: 'True', reason: 'Ok', message: 'berlin-secret is fine' },
        lastTransitionTime: '2026-01-01T00:00:00Z',
      },
    ],
  };
  const known = await server.cluster.mergePatch(
    addon,
    { status: reported },
    { subresource: 'status' },
  );
  if (!known.ok) throw new Error(known.message);
  const decision = {
    ...{ group: of, version: 'v1beta1', kind: 'PlacementDecision' },
    ...{ namespace: 'team', name: 'one-decision-1' },
  };
  const decisions = [{ clusterName: 'berlin-secret', reason: '' }];
  const kept = await server.cluster.mergePatch(
    decision,
    { status: { decisions } },
    { subresource: 'status' },
  );
  if (!kept.ok) throw new Error(kept.message);
  folder.write(
    'main.ocm',
    `namespace team
clusterset prod { members: exclusive }
namespace team { bind: [prod] }
placement one {
  from:  [prod]
  where: cluster.labels["env"] == "prod" && cluster.claims["region.example.com"] == "eu-1"
  take:  1
}
`,
  );
});
afterAll(async () => {
  await server.stop();
  folder.remove();
});

const snapshot = (...args: readonly string[]) =>
  ocm(folder.path, 'inventory', 'snapshot', '--kubeconfig', 'kubeconfig', ...args);
const decide = async (inventory: string) => {
  folder.write('inventory.yaml', inventory);
  const { out } = await ocm(folder.path, 'eval', '--inventory', 'inventory.yaml', '-o', 'json');
  return JSON.parse(out)[0].clusters as readonly string[];
};

test('what a hub knows of its clusters is an inventory for the other commands', async () => {
  const { code, out, err } = await snapshot();
  expect({ code, err }).toEqual({
    code: 0,
    err: '3 clusters, 4 sets, bindings, add-ons, scores and decisions\n',
  });
  expect(out).not.toMatch(/managedFields|resourceVersion|uid:/);
  // athens comes first by name, but berlin is decided
  expect(await decide(out)).toEqual(['berlin-secret']);
});

test('redacted, nothing says which clusters these are, and placements decide as before', async () => {
  const { out } = await snapshot('--redact');
  expect(out).not.toMatch(/secret|https:|c2VjcmV0|is fine|created-via|corp|10\.20/);
  expect(out).toContain('region.example.com');
  expect(out).toContain('H100');
  expect(out).toContain('type: Available\n');
  expect(out).toContain('decision-group-name: first');
  expect(await decide(out)).toEqual(['cluster-2']);
});

test('a hub that cannot be reached is said', async () => {
  folder.write('nowhere', server.adminKubeconfig.replaceAll(server.url, 'https://127.0.0.1:1'));
  const { code, err } = await ocm(folder.path, 'inventory', 'snapshot', '--kubeconfig', 'nowhere');
  expect(code).toBe(3);
  expect(err).toContain('error: cannot read ManagedClusterSet: ');
});
