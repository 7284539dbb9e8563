import { deepStrictEqual, notStrictEqual, ok, strictEqual } from 'node:assert';
import type { Json } from '../../../src/base/json.ts';
import { acceptCluster } from '../../../src/cli/local/accept.ts';
import { configMapKind, leaseKind } from '../../../src/kube/core.ts';
import type { Condition, Kind, KubeObject } from '../../../src/kube/object.ts';
import {
  clusterSetLabel,
  managedClusterKind,
  type PlacementDecision,
  placementDecisionKind,
} from '../../../src/kube/ocm/cluster.ts';
import { manifestWorkKind } from '../../../src/kube/ocm/work.ts';
import type { Answer, Cluster } from '../../../src/runtime/client/cluster.ts';
import type { Telling } from '../../support/story.ts';
import { Machine } from './machine.ts';
import { startAgent, startControllers } from './parts.ts';
import { type ApiServer, type Maker, startHub, startOurServer } from './servers.ts';

/** Who made which part. */
export interface Cell {
  readonly server: Maker;
  readonly controllers: Maker;
  readonly agent: Maker;
}

/** What a user sees of a cell when all has happened: the same in each, whoever made the parts. */
export type Sight = Readonly<Record<string, unknown>>;

const name = 'c1';
const waitMillis = 60_000;
const clusterGroup = 'cluster.open-cluster-management.io';

/** Plays one cell: a cluster joins, is placed, gets work, changes and loses it, and goes silent. */
export async function playCell(
  cell: Cell,
  title: string,
  { step, signal }: Telling,
): Promise<Sight | null> {
  const machine = new Machine();
  const servers: ApiServer[] = [];
  const sight: Record<string, unknown> = {};
  const tell = (text: string, holds: () => Promise<unknown>) =>
    step(`${title}: ${text}`, async () => {
      try {
        return await holds();
      } catch (error) {
        throw new Error(`${error instanceof Error ? error.message : error}\n${machine.logs()}`);
      }
    });
  try {
    let hub!: Cluster;
    let spoke!: Cluster;
    let silence = async (): Promise<void> => undefined;
    const joined = await tell('a cluster joins and is available', async () => {
      const server = await startHub(cell.server, machine);
      servers.push(server);
      const local = await startOurServer(machine, 'spoke', ['--local-cluster']);
      servers.push(local);
      hub = server.cluster;
      spoke = local.cluster;
      await startControllers(cell.controllers, machine, server);
      silence = await startAgent(cell.agent, machine, { hub: server, spoke: local, name });
      await acceptCluster(hub, name, { signal, timeoutMillis: waitMillis });
      const types = ['HubAcceptedManagedCluster', 'ManagedClusterJoined', available];
      await eventually(async () => {
        const { status } = await get(hub, managedClusterKind, '', name);
        const found = types.map((type) => statusOf(status?.conditions, type));
        deepStrictEqual(found, ['True', 'True', 'True']);
        sight['cluster'] = seen(status?.conditions, types);
      });
    });
    if (!joined) return null;

    await tell('its agent renews its lease', async () => {
      await patch(hub, managedClusterKind, '', { spec: { leaseDurationSeconds: 1 } });
      const time = async () => (await get(hub, leaseKind, name, lease)).spec?.renewTime;
      const before = await time();
      await eventually(async () => notStrictEqual(await time(), before));
    });

    await tell('a placement decides it, by a label', async () => {
      for (const object of placing()) required(await hub.create(object));
      await eventually(async () => deepStrictEqual(await decided(hub), []));
      // the set is what upstream's webhook would write, which no kube-apiserver here calls
      const labels = { env: 'prod', [clusterSetLabel]: 'default' };
      await patch(hub, managedClusterKind, '', { metadata: { labels } });
      await eventually(async () => deepStrictEqual(await decided(hub), [name]));
    });

    await tell('a work is applied, available, and tells what was asked of it', async () => {
      required(await hub.create(workOf('red')));
      await eventually(async () => {
        const { status } = await get(hub, manifestWorkKind, name, 'shop');
        const found = ['Applied', 'Available'].map((of) => statusOf(status?.conditions, of));
        deepStrictEqual(found, ['True', 'True']);
        const manifests = status?.resourceStatus?.manifests ?? [];
        const feedback = manifests.flatMap(({ statusFeedback }) => statusFeedback?.values ?? []);
        strictEqual(feedback.find((of) => of.name === 'ReadyReplicas')?.fieldValue.integer, 2);
        sight['work'] = seen(status?.conditions, ['Applied', 'Available']);
        sight['manifests'] = manifests.map((of) => [
          of.resourceMeta,
          seen(of.conditions, ['Applied', 'Available', 'StatusFeedbackSynced']),
          of.statusFeedback?.values,
        ]);
      });
      strictEqual((await get(spoke, configMapKind, 'default', 'settings')).data?.['colour'], 'red');
    });

    await tell('a change of the work reaches the cluster', async () => {
      const { workload } = workOf('blue').spec as { workload: Json };
      await patch(hub, manifestWorkKind, name, { spec: { workload } }, 'shop');
      await eventually(async () => {
        const { data } = await get(spoke, configMapKind, 'default', 'settings');
        strictEqual(data?.['colour'], 'blue');
      });
    });

    await tell('a work that is deleted takes along what it brought', async () => {
      required(await hub.delete({ ...manifestWorkKind, namespace: name, name: 'shop' }));
      await eventually(async () => {
        const left = await Promise.all([
          spoke.get(configMapKind, 'default', 'settings'),
          hub.get(manifestWorkKind, name, 'shop'),
        ]);
        ok(left.every((answer) => !answer.ok && answer.status === 404));
      });
    });

    await tell('a cluster that goes silent is unknown, tainted, and placed nowhere', async () => {
      await silence();
      await eventually(async () => {
        const { status, spec } = await get(hub, managedClusterKind, '', name);
        strictEqual(statusOf(status?.conditions, available), 'Unknown');
        sight['silent'] = seen(status?.conditions, [available]);
        sight['taints'] = spec?.taints?.map(({ key, effect }) => [key, effect]);
        deepStrictEqual(sight['taints'], [[`${clusterGroup}/unreachable`, 'NoSelect']]);
      });
      await eventually(async () => deepStrictEqual(await decided(hub), []));
    });
    return sight;
  } finally {
    for (const server of servers.reverse()) await server.stop();
    await machine.stop();
  }
}

const available = 'ManagedClusterConditionAvailable';
const lease = 'managed-cluster-lease';

function placing(): readonly KubeObject[] {
  const metadata = (of: string) => ({ name: of, namespace: 'default' });
  const labelSelector = { matchLabels: { env: 'prod' } };
  return [
    {
      apiVersion: `${clusterGroup}/v1beta2`,
      kind: 'ManagedClusterSetBinding',
      metadata: metadata('default'),
      spec: { clusterSet: 'default' },
    },
    {
      apiVersion: `${clusterGroup}/v1beta1`,
      kind: 'Placement',
      metadata: metadata('prod'),
      spec: { predicates: [{ requiredClusterSelector: { labelSelector } }] },
    },
  ];
}

function workOf(colour: string): KubeObject {
  const metadata = (of: string) => ({ name: of, namespace: 'default' });
  const labels = { app: 'web' };
  const manifests = [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata('settings'), data: { colour } },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: metadata('web'),
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [{ name: 'web', image: 'web:1' }] },
        },
      },
    },
  ];
  const resourceIdentifier = { group: 'apps', resource: 'deployments', ...metadata('web') };
  return {
    apiVersion: 'work.open-cluster-management.io/v1',
    kind: 'ManifestWork',
    metadata: { name: 'shop', namespace: name },
    spec: {
      workload: { manifests },
      manifestConfigs: [{ resourceIdentifier, feedbackRules: [{ type: 'WellKnownStatus' }] }],
    },
  };
}

/** The clusters of the placement's decisions; fails while there are none at all. */
async function decided(hub: Cluster): Promise<readonly string[]> {
  const labelSelector = `${clusterGroup}/placement=prod`;
  const options = { namespace: 'default', labelSelector };
  const list = required(await hub.list<PlacementDecision>(placementDecisionKind, options));
  ok(list.items.length > 0, 'there is no decision');
  return list.items.flatMap(({ status }) => status?.decisions ?? []).map((of) => of.clusterName);
}

function statusOf(conditions: readonly Condition[] | undefined, type: string): string | undefined {
  return conditions?.find((of) => of.type === type)?.status;
}

/** Conditions of these types, without what depends on the moment. */
function seen(conditions: readonly Condition[] | undefined, types: readonly string[]): unknown {
  return types.map((type) => {
    const found = conditions?.find((of) => of.type === type);
    return [type, found?.status, found?.reason];
  });
}

async function get<T extends KubeObject>(
  at: Cluster,
  kind: Kind<T>,
  namespace: string,
  of: string,
): Promise<T> {
  return required(await at.get<T>(kind, namespace, of));
}

async function patch(
  at: Cluster,
  kind: Kind,
  namespace: string,
  change: Json,
  of = name,
): Promise<void> {
  required(await at.mergePatch({ ...kind, namespace, name: of }, change));
}

function required<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new Error(answer.message);
  return answer.value;
}

/** Tries until it holds; the last failure counts when the time is over. */
async function eventually(holds: () => Promise<unknown>): Promise<void> {
  const deadline = performance.now() + waitMillis;
  for (;;) {
    try {
      await holds();
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
