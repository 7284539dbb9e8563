import { bootstrapKubeconfig } from '../../../src/cli/local/fleet.ts';
import { initHub } from '../../../src/cli/local/hub-init.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import { customResourceDefinitions } from '../../../src/kube/schema/definitions.ts';
import { parseYaml } from '../../../src/kube/yaml.ts';
import type { Cluster } from '../../../src/runtime/client/cluster.ts';
import { connect } from '../../../src/runtime/client/kube.ts';
import { type Kubeconfig, loadKubeconfig } from '../../../src/runtime/client/kubeconfig.ts';
import { startRealCluster } from '../../support/real-cluster.ts';
import type { Machine } from './machine.ts';

/** Whose part stands in a cell. */
export type Maker = 'ours' | 'upstream';

/** An API server of a cell, with the cluster services beside it. */
export interface ApiServer {
  readonly cluster: Cluster;
  readonly config: Kubeconfig;
  /** The administrator's file. */
  readonly kubeconfig: string;
  readonly stop: () => Promise<void>;
}

export async function startOurServer(
  machine: Machine,
  name: string,
  flags: readonly string[] = [],
): Promise<ApiServer> {
  const kubeconfig = machine.path(`${name}.kubeconfig`);
  const args = ['server', '--data', machine.path(name), '--kubeconfig-out', kubeconfig];
  machine.ocm(name, [...args, ...flags]);
  await machine.untilWritten(kubeconfig, name);
  const loaded = await loadKubeconfig({ path: kubeconfig });
  if (!loaded.ok) throw new Error(loaded.why);
  const cluster = connect(loaded.kubeconfig);
  return { cluster, config: loaded.kubeconfig, kubeconfig, stop: async () => cluster.close() };
}

export async function startKubernetesServer(): Promise<ApiServer> {
  const abort = new AbortController();
  const { server, config, cluster } = await startRealCluster(abort.signal, false);
  const stop = async () => {
    abort.abort();
    cluster.close();
    await server.stop();
  };
  return { cluster, config, kubeconfig: server.adminKubeconfigPath, stop };
}

/** An API server that knows OCM's kinds and the account agents join with. */
export async function startHub(maker: Maker, machine: Machine): Promise<ApiServer> {
  const hub =
    maker === 'ours' ? await startOurServer(machine, 'hub') : await startKubernetesServer();
  const definitions = maker === 'ours' ? [] : customResourceDefinitions();
  await initHub(hub.cluster, { programNamespaces: [], definitions });
  return hub;
}

/** A kubeconfig with a token of a service account. */
export async function accountKubeconfig(
  machine: Machine,
  { cluster, config }: ApiServer,
  namespace: string,
  name: string,
): Promise<string> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
  const answer = await cluster.request('POST', path, body);
  if (!answer.ok) throw new Error(answer.message);
  const { token } = (answer.value as { readonly status: { readonly token: string } }).status;
  return machine.write(`${name}.kubeconfig`, bootstrapKubeconfig(config, token));
}

/** Applies the objects of a YAML text in their namespace. */
export async function applyYaml(to: Cluster, namespace: string, yaml: string): Promise<void> {
  const read = parseYaml(yaml);
  if (!read.ok) throw new Error(read.message);
  const own = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  const objects = read.documents.map(({ value }) => value as unknown as KubeObject | null);
  for (const object of [own, ...objects]) {
    if (object === null) continue;
    const of = withoutRemovals(object);
    const answer = await to.apply(of, { fieldManager: 'upstream', force: true });
    if (!answer.ok) throw new Error(`${object.kind} ${object.metadata.name}: ${answer.message}`);
  }
}

/** In upstream's manifests an annotation whose name ends with a dash is one to be taken away. */
function withoutRemovals(object: KubeObject): KubeObject {
  const kept = Object.entries(object.metadata.annotations ?? {}).filter(
    ([name]) => !name.endsWith('-'),
  );
  return { ...object, metadata: { ...object.metadata, annotations: Object.fromEntries(kept) } };
}
