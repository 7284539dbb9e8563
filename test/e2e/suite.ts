import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { run } from '../../src/cli/run.ts';
import type { AppRollout, ProgramObject } from '../../src/ir/program-object.ts';
import { programKind } from '../../src/ir/program-object.ts';
import {
  configMapKind,
  type Deployment,
  deploymentKind,
  namespaceKind,
} from '../../src/kube/core.ts';
import { conditionOf, type KubeObject } from '../../src/kube/object.ts';
import {
  type ManagedCluster,
  managedClusterKind,
  type PlacementDecision,
  placementDecisionKind,
} from '../../src/kube/ocm/cluster.ts';
import { type Policy, policyKind } from '../../src/kube/ocm/policy.ts';
import { type ManifestWork, manifestWorkKind } from '../../src/kube/ocm/work.ts';
import type { Cluster } from '../../src/runtime/client/cluster.ts';
import { testIo } from '../support/io.ts';

/** A hub with joined clusters, whatever their API servers are. */
export interface World {
  readonly hub: Cluster;
  readonly hubKubeconfig: string;
  /** cluster1 is the canary. */
  readonly clusters: ReadonlyMap<string, Cluster>;
  /** Kills the hub's API server the hard way; it comes back by itself. */
  readonly killHub?: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

const namespace = 'e2e';
const program = 'shop';
const waitMillis = 60_000;

/** The program under test: small, but every part of the way is in it. */
export const source = (mode: 'inform' | 'enforce'): string => `namespace ${namespace}

param image: string = "registry.example.com/web:1"

fleet {
  env:  prod | dev                from label "environment"
  ring: canary | broad = broad    from label "ring"
}

clusterset prod { members: cluster.labels["environment"] == "prod" }
namespace ${namespace} { bind: [prod] }

placement everywhere {
  from:  [prod]
  where: cluster.env == prod

  group canary { where: cluster.ring == canary }
}

policy limits {
  on:   [everywhere]
  mode: ${mode}

  musthave ConfigMap limits {
    metadata: { namespace: "default" }
    data: { pods: "10" }
  }
}

app web {
  on:      [everywhere]
  rollout: { by: group, first: [canary], soak: 2s, deadline: 5s, maxFailures: 0 }

  resource Namespace shop {}

  resource Deployment web {
    metadata: { namespace: "shop", labels: { app: "web" } }
    spec: {
      replicas: 2
      progressDeadlineSeconds: 60
      selector: { matchLabels: { app: "web" } }
      template: {
        metadata: { labels: { app: "web" } }
        spec: { containers: [{ name: "web", image: image, env: [{ name: "CLUSTER", value: cluster.name }] }] }
      }
    }
  }
}
`;

/** The way of a program from text to clusters and back; the same for every kind of API server. */
export function fleetSuite(
  start: () => Promise<World>,
  files: { readonly write: (mode: 'inform' | 'enforce') => string },
): void {
  vi.setConfig({ testTimeout: 3 * waitMillis });
  let world: World;
  beforeAll(async () => {
    world = await start();
  }, 120_000);
  afterAll(() => world?.stop(), 60_000);

  const apply = async (image: string, mode: 'inform' | 'enforce' = 'inform', ...more: string[]) => {
    const io = testIo();
    const folder = files.write(mode);
    const args = ['apply', folder, '--name', program, '--kubeconfig', world.hubKubeconfig];
    const params = ['--param', `image=${image}`, '--service-account', 'ocm-programs'];
    const code = await run([...args, ...params, ...more], io);
    return { code, text: io.stdout() + io.stderr() };
  };
  const names = () => [...world.clusters.keys()];
  const work = (cluster: string) =>
    found<ManifestWork>(world.hub, manifestWorkKind, cluster, `${namespace}-web`);
  const deployment = (cluster: string) =>
    found<Deployment>(clusterOf(world, cluster), deploymentKind, 'shop', 'web');
  const image = async (cluster: string) =>
    (await deployment(cluster))?.spec?.template?.spec?.containers[0]?.['image'] as string;
  const rollout = async (): Promise<AppRollout | undefined> =>
    (await found<ProgramObject>(world.hub, programKind, namespace, program))?.status?.rollouts?.[0];
  const done = async () => {
    const of = await rollout();
    return of !== undefined && of.of === names().length && of.done === of.of;
  };

  test('clusters join by the handshake and are available', async () => {
    const types = [
      'HubAcceptedManagedCluster',
      'ManagedClusterJoined',
      'ManagedClusterConditionAvailable',
    ];
    for (const name of names()) {
      await eventually(async () => {
        const cluster = await found<ManagedCluster>(world.hub, managedClusterKind, '', name);
        const statuses = types.map(
          (type) => conditionOf(cluster?.status?.conditions, type)?.status,
        );
        expect(statuses).toEqual(['True', 'True', 'True']);
      });
    }
  });

  test('a program that its account may not write is not applied, and the missing rights are printed', async () => {
    const { code, text } = await apply('x:1', 'inform', '--service-account', 'nobody');
    expect(code).toBe(1);
    expect(text).toContain('kubectl create clusterrole nobody-');
    expect(await found(world.hub, programKind, namespace, program)).toBeUndefined();
  });

  test('a program becomes decisions, the canary goes first, the others after its soak', async () => {
    const applied = await apply('registry.example.com/web:1');
    expect(applied.text).toContain('program e2e/shop applied');
    expect(applied.code).toBe(0);
    const others = names().filter((name) => name !== 'cluster1');
    await eventually(async () => expect(await work('cluster1')).toBeDefined());
    for (const name of others) expect(await work(name)).toBeUndefined();
    await eventually(async () => expect(await done()).toBe(true));
    const decisions = await world.hub.list<PlacementDecision>(placementDecisionKind, { namespace });
    const decided = decisions.ok
      ? decisions.value.items.flatMap(({ status }) => status?.decisions ?? [])
      : [];
    expect(decided.map(({ clusterName }) => clusterName).sort()).toEqual(names());
    for (const name of names()) {
      expect(await image(name)).toBe('registry.example.com/web:1');
      const conditions = (await work(name))?.status?.conditions;
      expect(conditionOf(conditions, 'Applied')?.status).toBe('True');
      expect(conditionOf(conditions, 'Available')?.status).toBe('True');
      const container = (await deployment(name))?.spec?.template?.spec?.containers[0];
      expect(container?.['env']).toEqual([{ name: 'CLUSTER', value: name }]);
    }
  });

  test('nothing is left to do: objects stay as they are', async () => {
    const versions = async () => {
      const all = await Promise.all(names().map(work));
      return all.map((of) => of?.metadata.resourceVersion);
    };
    const before = await versions();
    await pause(2000);
    expect(await versions()).toEqual(before);
  });

  test('a second version rolls out, canary first', async () => {
    await apply('registry.example.com/web:2');
    await eventually(async () =>
      expect(await image('cluster1')).toBe('registry.example.com/web:2'),
    );
    for (const name of names().slice(1)) {
      expect(await image(name)).toBe('registry.example.com/web:1');
    }
    await eventually(async () => expect(await done()).toBe(true));
    for (const name of names()) expect(await image(name)).toBe('registry.example.com/web:2');
  });

  test('a version that does not get ready halts at the canary; the next good one goes on', async () => {
    await apply('registry.example.com/web:broken');
    await eventually(async () => expect((await rollout())?.halted).toBe(true));
    for (const name of names().slice(1)) {
      expect(await image(name)).toBe('registry.example.com/web:2');
    }
    await apply('registry.example.com/web:3');
    await eventually(async () => expect(await done()).toBe(true));
    for (const name of names()) expect(await image(name)).toBe('registry.example.com/web:3');
  });

  test('a policy reports what is missing, and mends it when it is told to enforce', async () => {
    const compliance = async () => {
      const all = names().map((cluster) =>
        found<Policy>(world.hub, policyKind, cluster, `${namespace}.limits`),
      );
      return (await Promise.all(all)).map((policy) => policy?.status?.compliant);
    };
    await eventually(async () =>
      expect(await compliance()).toEqual(names().map(() => 'NonCompliant')),
    );
    await apply('registry.example.com/web:3', 'enforce');
    await eventually(async () =>
      expect(await compliance()).toEqual(names().map(() => 'Compliant')),
    );
    for (const name of names()) {
      const limits = await found(clusterOf(world, name), configMapKind, 'default', 'limits');
      expect(limits).toMatchObject({ data: { pods: '10' } });
    }
    // What the clusters say is gathered after they have said it.
    await eventually(async () => {
      const root = await found<Policy>(world.hub, policyKind, namespace, 'limits');
      expect(root?.status?.compliant).toBe('Compliant');
    });
  });

  test('a hand edit on a cluster is put right', async () => {
    const object = await deployment('cluster1');
    const of = { ...deploymentKind, namespace: 'shop', name: 'web' };
    const patch = { metadata: { labels: { app: 'edited' } } };
    expect(object).toBeDefined();
    await clusterOf(world, 'cluster1').mergePatch(of, patch);
    await eventually(async () =>
      expect((await deployment('cluster1'))?.metadata.labels?.['app']).toBe('web'),
    );
  });

  test('a hub killed with kill -9 comes back with everything it acknowledged', async ({ skip }) => {
    if (world.killHub === undefined) return skip('not our API server');
    const made: string[] = [];
    const writing = (async () => {
      for (let index = 0; index < 200; index++) {
        const name = `kept-${index}`;
        const object: KubeObject = {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name, namespace },
        };
        const answer = await world.hub.create(object);
        if (!answer.ok) return;
        made.push(name);
      }
    })();
    while (made.length < 20) await pause(5);
    await world.killHub();
    await writing;
    await eventually(async () => {
      const answer = await world.hub.list(configMapKind, { namespace });
      if (!answer.ok) throw new Error(answer.message);
      const there = new Set(answer.value.items.map(({ metadata }) => metadata.name));
      expect(made.filter((name) => !there.has(name))).toEqual([]);
    });
    const again = await apply('registry.example.com/web:4', 'enforce');
    expect(again.code, again.text).toBe(0);
    await eventually(async () => {
      for (const name of names()) expect(await image(name)).toBe('registry.example.com/web:4');
    });
    await eventually(async () => expect(await done()).toBe(true));
  });

  test('deleting a program leaves what it made, without its labels', async () => {
    await world.hub.delete({ ...programKind, namespace, name: program });
    await eventually(async () =>
      expect(await found(world.hub, programKind, namespace, program)).toBeUndefined(),
    );
    for (const name of names()) expect(await deployment(name)).toBeDefined();
    const policy = await found<Policy>(world.hub, policyKind, namespace, 'limits');
    expect(policy?.metadata.labels?.['ocmlang.dev/program']).toBeUndefined();
    expect(policy).toBeDefined();
    expect(await found(world.hub, namespaceKind, '', namespace)).toBeDefined();
  });

  async function found<T extends KubeObject>(
    cluster: Cluster,
    kind: { group: string; version: string; kind: string },
    inNamespace: string,
    name: string,
  ): Promise<T | undefined> {
    const answer = await cluster.get<T>(kind, inNamespace, name);
    return answer.ok ? answer.value : undefined;
  }
}

function clusterOf(world: World, name: string): Cluster {
  const cluster = world.clusters.get(name);
  if (cluster === undefined) throw new Error(`no cluster ${name}`);
  return cluster;
}

/** Tries until it holds; the last failure counts when the time is over. */
async function eventually(holds: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + waitMillis;
  for (;;) {
    try {
      await holds();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await pause(100);
    }
  }
}

function pause(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}
