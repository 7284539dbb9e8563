import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Json } from '../../src/base/json.ts';
import {
  certificateSigningRequestKind,
  configMapKind,
  deploymentKind,
  leaseKind,
} from '../../src/kube/core.ts';
import { conditionOf, type Kind, type KubeObject, refOf } from '../../src/kube/object.ts';
import {
  managedClusterKind,
  managedClusterSetKind,
  placementDecisionKind,
} from '../../src/kube/ocm/cluster.ts';
import { appliedManifestWorkKind, manifestWorkKind } from '../../src/kube/ocm/work.ts';
import type { Cluster } from '../../src/runtime/client/cluster.ts';
import { findRealParts, missingRealParts } from '../support/real-parts.ts';
import {
  startUpstreamFleet,
  type UpstreamFleet,
  upstreamCluster,
} from '../support/upstream-fleet.ts';

const missing = missingRealParts(
  'upstreamRegistration',
  'upstreamPlacementController',
  'upstreamWork',
  'upstreamRights',
);
const cluster = upstreamCluster;
const placing = { group: 'cluster.open-cluster-management.io', namespace: 'default' };

const object = (apiVersion: string, kind: string, metadata: object, more: object): KubeObject =>
  ({ apiVersion, kind, metadata, ...more }) as unknown as KubeObject;
const configMap = (name: string, data: Readonly<Record<string, string>>) =>
  object('v1', 'ConfigMap', { name, namespace: 'default' }, { data });
const web = object(
  'apps/v1',
  'Deployment',
  { name: 'web', namespace: 'default' },
  {
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'web', image: 'web:1' }] },
      },
    },
  },
);
const work = (name: string, ...manifests: readonly KubeObject[]) =>
  object(
    'work.open-cluster-management.io/v1',
    'ManifestWork',
    { name, namespace: cluster },
    {
      spec: {
        workload: { manifests },
        manifestConfigs: [
          {
            resourceIdentifier: {
              group: 'apps',
              resource: 'deployments',
              name: 'web',
              namespace: 'default',
            },
            feedbackRules: [{ type: 'WellKnownStatus' }],
          },
        ],
      },
    },
  );

describe.skipIf(missing !== '')(
  `upstream's controllers and agents, unmodified, with the rights of their operators, on our API servers${missing}`,
  () => {
    vi.setConfig({ testTimeout: 40_000 });
    let fleet: UpstreamFleet;
    let hub: Cluster;
    let spoke: Cluster;
    beforeAll(async () => {
      fleet = await startUpstreamFleet(findRealParts() ?? {});
      ({ hub, spoke } = fleet);
    }, 60_000);
    afterAll(async () => {
      const complaints = fleet?.complaints();
      await fleet?.stop();
      expect(complaints).toEqual([]);
    });

    const create = async (of: KubeObject) => {
      expect(await hub.create(of)).toMatchObject({ ok: true });
    };
    const patch = async (of: KubeObject, change: Json) => {
      expect(await hub.mergePatch(refOf(of), change)).toMatchObject({ ok: true });
    };
    const managed = object(
      'cluster.open-cluster-management.io/v1',
      'ManagedCluster',
      { name: cluster },
      {},
    );
    /** Waits until what is there looks like this; says what the programs logged where it never does. */
    const becomes = async <T extends KubeObject>(
      at: Cluster,
      kind: Kind<T>,
      [namespace, name]: readonly [string, string],
      check: (found: T | null) => void,
    ): Promise<void> => {
      try {
        await vi.waitFor(
          async () => {
            const found = await at.get(kind, namespace, name);
            if (!found.ok && found.status !== 404) throw new Error(found.message);
            check(found.ok ? found.value : null);
          },
          { timeout: 30_000, interval: 50 },
        );
      } catch (error) {
        throw new Error(`${String(error)}\n${fleet.logs()}`, { cause: error });
      }
    };
    const statuses = (of: { readonly status?: unknown } | null, ...types: readonly string[]) => {
      const { conditions } = (of?.status ?? {}) as {
        conditions?: Parameters<typeof conditionOf>[0];
      };
      return types.map((type) => conditionOf(conditions, type)?.status);
    };
    const isApplied = (name: string) =>
      becomes(hub, manifestWorkKind, [cluster, name], (found) => {
        expect(statuses(found, 'Applied', 'Available')).toEqual(['True', 'True']);
      });
    const decides = (placement: string, clusters: readonly string[]) =>
      becomes(hub, placementDecisionKind, ['default', `${placement}-decision-1`], (found) => {
        const { decisions = [] } = found?.status ?? {};
        expect(decisions.map(({ clusterName }) => clusterName)).toEqual(clusters);
      });

    test('a cluster joins: its request is approved and signed, and it is available', async () => {
      const types = ['HubAcceptedManagedCluster', 'ManagedClusterJoined'];
      types.push('ManagedClusterConditionAvailable', 'ManagedClusterConditionClockSynced');
      await becomes(hub, managedClusterKind, ['', cluster], (found) => {
        expect(statuses(found, ...types)).toEqual(['True', 'True', 'True', 'True']);
        expect(found?.status?.version?.['kubernetes']).toMatch(/^v1\.35/);
      });
      const requests = await hub.list(certificateSigningRequestKind);
      const mine = requests.ok ? requests.value.items : [];
      expect(mine.map(({ spec }) => spec?.signerName)).toContain(
        'kubernetes.io/kube-apiserver-client',
      );
      expect(mine.every(({ status }) => (status?.certificate ?? '') !== '')).toBe(true);
      await becomes(hub, leaseKind, [cluster, 'managed-cluster-lease'], (found) => {
        expect(found?.spec?.renewTime).toBeDefined();
      });
      await becomes(hub, managedClusterSetKind, ['', 'default'], (found) => {
        expect(conditionOf(found?.status?.conditions, 'ClusterSetEmpty')?.message).toBe(
          '1 ManagedClusters selected',
        );
      });
    });

    test('a claim of the cluster reaches the hub', async () => {
      const claim = { name: 'region.example.com' };
      const made = object('cluster.open-cluster-management.io/v1alpha1', 'ClusterClaim', claim, {
        spec: { value: 'north' },
      });
      expect(await spoke.create(made)).toMatchObject({ ok: true });
      await becomes(hub, managedClusterKind, ['', cluster], (found) => {
        expect(found?.status?.clusterClaims).toContainEqual({ ...claim, value: 'north' });
      });
    });

    test('a work is applied, followed, reported with feedback, and taken away with what it brought', async () => {
      await create(work('shop', configMap('settings', { colour: 'red' }), web));
      await isApplied('shop');
      await becomes(spoke, configMapKind, ['default', 'settings'], (found) => {
        expect(found?.data).toEqual({ colour: 'red' });
      });
      await becomes(hub, manifestWorkKind, [cluster, 'shop'], (found) => {
        const values = found?.status?.resourceStatus?.manifests?.flatMap(
          ({ statusFeedback }) => statusFeedback?.values ?? [],
        );
        expect(values?.map(({ name, fieldValue }) => [name, fieldValue.integer])).toContainEqual([
          'ReadyReplicas',
          2,
        ]);
      });
      const manifests = [configMap('settings', { colour: 'blue' })];
      await patch(work('shop'), { spec: { workload: { manifests } } } as unknown as Json);
      await becomes(spoke, configMapKind, ['default', 'settings'], (found) => {
        expect(found?.data).toEqual({ colour: 'blue' });
      });
      await becomes(spoke, deploymentKind, ['default', 'web'], (found) => expect(found).toBe(null));
      expect(await hub.delete(refOf(work('shop')))).toMatchObject({ ok: true });
      await becomes(spoke, configMapKind, ['default', 'settings'], (found) =>
        expect(found).toBe(null),
      );
      await becomes(hub, manifestWorkKind, [cluster, 'shop'], (found) => expect(found).toBe(null));
      const left = await spoke.list(appliedManifestWorkKind);
      expect(left.ok && left.value.items).toEqual([]);
    });

    test('what cannot be applied is said', async () => {
      const bad = object('v1', 'ConfigMap', { name: 'BAD', namespace: 'default' }, {});
      await create(work('bad', bad));
      await becomes(hub, manifestWorkKind, [cluster, 'bad'], (found) => {
        const [manifest] = found?.status?.resourceStatus?.manifests ?? [];
        const applied = conditionOf(manifest?.conditions, 'Applied');
        expect(applied?.status).toBe('False');
        expect(applied?.message).toContain('a lowercase RFC 1123 subdomain');
      });
      expect(await hub.delete(refOf(work('bad')))).toMatchObject({ ok: true });
    });

    test('a placement decides, and follows labels and claims', async () => {
      const apiVersion = `${placing.group}/v1beta2`;
      const { namespace } = placing;
      const binding = { name: 'default', namespace };
      await create(
        object(apiVersion, 'ManagedClusterSetBinding', binding, {
          spec: { clusterSet: 'default' },
        }),
      );
      const requiredClusterSelector = {
        labelSelector: { matchLabels: { env: 'prod' } },
        claimSelector: {
          matchExpressions: [{ key: 'region.example.com', operator: 'In', values: ['north'] }],
        },
      };
      const spec = { predicates: [{ requiredClusterSelector }] };
      const metadata = { name: 'prod', namespace };
      await create(object(`${placing.group}/v1beta1`, 'Placement', metadata, { spec }));
      await decides('prod', []);
      await patch(managed, { metadata: { labels: { env: 'prod' } } });
      await decides('prod', [cluster]);
    });

    test('a replica set of works follows the placement', async () => {
      const metadata = { name: 'fleet', namespace: 'default' };
      const manifests = [configMap('from-fleet', { a: '1' })];
      await create(
        object('work.open-cluster-management.io/v1alpha1', 'ManifestWorkReplicaSet', metadata, {
          spec: {
            placementRefs: [{ name: 'prod' }],
            manifestWorkTemplate: { workload: { manifests } },
          },
        }),
      );
      await isApplied('fleet');
      const kind = {
        group: 'work.open-cluster-management.io',
        version: 'v1alpha1',
        kind: 'ManifestWorkReplicaSet',
      };
      await becomes(hub, kind, ['default', 'fleet'], (found) => {
        const { summary } = (found?.['status' as never] ?? {}) as { summary?: object };
        expect(summary).toMatchObject({ total: 1, applied: 1, available: 1 });
      });
    });

    test('all go on after the hub was killed', async () => {
      await fleet.killHub();
      await create(work('after', configMap('after', { b: '2' })));
      await isApplied('after');
      await patch(managed, { metadata: { labels: { env: null } } });
      await decides('prod', []);
    });

    test('a cluster that goes silent is unknown, its taint keeps placements away, and it comes back', async () => {
      const taints = (keys: readonly string[], available: string) =>
        becomes(hub, managedClusterKind, ['', cluster], (found) => {
          expect(statuses(found, 'ManagedClusterConditionAvailable')).toEqual([available]);
          expect((found?.spec?.taints ?? []).map(({ key }) => key)).toEqual(keys);
        });
      await patch(managed, { metadata: { labels: { env: 'prod' } } });
      await decides('prod', [cluster]);
      await fleet.stopAgents();
      await patch(managed, { spec: { leaseDurationSeconds: 1 } });
      await taints(['cluster.open-cluster-management.io/unreachable'], 'Unknown');
      await decides('prod', []);
      await patch(managed, { spec: { leaseDurationSeconds: 60 } });
      await fleet.startAgents();
      await taints([], 'True');
      await decides('prod', [cluster]);
    });

    test('a cluster that is deleted leaves nothing behind', async () => {
      await becomes(spoke, configMapKind, ['default', 'after'], (found) =>
        expect(found).not.toBe(null),
      );
      const before = await hub.get(managedClusterKind, '', cluster);
      const uid = before.ok ? before.value.metadata.uid : '';
      expect(await hub.delete(refOf(managed))).toMatchObject({ ok: true });
      await becomes(hub, managedClusterKind, ['', cluster], (found) => {
        expect(found?.metadata.uid).not.toBe(uid);
      });
      const works = await hub.list(manifestWorkKind, { namespace: cluster });
      expect(works.ok && works.value.items).toEqual([]);
      await becomes(spoke, configMapKind, ['default', 'after'], (found) =>
        expect(found).toBe(null),
      );
    });
  },
);
