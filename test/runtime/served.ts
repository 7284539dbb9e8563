import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { JsonObject } from '../../src/base/json.ts';
import type { IrBinding, IrClusterSet, IrDecl, IrPolicy } from '../../src/ir/program.ts';
import { type ProgramObject, programKind } from '../../src/ir/program-object.ts';
import {
  type ConfigMap,
  configMapKind,
  type Deployment,
  deploymentKind,
} from '../../src/kube/core.ts';
import { conditionOf, type Kind, type KubeObject } from '../../src/kube/object.ts';
import {
  type Placement,
  placementDecisionKind,
  placementKind,
} from '../../src/kube/ocm/cluster.ts';
import { configurationPolicyKind, type Policy, policyKind } from '../../src/kube/ocm/policy.ts';
import {
  appliedManifestWorkKind,
  type ManifestWork,
  manifestWorkKind,
} from '../../src/kube/ocm/work.ts';
import { agentControllers } from '../../src/runtime/agent/controllers.ts';
import type { Cluster } from '../../src/runtime/client/cluster.ts';
import { type Running, runControllers } from '../../src/runtime/control/run.ts';
import { programAccount, programObjects } from '../../src/runtime/hub/init/objects.ts';
import { schedulePlacements } from '../../src/runtime/hub/placement/controller.ts';
import { propagatePolicies } from '../../src/runtime/hub/policy/propagate.ts';
import { runPrograms } from '../../src/runtime/hub/program/controller.ts';
import { collectParts } from '../../src/runtime/hub/program/parts.ts';
import { rollOutApps } from '../../src/runtime/hub/rollout/controller.ts';
import { app, cluster, constant, placementDecl, program } from './hub/programs.ts';

/** A server with OCM's kinds in it, with all rights, and what kube-controller-manager does beside it. */
export interface Served {
  readonly cluster: Cluster;
  readonly stop: () => Promise<void>;
}

const origin = { file: 0, span: { start: 0, end: 1 } };
const set: IrClusterSet = { kind: 'clusterset', name: 'web', namespace: '', origin, selector: {} };
const bind: IrBinding = {
  kind: 'binding',
  name: 'web',
  namespace: 'shop',
  origin,
  clusterSet: 'web',
};
const prod = placementDecl('prod', { clusterSets: ['web'] });
const limits = (remediation: 'inform' | 'enforce'): IrPolicy => ({
  kind: 'policy',
  name: 'limits',
  namespace: 'shop',
  origin,
  on: ['prod'],
  enforceOn: [],
  remediation,
  disabled: false,
  severity: 'low',
  standards: [],
  categories: [],
  controls: [],
  description: null,
  templates: [
    {
      template: 'config',
      name: 'limits',
      origin,
      severity: null,
      namespaceSelector: null,
      objects: [
        {
          complianceType: 'musthave',
          origin,
          definition: {
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: { name: 'limits', namespace: 'store' },
            data: { cpu: '1' },
          },
        },
      ],
    },
  ],
});
const manifests = (image: string): readonly JsonObject[] => [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'store' } },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'store' },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        // A quantity a server writes differently from how it is said.
        spec: { containers: [{ name: 'web', image, resources: { limits: { cpu: '0.5' } } }] },
      },
    },
  },
];
const decls = (image: string, remediation: 'inform' | 'enforce'): readonly IrDecl[] => [
  set,
  bind,
  prod,
  app('web', {
    manifests: manifests(image).map((object) => ({ origin, object: constant(object) })),
  }),
  limits(remediation),
];

const patience = 60_000;

/** The hub's controllers and an agent over API servers as they are: run on ours and on a real kube-apiserver. */
export function servedSuite(
  startHub: () => Promise<Served>,
  startCluster: () => Promise<Served>,
): void {
  vi.setConfig({ testTimeout: 2 * patience });
  let hub: Served;
  let spoke: Served;
  let running: Running;
  let stop: AbortController;
  const errors: unknown[] = [];

  const start = async (): Promise<void> => {
    stop = new AbortController();
    running = runControllers({
      controllers: [
        runPrograms(),
        collectParts(),
        schedulePlacements(),
        rollOutApps(),
        propagatePolicies(),
        ...agentControllers({ clusterName: 'c1', hub: 'https://hub' }),
      ],
      clusters: { hub: hub.cluster, cluster: spoke.cluster },
      signal: stop.signal,
      onError: (error) => errors.push(error),
    });
    await running.ready;
  };
  const make = async (object: KubeObject): Promise<void> => {
    const made = await hub.cluster.create(object);
    if (!made.ok && made.reason !== 'AlreadyExists') throw new Error(made.message);
  };
  const get = async <T extends KubeObject>(
    of: Served,
    kind: Kind<T>,
    namespace: string,
    name: string,
  ) => {
    const answer = await of.cluster.get(kind, namespace, name);
    return answer.ok ? answer.value : undefined;
  };
  const apply = async (image: string, remediation: 'inform' | 'enforce', spec: object = {}) => {
    const [head, ...parts] = program(decls(image, remediation), {
      spec: { serviceAccountName: programAccount, ...spec },
    });
    for (const part of parts) await make(part);
    const { resourceVersion: _v, generation: _g, ...metadata } = head.metadata;
    const made = await hub.cluster.apply(
      { ...head, metadata },
      { fieldManager: 'test', force: true },
    );
    if (!made.ok) throw new Error(made.message);
  };
  const programNow = () => get<ProgramObject>(hub, programKind, 'shop', 'main');
  const isReady = async () => {
    const { metadata, status } = (await programNow()) ?? {};
    const ready = conditionOf(status?.conditions, 'Ready');
    return ready?.status === 'True' && ready.observedGeneration === metadata?.generation;
  };
  const kinds: readonly (readonly [() => Served, Kind])[] = [
    ...[programKind, placementKind, placementDecisionKind, manifestWorkKind, policyKind].map(
      (kind) => [() => hub, kind as Kind] as const,
    ),
    ...[
      appliedManifestWorkKind,
      policyKind,
      configurationPolicyKind,
      deploymentKind,
      configMapKind,
    ].map((kind) => [() => spoke, kind as Kind] as const),
  ];
  const versions = async (): Promise<readonly string[]> => {
    const lists = await Promise.all(kinds.map(([of, kind]) => of().cluster.list(kind)));
    return lists.flatMap((list) =>
      list.ok
        ? list.value.items.map(
            ({ kind, metadata }) =>
              `${kind} ${metadata.namespace}/${metadata.name} ${metadata.resourceVersion}`,
          )
        : [],
    );
  };
  /** Rests when nothing was written while the controllers had nothing to do. */
  const rest = async (): Promise<readonly string[]> => {
    let before: readonly string[] = [];
    await vi.waitFor(
      async () => {
        const now = await versions();
        const same = running.idle() && now.join() === before.join();
        before = now;
        expect(same).toBe(true);
      },
      { timeout: patience, interval: 300 },
    );
    return before;
  };
  const eventually = (holds: () => Promise<void>) =>
    vi.waitFor(holds, { timeout: patience, interval: 100 });

  beforeAll(async () => {
    [hub, spoke] = await Promise.all([startHub(), startCluster()]);
    for (const object of programObjects('shop')) await make(object);
    await make({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'c1' } });
    await make(cluster('c1'));
    await start();
  }, 4 * patience);
  afterAll(async () => {
    stop?.abort();
    await Promise.all([hub?.stop(), spoke?.stop()]);
  }, patience);

  test('a program arrives on the cluster, and says that it is ready but for what its policy finds', async () => {
    await apply('web:1', 'inform');
    await eventually(async () => {
      const status = (await programNow())?.status;
      expect(status?.rollouts).toMatchObject([{ app: 'shop/web', of: 1, done: 1, failed: 0 }]);
      expect(status?.attention.map(({ condition }) => condition.reason)).toEqual(['NonCompliant']);
    });
    const work = await get<ManifestWork>(hub, manifestWorkKind, 'c1', 'shop-web');
    const conditions = work?.status?.conditions?.map(({ type, status }) => `${type} ${status}`);
    expect(conditions).toEqual([
      'Applied True',
      'Available True',
      'Degraded False',
      'Progressing False',
    ]);
    expect(work?.status?.resourceStatus?.manifests?.[1]?.statusFeedback?.values).toContainEqual({
      name: 'ReadyReplicas',
      fieldValue: { type: 'Integer', integer: 1 },
    });
    const deployment = await get<Deployment>(spoke, deploymentKind, 'store', 'web');
    expect(deployment?.metadata.ownerReferences?.[0]?.kind).toBe('AppliedManifestWork');
    expect((await get<Policy>(hub, policyKind, 'shop', 'limits'))?.status?.compliant).toBe(
      'NonCompliant',
    );
    expect(errors).toEqual([]);
  });

  test('at rest nothing is written, and nothing after a new start', async () => {
    const before = await rest();
    stop.abort();
    await start();
    expect(await rest()).toEqual(before);
  });

  test('an edit by hand is reverted: of the placement on the hub, of the Deployment on the cluster', async () => {
    await hub.cluster.mergePatch(
      { ...placementKind, namespace: 'shop', name: 'prod' },
      { spec: { numberOfClusters: 0, clusterSets: ['other'] } },
    );
    await spoke.cluster.mergePatch(
      { ...deploymentKind, namespace: 'store', name: 'web' },
      { spec: { replicas: 7 } },
    );
    await eventually(async () => {
      expect((await get<Placement>(hub, placementKind, 'shop', 'prod'))?.spec?.clusterSets).toEqual(
        ['web'],
      );
      expect((await get<Deployment>(spoke, deploymentKind, 'store', 'web'))?.spec?.replicas).toBe(
        1,
      );
    });
    await rest();
    expect(
      (await get<ManifestWork>(hub, manifestWorkKind, 'c1', 'shop-web'))?.metadata
        .deletionTimestamp,
    ).toBeUndefined();
  });

  test('a new image and an enforced policy arrive', async () => {
    await apply('web:2', 'enforce');
    await eventually(async () => expect(await isReady()).toBe(true));
    const deployment = await get<Deployment>(spoke, deploymentKind, 'store', 'web');
    expect(deployment?.spec?.template?.spec?.containers[0]?.image).toBe('web:2');
    expect((await get<ConfigMap>(spoke, configMapKind, 'store', 'limits'))?.data).toEqual({
      cpu: '1',
    });
    const replica = await get<Policy>(hub, policyKind, 'c1', 'shop.limits');
    expect(replica?.status?.details?.[0]?.history?.[0]?.message).toMatch(/^Compliant; /);
    await rest();
  });

  test('a Program that goes with `Delete` takes everything along', async () => {
    await apply('web:2', 'enforce', { deletionPolicy: 'Delete' });
    await hub.cluster.delete({ ...programKind, namespace: 'shop', name: 'main' });
    await eventually(async () => {
      expect(await programNow()).toBeUndefined();
      expect(await get(hub, manifestWorkKind, 'c1', 'shop-web')).toBeUndefined();
      expect(await get(hub, placementKind, 'shop', 'prod')).toBeUndefined();
      expect(await get(spoke, deploymentKind, 'store', 'web')).toBeUndefined();
      expect(await get(spoke, policyKind, 'c1', 'shop.limits')).toBeUndefined();
    });
    expect(errors).toEqual([]);
  });
}
