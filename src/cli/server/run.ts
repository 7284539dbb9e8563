import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { customResourceDefinitions } from '../../kube/schema/definitions.ts';
import { type Apiserver, startApiserver } from '../../runtime/apiserver/server.ts';
import { formatKubeconfig, loadKubeconfig } from '../../runtime/client/kubeconfig.ts';
import { memoryStore } from '../../runtime/store/memory.ts';
import { sqliteStore } from '../../runtime/store/sqlite.ts';
import { StorageFailure, type Store } from '../../runtime/store/store.ts';
import { CommandFailure, type ExitCode, exit, type Io } from '../io.ts';
import { writeSecretFile } from '../local/secret-file.ts';
import { ofAbort } from '../local/wait.ts';
import { textLog } from '../terminal/log.ts';
import { why } from '../workspace.ts';
import { type ServerKeys, serverKeys } from './keys.ts';

export interface ServerOptions {
  /** Data and keys. */
  readonly data: string;
  /** 0: any free one. */
  readonly port: number;
  readonly host: string;
  readonly kubeconfigOut?: string;
  readonly memory: boolean;
  /** A cluster without nodes: the status of its Deployments is simulated. */
  readonly localCluster: boolean;
}

/** Runs one API server until the signal aborts. */
export async function runServer(options: ServerOptions, io: Io): Promise<ExitCode> {
  const data = resolve(io.cwd, options.data);
  const out = options.kubeconfigOut && resolve(io.cwd, options.kubeconfigOut);
  // it appears when the server is ready: one of an earlier life would say so too soon
  if (out !== undefined)
    attempt(`write ${options.kubeconfigOut}`, () => rmSync(out, { force: true }));
  const { keys, store } = await opened(data, options);
  try {
    const server = await start(store, keys, options, io);
    const text = kubeconfig(server.url, keys);
    if (out !== undefined)
      attempt(`write ${options.kubeconfigOut}`, () => writeSecretFile(out, text));
    io.err(`${server.url} is ready\n`);
    const services = runServices(text, keys, options, io);
    await ofAbort(io.signal);
    await server.close();
    await services;
    return exit.ok;
  } finally {
    await store.close();
  }
}

/** The keys and the store, made at the same time where they are missing. */
async function opened(data: string, { host, memory }: ServerOptions) {
  const [keys, store] = await Promise.allSettled([keysIn(data, host), openStore(data, memory)]);
  if (keys.status === 'rejected') {
    if (store.status === 'fulfilled') await store.value.close();
    throw keys.reason;
  }
  if (store.status === 'rejected') throw store.reason;
  return { keys: keys.value, store: store.value };
}

async function keysIn(data: string, host: string): Promise<ServerKeys> {
  try {
    return await serverKeys(join(data, 'keys'), host, Date.now());
  } catch (error) {
    throw new CommandFailure(exit.no, `cannot keep keys in ${data}: ${why(error)}`);
  }
}

async function openStore(data: string, memory: boolean): Promise<Store> {
  if (memory) return memoryStore();
  try {
    return await sqliteStore(join(data, 'store.db'));
  } catch (error) {
    if (error instanceof StorageFailure) throw new CommandFailure(exit.no, error.message);
    throw error;
  }
}

async function start(
  store: Store,
  keys: ServerKeys,
  { host, port }: ServerOptions,
  io: Io,
): Promise<Apiserver> {
  const log = textLog(io);
  try {
    return await startApiserver({
      store,
      tls: {
        ...keys.server,
        certificatePem: keys.server.certificatePem + keys.authority.certificatePem,
      },
      clientCaPem: keys.authority.certificatePem,
      tokenKeyPem: keys.tokenKeyPem,
      definitions: customResourceDefinitions(),
      host,
      port,
      tellBug: (error, path) => {
        log('error', error instanceof Error ? (error.stack ?? error.message) : String(error), {
          path,
        });
      },
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new CommandFailure(exit.no, `cannot listen on ${host}:${port}: ${why(error)}`);
  }
}

/** What kube-controller-manager does for a cluster; it speaks HTTP like everybody else. */
async function runServices(
  kubeconfigText: string,
  keys: ServerKeys,
  { localCluster }: ServerOptions,
  io: Io,
): Promise<void> {
  // loaded after the server is ready: it is seldom needed in the first second
  const [{ connect }, { runControllers }, services] = await Promise.all([
    import('../../runtime/client/kube.ts'),
    import('../../runtime/control/run.ts'),
    import('../../runtime/clusterservices/services.ts'),
  ]);
  const loaded = await loadKubeconfig({ text: kubeconfigText });
  if (!loaded.ok) throw new Error(loaded.why);
  const hub = connect(loaded.kubeconfig, { userAgent: 'ocm-cluster-services' });
  const { clusterServices, clusterServicesEvaluator } = services;
  runControllers({
    controllers: clusterServices({
      caPem: keys.authority.certificatePem,
      simulateDeployments: localCluster,
    }),
    clusters: { hub },
    evaluator: clusterServicesEvaluator({
      authority: keys.authority,
      cluster: hub,
      now: () => Date.now(),
    }),
    signal: io.signal,
    log: textLog(io),
  });
  io.signal.addEventListener('abort', () => hub.close(), { once: true });
}

/** The admin's way in. */
function kubeconfig(url: string, keys: ServerKeys): string {
  return formatKubeconfig({
    ...{ context: 'ocm', cluster: 'ocm', user: 'ocm-admin', server: url },
    caPem: keys.authority.certificatePem,
    credential: keys.admin,
  });
}

function attempt(what: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    throw new CommandFailure(exit.no, `cannot ${what}: ${why(error)}`);
  }
}
