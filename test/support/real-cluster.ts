import type { Cluster } from '../../src/runtime/client/cluster.ts';
import { connect } from '../../src/runtime/client/kube.ts';
import { type Kubeconfig, loadKubeconfig } from '../../src/runtime/client/kubeconfig.ts';
import {
  clusterServices,
  clusterServicesEvaluator,
} from '../../src/runtime/clusterservices/services.ts';
import { runControllers } from '../../src/runtime/control/run.ts';
import { type RealApiserver, startKubeApiserver } from './kube-apiserver.ts';

/** A kube-apiserver with an administrator's connection. */
export interface RealCluster {
  readonly server: RealApiserver;
  readonly config: Kubeconfig;
  readonly cluster: Cluster;
}

/** A kube-apiserver with what kube-controller-manager would do beside it, until the signal aborts. */
export async function startRealCluster(
  signal: AbortSignal,
  simulateDeployments: boolean,
): Promise<RealCluster> {
  const server = await startKubeApiserver();
  const loaded = await loadKubeconfig({ path: server.adminKubeconfigPath });
  if (!loaded.ok) throw new Error(loaded.why);
  const cluster = connect(loaded.kubeconfig);
  runControllers({
    controllers: clusterServices({ caPem: server.caPem, simulateDeployments }),
    clusters: { hub: cluster },
    evaluator: clusterServicesEvaluator({
      authority: { certificatePem: server.caPem, keyPem: server.caKeyPem },
      cluster,
      now: () => Date.now(),
    }),
    signal,
  });
  return { server, config: loaded.kubeconfig, cluster };
}
