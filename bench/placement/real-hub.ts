import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Json } from '../../src/base/json.ts';
import { bringDefinitions } from '../../src/cli/local/definitions.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { refOf } from '../../src/kube/object.ts';
import { clusterGroup } from '../../src/kube/ocm/cluster.ts';
import { customResourceDefinitions } from '../../src/kube/schema/definitions.ts';
import type { Answer, Cluster } from '../../src/runtime/client/cluster.ts';
import { connect } from '../../src/runtime/client/kube.ts';
import { loadKubeconfig } from '../../src/runtime/client/kubeconfig.ts';
import { startKubeApiserver } from '../../test/support/kube-apiserver.ts';
import { cpuSecondsOf } from '../process.ts';
import { type Fleet, namespace, sets } from './fleet.ts';

const atOnce = 32;
const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** A fresh kube-apiserver with a fleet on it, and no controller yet. */
export interface RealHub {
  readonly cluster: Cluster;
  readonly kubeconfig: string;
  /** Processor time of kube-apiserver and etcd so far. */
  readonly cpuSeconds: () => number;
  readonly stop: () => Promise<void>;
}

export async function startRealHub(fleet: Fleet): Promise<RealHub> {
  const server = await startKubeApiserver();
  const loaded = await loadKubeconfig({ path: server.adminKubeconfigPath });
  if (!loaded.ok) throw new Error(loaded.why);
  const cluster = await connect(loaded.kubeconfig);
  await bringDefinitions(
    cluster,
    customResourceDefinitions().filter(({ spec }) => spec.group === clusterGroup),
  );
  await createAll(cluster, [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    ...fleet.sets,
  ]);
  await createAll(cluster, [
    ...sets.map((name) => ({
      apiVersion: `${clusterGroup}/v1beta2`,
      kind: 'ManagedClusterSetBinding',
      metadata: { name, namespace },
      spec: { clusterSet: name },
    })),
    ...fleet.clusters,
  ]);
  await writeStatus(cluster, fleet.clusters);
  return {
    cluster,
    kubeconfig: server.adminKubeconfigPath,
    cpuSeconds: () => cpuSecondsOf(server.pids.kubeApiserver) + cpuSecondsOf(server.pids.etcd),
    stop: async () => {
      cluster.close();
      await server.stop();
    },
  };
}

export function createAll(cluster: Cluster, objects: readonly KubeObject[]): Promise<void> {
  return all(objects, (object) => cluster.create(object));
}

export function writeStatus(cluster: Cluster, objects: readonly KubeObject[]): Promise<void> {
  return all(objects, (object) => {
    const patch = { status: object.status ?? null } as unknown as Json;
    return cluster.mergePatch(refOf(object), patch, { subresource: 'status' });
  });
}

async function all(
  objects: readonly KubeObject[],
  send: (object: KubeObject) => Promise<Answer<unknown>>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let object = objects[next++]; object !== undefined; object = objects[next++]) {
      const answer = await send(object);
      if (!answer.ok) throw new Error(`${object.kind} ${object.metadata.name}: ${answer.message}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** A placement controller in a process of its own. */
export interface RunningController {
  readonly cpuSeconds: () => number;
  readonly rssMB: () => number;
  /** How often it has decided a placement, and how much it has written where it says so. */
  readonly counts: () => Promise<{ readonly decided: number; readonly written: number | null }>;
  readonly stop: () => Promise<void>;
}

export async function startOurs(kubeconfig: string): Promise<RunningController> {
  const flags = ['hub', 'controllers', '--only', 'placement', '--kubeconfig', kubeconfig];
  const monitor = ['--metrics-address', '127.0.0.1:0'];
  const child = spawn(process.execPath, [main, ...flags, ...monitor], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  const running = new Promise<void>((resolve, reject) => {
    child.on('exit', () => reject(new Error(`the controller has ended: ${said}`)));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-10_000);
      if (said.includes('controllers run against')) resolve();
    });
  });
  await running;
  const url = /metrics: (\S+)/.exec(said)?.[1] ?? '';
  return {
    ...measured(child),
    counts: async () => {
      const text = await (await fetch(`${url}`)).text();
      const total = (name: string) =>
        Number(new RegExp(`^${name}\\{.*?\\} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
      return { decided: total('ocm_passes_total'), written: total('ocm_writes_total') };
    },
  };
}

export async function startUpstreams(
  program: string,
  kubeconfig: string,
): Promise<RunningController> {
  const child = spawn(program, ['control', kubeconfig], { stdio: ['pipe', 'pipe', 'ignore'] });
  if (child.stdin === null || child.stdout === null) throw new Error('no pipes');
  const { stdin } = child;
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    ...measured(child),
    counts: async () => {
      stdin.write('\n');
      const { value } = await lines.next();
      return { decided: JSON.parse(value ?? '{}').scheduled, written: null };
    },
  };
}

function measured(child: ChildProcess): Omit<RunningController, 'counts'> {
  const pid = child.pid ?? 0;
  return {
    cpuSeconds: () => cpuSecondsOf(pid),
    rssMB: () => {
      const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
      return Math.round((pages * 4096) / 1e6);
    },
    stop: async () => {
      if (child.exitCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}
