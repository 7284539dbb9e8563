import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { acceptCluster } from '../../src/cli/local/accept.ts';
import { bootstrapKubeconfig } from '../../src/cli/local/fleet.ts';
import { bootstrapToken, initHub } from '../../src/cli/local/hub-init.ts';
import { Supervisor } from '../../src/cli/local/supervisor.ts';
import { managedClusterKind } from '../../src/kube/ocm/cluster.ts';
import { customResourceDefinitions } from '../../src/kube/schema/definitions.ts';
import type { Cluster } from '../../src/runtime/client/cluster.ts';
import { connect } from '../../src/runtime/client/kube.ts';
import { type Kubeconfig, loadKubeconfig } from '../../src/runtime/client/kubeconfig.ts';
import { fleetSuite, source } from '../e2e/suite.ts';
import type { RealApiserver } from '../support/kube-apiserver.ts';
import { startRealCluster } from '../support/real-cluster.ts';
import { missingRealParts } from '../support/real-parts.ts';

const missing = missingRealParts('kubeApiserver', 'etcd');
const dir = mkdtempSync(join(tmpdir(), 'ocm-real-e2e-'));
const clusters = ['cluster1', 'cluster2'];

async function load(path: string): Promise<Kubeconfig> {
  const loaded = await loadKubeconfig({ path });
  if (!loaded.ok) throw new Error(loaded.why);
  return loaded.kubeconfig;
}

// cluster1 is a kube-apiserver, cluster2 our own server: agents take both for the same.
describe.skipIf(missing !== '')(
  `hub controllers and agents on a real kube-apiserver${missing}`,
  () => {
    fleetSuite(
      async () => {
        const abort = new AbortController();
        const supervisor = new Supervisor({ dir, signal: abort.signal, tell: () => {} });
        const [hub, first] = await Promise.all([
          startRealCluster(abort.signal, false),
          startRealCluster(abort.signal, true),
        ]);
        const second = join(dir, 'cluster2.kubeconfig');
        const args = ['server', '--data', join(dir, 'cluster2'), '--kubeconfig-out', second];
        await supervisor.start({
          name: 'cluster2',
          args: [...args, '--local-cluster'],
          readyFile: second,
        });
        await initHub(hub.cluster, {
          programNamespaces: ['e2e'],
          definitions: customResourceDefinitions(),
        });
        await supervisor.start({
          name: 'controllers',
          args: ['hub', 'controllers', '--kubeconfig', hub.server.adminKubeconfigPath],
        });
        const bootstrap = join(dir, 'bootstrap.kubeconfig');
        writeFileSync(
          bootstrap,
          bootstrapKubeconfig(hub.config, await bootstrapToken(hub.cluster)),
        );
        const kubeconfigs = [first.server.adminKubeconfigPath, second];
        for (const [at, name] of clusters.entries()) {
          await startAgent(supervisor, { name, bootstrap, kubeconfig: kubeconfigs[at] ?? '' });
          await acceptCluster(hub.cluster, name, { signal: abort.signal, timeoutMillis: 60_000 });
          const labels = { environment: 'prod', ...(at === 0 && { ring: 'canary' }) };
          const of = { ...managedClusterKind, namespace: '', name };
          await hub.cluster.mergePatch(of, { metadata: { labels } });
        }
        const connected: [string, Cluster][] = [
          ['cluster1', first.cluster],
          ['cluster2', connect(await load(second))],
        ];
        return {
          hub: hub.cluster,
          hubKubeconfig: hub.server.adminKubeconfigPath,
          clusters: new Map(connected),
          stop: async () => {
            await supervisor.stop();
            abort.abort();
            for (const [, cluster] of connected) cluster.close();
            hub.cluster.close();
            await stopAll([hub.server, first.server]);
            // OCM_KEEP keeps the logs of a run that failed
            if (!process.env['OCM_KEEP']) rmSync(dir, { recursive: true, force: true });
          },
        };
      },
      {
        write: (mode) => {
          writeFileSync(join(dir, 'main.ocm'), source(mode));
          return join(dir, 'main.ocm');
        },
      },
    );
  },
);

async function startAgent(
  supervisor: Supervisor,
  of: { readonly name: string; readonly bootstrap: string; readonly kubeconfig: string },
): Promise<void> {
  await supervisor.start({
    name: `agent-${of.name}`,
    args: [
      'agent',
      ...['--bootstrap-kubeconfig', of.bootstrap],
      ...['--cluster-kubeconfig', of.kubeconfig],
      ...['--cluster-name', of.name],
      ...['--data', join(dir, `agent-${of.name}`)],
    ],
  });
}

async function stopAll(servers: readonly RealApiserver[]): Promise<void> {
  await Promise.all(servers.map((server) => server.stop()));
}
