import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { bootstrapToken, initHub } from '../../src/cli/local/hub-init.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { parseYaml } from '../../src/kube/yaml.ts';
import type { Cluster } from '../../src/runtime/client/cluster.ts';
import { connect } from '../../src/runtime/client/kube.ts';
import { formatKubeconfig, loadKubeconfig } from '../../src/runtime/client/kubeconfig.ts';
import { freePort } from './free-port.ts';
import type { RealParts } from './real-parts.ts';
import { endsWithUs, killed, type ServerProcess, startServerProcess } from './server-process.ts';

/** Upstream's controllers on one of our API servers, and upstream's agents on another. */
export interface UpstreamFleet {
  readonly hub: Cluster;
  readonly spoke: Cluster;
  /** Kills the hub's API server the hard way and starts it again on its data. */
  readonly killHub: () => Promise<void>;
  readonly startAgents: () => Promise<void>;
  /** Ends the agents the hard way, as where a cluster is cut off. */
  readonly stopAgents: () => Promise<void>;
  /** What the programs logged, for the message of a test that fails. */
  readonly logs: () => string;
  /** What our API servers logged that they should not: nothing, where all is well. */
  readonly complaints: () => readonly string[];
  readonly stop: () => Promise<void>;
}

/** The name that the agents join with. */
export const upstreamCluster = 'c1';
const hubNamespace = 'open-cluster-management-hub';
const agentNamespace = 'open-cluster-management-agent';

/** Starts both servers, gives upstream's programs the rights upstream's operators give them, and runs them. */
export async function startUpstreamFleet(parts: RealParts): Promise<UpstreamFleet> {
  const dir = mkdtempSync(join(tmpdir(), 'ocm-upstream-'));
  const running = new Map<string, ChildProcess>();
  const run = (name: string, command: string, args: readonly string[]): ChildProcess => {
    const log = openSync(join(dir, `${name}.log`), 'a', 0o600);
    const child = endsWithUs(spawn(command, args, { cwd: dir, stdio: ['ignore', log, log] }));
    running.set(name, child);
    return child;
  };
  const servers: ServerProcess[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all([...running.keys()].map((name) => end(running, name)));
    await Promise.all(servers.map((server) => server.stop()));
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  };
  const logs = (): string =>
    ['hub', 'spoke', ...running.keys()]
      .map((name) => `--- ${name}\n${logOf(join(dir, `${name}.log`))}`)
      .join('\n');
  try {
    const serve = (name: string) => startServerProcess(dir, name, ['--local-cluster']);
    const [hubServer, spokeServer] = await Promise.all([serve('hub'), serve('spoke')]);
    servers.push(hubServer, spokeServer);
    const [hub, spoke] = await Promise.all([reach(hubServer), reach(spokeServer)]);
    await initHub(hub, { programNamespaces: [], definitions: [] });
    const rights = parts.upstreamRights ?? '';
    await Promise.all([
      give(hub, [hubNamespace], execFileSync(rights, ['hub'], { encoding: 'utf8' })),
      give(spoke, [agentNamespace], execFileSync(rights, ['cluster'], { encoding: 'utf8' })),
    ]);
    const hubAccount = (name: string) => kubeconfigOf(dir, hub, hubServer, hubNamespace, name);
    const spokeAccount = (name: string) =>
      kubeconfigOf(dir, spoke, spokeServer, agentNamespace, name);
    const listen = async () => `--listen=127.0.0.1:${await freePort()}`;

    const {
      upstreamRegistration = '',
      upstreamWork = '',
      upstreamPlacementController = '',
    } = parts;
    const account = `system:serviceaccount:open-cluster-management:agent-registration-bootstrap`;
    run('registration-controller', upstreamRegistration, [
      'controller',
      `--kubeconfig=${await hubAccount('registration-controller-sa')}`,
      ...[`--namespace=${hubNamespace}`, await listen()],
      `--auto-approved-csr-users=${account}`,
      '--feature-gates=ManagedClusterAutoApproval=true,ResourceCleanup=true',
    ]);
    run('placement-controller', upstreamPlacementController, [
      'controller',
      `--kubeconfig=${await hubAccount('placement-controller-sa')}`,
      ...[`--namespace=${hubNamespace}`, await listen()],
    ]);
    run('work-controller', upstreamWork, [
      'manager',
      `--kubeconfig=${await hubAccount('work-controller-sa')}`,
      ...[`--namespace=${hubNamespace}`, await listen()],
      '--feature-gates=ManifestWorkReplicaSet=true',
    ]);
    const bootstrap = write(dir, hubServer, 'bootstrap', await bootstrapToken(hub));
    const hubFolder = join(dir, 'hub-kubeconfig');
    // Without election: the lease of one that was killed would keep the next one waiting for two minutes.
    const startAgents = async (): Promise<void> => {
      run('registration-agent', upstreamRegistration, [
        'agent',
        `--kubeconfig=${await spokeAccount('klusterlet-registration-sa')}`,
        `--bootstrap-kubeconfig=${bootstrap}`,
        ...[`--namespace=${agentNamespace}`, await listen()],
        `--spoke-cluster-name=${upstreamCluster}`,
        `--hub-kubeconfig-dir=${hubFolder}`,
        '--disable-leader-election',
      ]);
      // In a cluster the folder is the volume of a Secret, and kubelet starts the work agent again until it is there.
      while (!existsSync(join(hubFolder, 'kubeconfig'))) {
        if (running.get('registration-agent')?.exitCode !== null) {
          throw new Error('the registration agent ended before it joined');
        }
        await pause(50);
      }
      run('work-agent', upstreamWork, [
        'agent',
        `--kubeconfig=${await spokeAccount('klusterlet-work-sa')}`,
        ...[`--namespace=${agentNamespace}`, await listen()],
        `--spoke-cluster-name=${upstreamCluster}`,
        '--workload-source-driver=kube',
        `--workload-source-config=${join(hubFolder, 'kubeconfig')}`,
        '--agent-id=upstream',
        '--status-sync-interval=1s',
        '--disable-leader-election',
      ]);
    };
    await startAgents();
    return {
      hub,
      spoke,
      logs,
      complaints: () => servers.flatMap((server) => server.complaints()),
      killHub: hubServer.restart,
      startAgents,
      stopAgents: async () => {
        await Promise.all(['registration-agent', 'work-agent'].map((name) => end(running, name)));
      },
      stop: async () => {
        hub.close();
        spoke.close();
        await stop();
      },
    };
  } catch (error) {
    const told = logs();
    await stop();
    throw new Error(`${error instanceof Error ? error.stack : String(error)}\n${told}`);
  }
}

/** The end of a log, without what upstream's programs say over and over where no front proxy is known. */
function logOf(file: string): string {
  if (!existsSync(file)) return '';
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines
    .filter((line) => !line.includes('requestheader-client-ca-file'))
    .slice(-40)
    .join('\n');
}

async function end(running: Map<string, ChildProcess>, name: string): Promise<void> {
  const child = running.get(name);
  running.delete(name);
  if (child !== undefined) await killed(child);
}

async function reach(server: ServerProcess): Promise<Cluster> {
  const loaded = await loadKubeconfig({ path: server.kubeconfig });
  if (!loaded.ok) throw new Error(loaded.why);
  return connect(loaded.kubeconfig);
}

async function give(to: Cluster, namespaces: readonly string[], yaml: string): Promise<void> {
  const read = parseYaml(yaml);
  if (!read.ok) throw new Error(read.message);
  const made = namespaces.map((name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name },
  }));
  const objects = read.documents.map(({ value }) => value as unknown as KubeObject | null);
  for (const object of [...made, ...objects]) {
    if (object === null) continue;
    const applied = withoutRemovals(object);
    const answer = await to.apply(applied, { fieldManager: 'upstream', force: true });
    if (!answer.ok) throw new Error(`${object.kind} ${object.metadata.name}: ${answer.message}`);
  }
}

/** An annotation whose name ends with a dash is, in upstream's manifests, one that is to be taken away. */
function withoutRemovals(object: KubeObject): KubeObject {
  const kept = Object.entries(object.metadata.annotations ?? {}).filter(
    ([name]) => !name.endsWith('-'),
  );
  return { ...object, metadata: { ...object.metadata, annotations: Object.fromEntries(kept) } };
}

async function kubeconfigOf(
  dir: string,
  of: Cluster,
  server: ServerProcess,
  namespace: string,
  name: string,
): Promise<string> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
  const answer = await of.request('POST', path, body);
  if (!answer.ok) throw new Error(answer.message);
  return write(dir, server, name, (answer.value as { status: { token: string } }).status.token);
}

function write(dir: string, server: ServerProcess, user: string, token: string): string {
  const admin = JSON.parse(readFileSync(server.kubeconfig, 'utf8')) as {
    readonly clusters: readonly [
      { readonly cluster: { readonly 'certificate-authority-data': string } },
    ];
  };
  const ca = admin.clusters[0].cluster['certificate-authority-data'];
  const file = join(dir, `${user}.kubeconfig`);
  const text = formatKubeconfig({
    context: user,
    cluster: 'upstream',
    user,
    server: `https://127.0.0.1:${server.port}`,
    caPem: Buffer.from(ca, 'base64').toString(),
    credential: { token },
  });
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}
