import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { bringDefinitions } from '../../src/cli/local/definitions.ts';
import { Supervisor } from '../../src/cli/local/supervisor.ts';
import type { Kind } from '../../src/kube/object.ts';
import { clusterGroup, managedClusterKind } from '../../src/kube/ocm/cluster.ts';
import { manifestWorkKind, workGroup } from '../../src/kube/ocm/work.ts';
import { customResourceDefinitions } from '../../src/kube/schema/definitions.ts';
import type { Cluster } from '../../src/runtime/client/cluster.ts';
import { connect } from '../../src/runtime/client/kube.ts';
import { type Kubeconfig, loadKubeconfig } from '../../src/runtime/client/kubeconfig.ts';
import { startKubeApiserver } from '../../test/support/kube-apiserver.ts';
import { findRealParts } from '../../test/support/real-parts.ts';
import { cpuSecondsOf, rssOf } from '../process.ts';

const kinds: readonly Kind[] = [managedClusterKind, manifestWorkKind];

/** An API server with the kinds of clusters and works, in processes of its own. */
export interface Server {
  readonly cluster: Cluster;
  readonly kubeconfig: Kubeconfig;
  /** Processor time of all its processes so far. */
  readonly cpuSeconds: () => number;
  readonly rssMB: () => number;
  readonly stop: () => Promise<void>;
}

/** Ours over SQLite: what a commit acknowledged is on the disk. */
export async function startOurs(): Promise<Server> {
  const dir = mkdtempSync(join(tmpdir(), 'ocm-bench-'));
  const supervisor = new Supervisor({
    dir,
    signal: new AbortController().signal,
    tell: () => {},
  });
  const path = join(dir, 'kubeconfig');
  const args = ['server', '--data', join(dir, 'data'), '--kubeconfig-out', path];
  await supervisor.start({ name: 'server', args, readyFile: path });
  const pid = supervisor.process('server')?.pid ?? 0;
  return served(path, [pid], async () => {
    await supervisor.stop();
    rmSync(dir, { recursive: true, force: true });
  });
}

/** kube-apiserver over an etcd that writes to the disk as ours does; null where this machine has not built them. */
export async function startPeer(): Promise<Server | null> {
  const parts = findRealParts();
  if (!parts?.kubeApiserver || !parts.etcd) return null;
  const server = await startKubeApiserver({ parts, etcdFlags: ['--unsafe-no-fsync=false'] });
  const { kubeApiserver, etcd } = server.pids;
  return served(server.adminKubeconfigPath, [kubeApiserver, etcd], server.stop);
}

async function served(
  path: string,
  pids: readonly number[],
  end: () => Promise<void>,
): Promise<Server> {
  const loaded = await loadKubeconfig({ path });
  if (!loaded.ok) throw new Error(loaded.why);
  const cluster = connect(loaded.kubeconfig);
  const groups: readonly string[] = [clusterGroup, workGroup];
  const stop = async () => {
    cluster.close();
    await end();
  };
  try {
    await bringDefinitions(
      cluster,
      customResourceDefinitions().filter(({ spec }) => groups.includes(spec.group)),
    );
    // established is not yet served: kube-apiserver makes its storage at the first requests
    for (const kind of kinds) {
      while (!(await cluster.list(kind)).ok) await pause(100);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const sum = (of: (pid: number) => number) => pids.reduce((all, pid) => all + of(pid), 0);
  return {
    cluster,
    kubeconfig: loaded.kubeconfig,
    cpuSeconds: () => sum(cpuSecondsOf),
    rssMB: () => Math.round(sum(rssOf) / 1e6),
    stop,
  };
}
