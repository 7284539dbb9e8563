import { rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { KubeObject } from '../../kube/object.ts';
import { type ManagedCluster, managedClusterKind } from '../../kube/ocm/cluster.ts';
import type { Cluster } from '../../runtime/client/cluster.ts';
import { connect } from '../../runtime/client/kube.ts';
import {
  formatKubeconfig,
  type Kubeconfig,
  loadKubeconfig,
} from '../../runtime/client/kubeconfig.ts';
import { CommandFailure, exit } from '../io.ts';
import { acceptCluster } from './accept.ts';
import { bootstrapToken, initHub } from './hub-init.ts';
import { writeSecretFile } from './secret-file.ts';
import { Supervisor } from './supervisor.ts';
import { until } from './wait.ts';

/** A hub and local clusters on this machine: each an API server of its own, with controllers or an agent beside it. */
export interface LocalFleet {
  readonly hub: LocalServer;
  readonly clusters: readonly LocalServer[];
  readonly supervisor: Supervisor;
  readonly stop: () => Promise<void>;
}
export interface LocalServer {
  readonly name: string;
  /** With full rights; 0600. */
  readonly kubeconfig: string;
  readonly config: Kubeconfig;
  readonly cluster: Cluster;
}

export interface FleetOptions {
  /** Data, keys, kubeconfigs and logs. */
  readonly dir: string;
  readonly clusters: readonly string[];
  /** Of the hub; the clusters take free ones. 0: free. */
  readonly port: number;
  /** Namespaces programs may be applied to. */
  readonly programNamespaces: readonly string[];
  /** Labels of the clusters, by name: what a platform team would set when it imports one. */
  readonly labels: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly signal: AbortSignal;
  /** Told each step, for people. */
  readonly step: (text: string) => void;
}

/** How long a cluster may take to join, and how often it is looked for. */
const joining = { timeoutMillis: 60_000, everyMillis: 25 };

/** Starts everything, lets the clusters join by the real handshake, and comes back when all are available. */
export async function startFleet(options: FleetOptions): Promise<LocalFleet> {
  const { dir, signal, step } = options;
  const supervisor = new Supervisor({ dir, signal, tell: step });
  const server = async (
    name: string,
    wantedPort: number,
    args: readonly string[],
  ): Promise<LocalServer> => {
    const file = join(dir, `${name}.kubeconfig`);
    const port = await portOf(file, wantedPort);
    rmSync(file, { force: true });
    const common = ['server', '--data', join(dir, name), '--kubeconfig-out', file];
    const all = [...common, '--port', String(port), ...args];
    await supervisor.start({ name, args: all, readyFile: file });
    const config = await readKubeconfig(file);
    return { name, kubeconfig: file, config, cluster: connect(config) };
  };
  try {
    step(`starting ${1 + options.clusters.length} API servers`);
    const [hub, ...clusters] = await Promise.all([
      server('hub', options.port, []),
      ...options.clusters.map((name) => server(name, 0, ['--local-cluster'])),
    ]);
    await Promise.all([
      initHub(hub.cluster, { programNamespaces: options.programNamespaces, definitions: [] }),
      supervisor.start({
        name: 'controllers',
        args: ['hub', 'controllers', '--kubeconfig', hub.kubeconfig],
      }),
    ]);
    const bootstrap = join(dir, 'bootstrap.kubeconfig');
    writeSecretFile(bootstrap, bootstrapKubeconfig(hub.config, await bootstrapToken(hub.cluster)));
    step(`${clusters.map(({ name }) => name).join(', ')} ask to join`);
    await Promise.all(
      clusters.map(({ name, kubeconfig: file }) =>
        supervisor.start({ name: `agent-${name}`, args: agentArgs(dir, name, bootstrap, file) }),
      ),
    );
    await Promise.all(
      clusters.map(async ({ name }) => {
        await acceptCluster(hub.cluster, name, { signal, ...joining });
        await label(hub.cluster, name, options.labels[name] ?? {});
        step(`${name} is accepted`);
        await available(hub.cluster, name, signal);
        step(`${name} is available`);
      }),
    );
    const stop = async () => {
      for (const { cluster } of [hub, ...clusters]) cluster.close();
      await supervisor.stop();
    };
    return { hub, clusters, supervisor, stop };
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
}

/**
 * The port a server listens on, chosen here so that one that is started again has the same: as wanted, else as the last
 * time (agents know the hub by its address), else a free one.
 */
async function portOf(file: string, wanted: number): Promise<number> {
  if (wanted !== 0) return wanted;
  const before = await loadKubeconfig({ path: file });
  const port = before.ok ? Number(new URL(before.kubeconfig.server).port) : 0;
  return (await isFree(port)) ? port : freePort();
}

async function isFree(port: number): Promise<boolean> {
  return port !== 0 && (await listen(port)) === port;
}

async function freePort(): Promise<number> {
  const port = await listen(0);
  if (port === undefined) throw new CommandFailure(exit.environment, 'no port is free');
  return port;
}

async function listen(port: number): Promise<number | undefined> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    return (server.address() as AddressInfo).port;
  } catch {
    return undefined;
  } finally {
    server.close();
  }
}

async function readKubeconfig(path: string): Promise<Kubeconfig> {
  const loaded = await loadKubeconfig({ path });
  if (!loaded.ok) throw new CommandFailure(exit.environment, loaded.why);
  return loaded.kubeconfig;
}

/** What an agent joins with: the hub's address and CA, and the bootstrap token. */
export function bootstrapKubeconfig({ server, caPem }: Kubeconfig, token: string): string {
  return formatKubeconfig({
    context: 'bootstrap',
    cluster: 'hub',
    user: 'bootstrap',
    server,
    ...(caPem !== null && { caPem }),
    credential: { token },
  });
}

function agentArgs(dir: string, name: string, bootstrap: string, file: string): readonly string[] {
  return [
    'agent',
    ...['--bootstrap-kubeconfig', bootstrap],
    ...['--cluster-kubeconfig', file],
    ...['--cluster-name', name],
    ...['--data', join(dir, `agent-${name}`)],
  ];
}

async function label(hub: Cluster, name: string, labels: Readonly<Record<string, string>>) {
  const of = { ...managedClusterKind, namespace: '', name };
  const answer = await hub.mergePatch(of, { metadata: { labels } });
  if (!answer.ok) throw new CommandFailure(exit.environment, answer.message);
}

async function available(hub: Cluster, name: string, signal: AbortSignal): Promise<void> {
  const probe = async () => {
    const answer = await hub.get<ManagedCluster>(managedClusterKind, '', name);
    return answer.ok && isAvailable(answer.value) ? true : undefined;
  };
  if (await until(probe, { signal, ...joining })) return;
  throw new CommandFailure(exit.environment, `${name} did not become available within 60 s`);
}

/** Whether the hub hears from a cluster's agent. */
export function isAvailable({ status }: KubeObject & ManagedCluster): boolean {
  const type = 'ManagedClusterConditionAvailable';
  return status?.conditions?.some((c) => c.type === type && c.status === 'True') ?? false;
}
