import type { Json } from '../../src/base/json.ts';
import { type Lease, leaseKind } from '../../src/kube/core.ts';
import { type KubeObject, refOf } from '../../src/kube/object.ts';
import {
  clusterSetLabel,
  type ManagedCluster,
  managedClusterKind,
} from '../../src/kube/ocm/cluster.ts';
import type { Row } from '../row.ts';
import { eachAlone, rowOf, type Spent, spending } from './beside.ts';
import { contents, createAll, forEach, requireSame } from './load.ts';
import type { Server } from './server.ts';

const clusters = 10_000;
const atOnce = 64;
const renewTime = '2030-01-01T00:00:00.000000Z';

/** Each of ten thousand clusters renews its lease and says how it is, with a hub that follows by a watch. */
export async function heartbeats10k(): Promise<Row> {
  const { ours, peer } = await eachAlone(beat);
  if (peer !== null) {
    requireSame(ours.leases, peer.leases, 'the leases');
    requireSame(ours.clusters, peer.clusters, 'the clusters');
  }
  const rate = ({ millis }: Spent) => clusters / (millis / 1000);
  return rowOf({
    name: 'heartbeats-10k',
    unit: 'clusters/s',
    higherIsBetter: true,
    ours: rate(ours.spent),
    peer: peer === null ? null : rate(peer.spent),
    spent: ours.spent,
    peerSpent: peer?.spent ?? null,
    note: `${clusters} clusters each replace their lease and patch their status, ${atOnce} at a time over one connection, until the last is written and a watch of clusters has shown all; a server that takes r clusters/s bears ${clusters} of them at one heartbeat each ${clusters} / r seconds; both write to the disk before they answer`,
  });
}

async function beat(server: Server) {
  const { cluster } = server;
  const all = Array.from({ length: clusters }, (_, at) => `bench-${String(at).padStart(5, '0')}`);
  await createAll(cluster, all.map(clusterOf));
  await createAll(cluster, all.map(leaseOf));
  const leases = await cluster.list<Lease>(leaseKind, { namespace: 'default' });
  const before = await cluster.list<ManagedCluster>(managedClusterKind);
  if (!leases.ok || !before.ok) throw new Error('there is no list');
  const followed = follow(server, before.value.resourceVersion);
  const beating = leases.value.items.filter(({ metadata }) => metadata.name.startsWith('bench-'));
  const spent = await spending(server, async () => {
    await forEach(beating, atOnce, async (lease) => {
      const renewed = await cluster.replace({ ...lease, spec: { ...lease.spec, renewTime } });
      if (!renewed.ok) return renewed;
      const of = { ...managedClusterKind, namespace: '', name: lease.metadata.name };
      return cluster.mergePatch(of, alive(lease.metadata.name), { subresource: 'status' });
    });
    await followed.all;
  });
  await followed.stop();
  return {
    spent,
    leases: await contents(cluster, leaseKind, 'default'),
    clusters: await contents(cluster, managedClusterKind),
  };
}

function clusterOf(name: string): KubeObject {
  const apiVersion = `${managedClusterKind.group}/${managedClusterKind.version}`;
  const spec = { hubAcceptsClient: true, leaseDurationSeconds: 60 };
  // what admission would set, so that both servers hold the same
  const metadata = { name, labels: { [clusterSetLabel]: 'default' } };
  return { apiVersion, kind: 'ManagedCluster', metadata, spec };
}

/** In one namespace: what ten thousand namespaces cost is another question. */
function leaseOf(name: string): KubeObject {
  const spec = {
    holderIdentity: name,
    leaseDurationSeconds: 60,
    renewTime: '2029-01-01T00:00:00.000000Z',
  };
  const metadata = { name, namespace: 'default' };
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
}

function alive(name: string): Json {
  const condition = {
    type: 'ManagedClusterConditionAvailable',
    status: 'True',
    reason: 'ManagedClusterAvailable',
    message: `${name} is alive`,
    lastTransitionTime: '2030-01-01T00:00:00Z',
  };
  return { status: { conditions: [condition] } };
}

/** A hub that watches: `all` is there when it has seen every cluster change. */
function follow({ cluster }: Server, resourceVersion: string) {
  const abort = new AbortController();
  const changed = new Set<string>();
  let ended = (): void => undefined;
  let failed = (_: Error): void => undefined;
  const all = new Promise<void>((resolve, reject) => {
    ended = resolve;
    failed = reject;
  });
  const reading = (async () => {
    for await (const event of cluster.watch(
      managedClusterKind,
      { resourceVersion },
      abort.signal,
    )) {
      if (event.type === 'ERROR') failed(new Error(event.message));
      if (event.type === 'MODIFIED') changed.add(refOf(event.object).name);
      if (changed.size === clusters) ended();
    }
  })();
  const stop = async () => {
    abort.abort();
    await reading;
  };
  return { all, stop };
}
