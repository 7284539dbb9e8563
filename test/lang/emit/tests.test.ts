import { describe, expect, test } from 'vitest';
import { analyse } from '../../../src/lang/index.ts';
import { workspaceOf } from '../case.ts';

const head = `namespace shop
fleet {
  env:    prod | stage
  region: string    from claim "region"
  k8s?:   version   from claim "kubeversion"
  owner?: string    from annotation "acme.io/owner"
  ready?: condition from condition "Ready"
  metrics?: condition from addon "metrics"
  free?:  score     from score "usage/free"
  url?:   string    from field "spec.managedClusterClientConfigs"
  gpus:   int = 0
}
clusterset all { }
`;

function planOf(text: string, more: ReadonlyMap<string, string> = new Map()) {
  const texts = new Map([...more, ['main.ocm', `${head}${text}`]]);
  const { tests, diagnostics } = analyse({
    files: [{ uri: 'main.ocm', text: `${head}${text}` }],
    workspace: workspaceOf(texts),
  });
  expect(diagnostics).toEqual([]);
  if (tests === null) throw new Error('there is no plan');
  return tests;
}

describe('a cluster of a fixture', () => {
  test('is what a hub would say of it: attributes stand where they come from', () => {
    const { fixtures } = planOf(`fixture f {
  defaults: { region: "eu", labels: { site: "edge" } }
  cluster a {
    env: prod, k8s: v1.31.2, owner: "web", ready: false, metrics: true, free: 80, url: "x", gpus: 4
    labels: { team: "web" }
    allocatable: { memory: 8Gi, cpu: 500m }
    taints: [{ key: "drain" }, { key: "gpu", value: "yes", effect: NoSelectIfNew }]
    sets: [all]
  }
}`);
    expect(fixtures[0]?.clusters[0]).toMatchObject({
      name: 'a',
      sets: ['all'],
      cluster: {
        metadata: {
          name: 'a',
          labels: { env: 'prod', gpus: '4', team: 'web' },
          annotations: { 'acme.io/owner': 'web' },
        },
        spec: {
          hubAcceptsClient: true,
          managedClusterClientConfigs: 'x',
          taints: [
            { key: 'drain', effect: 'NoSelect', timeAdded: '2026-01-01T00:00:00Z' },
            { key: 'gpu', value: 'yes', effect: 'NoSelectIfNew' },
          ],
        },
        status: {
          allocatable: { memory: '8Gi', cpu: '500m' },
          clusterClaims: [
            { name: 'region', value: 'eu' },
            { name: 'kubeversion', value: 'v1.31.2' },
          ],
        },
      },
      scores: [
        {
          metadata: { name: 'usage', namespace: 'a' },
          status: { scores: [{ name: 'free', value: 80 }] },
        },
      ],
      addons: [{ metadata: { name: 'metrics', namespace: 'a' } }],
    });
    const { labels = {} } = fixtures[0]?.clusters[0]?.cluster.metadata ?? {};
    // Defaults are merged by key: the cluster has labels of its own.
    expect(labels['site']).toBeUndefined();
    const status = fixtures[0]?.clusters[0]?.cluster.status?.conditions?.map((one) => [
      one.type,
      one.status,
    ]);
    expect(status).toEqual([
      ['HubAcceptedManagedCluster', 'True'],
      ['ManagedClusterJoined', 'True'],
      ['ManagedClusterConditionAvailable', 'True'],
      ['Ready', 'False'],
    ]);
  });

  test('may be recorded, with its add-ons and scores; one that is written wins', () => {
    const recorded = `
apiVersion: cluster.open-cluster-management.io/v1
kind: ManagedClusterList
items:
- { kind: ManagedCluster, metadata: { name: a, labels: { env: stage } } }
- { kind: ManagedCluster, metadata: { name: r, labels: { env: stage } } }
---
{ kind: ManagedClusterAddOn, metadata: { name: metrics, namespace: r } }
---
{ kind: AddOnPlacementScore, metadata: { name: usage, namespace: r } }
---
{ kind: Secret, metadata: { name: other, namespace: r } }
`;
    const { fixtures } = planOf(
      'fixture f {\n  from: file("./inventory/*.yaml")\n  cluster a { env: prod, region: "eu" }\n}',
      new Map([['inventory/r.yaml', recorded]]),
    );
    const clusters = fixtures[0]?.clusters ?? [];
    expect(clusters.map(({ name, cluster }) => [name, cluster.metadata.labels?.['env']])).toEqual([
      ['a', 'prod'],
      ['r', 'stage'],
    ]);
    expect(clusters[1]).toMatchObject({ addons: [{}], scores: [{}], sets: null });
  });

  test('keeps keys that other programs stumble over', () => {
    const { fixtures } = planOf(`fixture f {
  cluster a { env: prod, region: "eu", labels: { "__proto__": "x", "constructor": "y" } }
}`);
    const { labels = {} } = fixtures[0]?.clusters[0]?.cluster.metadata ?? {};
    expect(Object.keys(labels)).toEqual(['__proto__', 'constructor', 'env']);
  });
});

test('a plan is plain data, and tests emit no declaration', () => {
  const text = 'fixture f { }\n@fuzz(runs: 3)\ntest "t" { fleet: f  expect 1 < 2 }';
  const plan = planOf(text);
  expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  expect(plan.tests).toMatchObject([{ name: 't', fixture: 0, fuzz: { runs: 3, seed: null } }]);
  const { program } = analyse({ files: [{ uri: 'main.ocm', text: `${head}${text}` }] });
  expect(program?.decls.map(({ kind }) => kind)).toEqual(['clusterset']);
});
