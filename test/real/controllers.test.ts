import { describe, expect } from 'vitest';
import { customResourceDefinitions } from '../../src/kube/schema/definitions.ts';
import { connect } from '../../src/runtime/client/kube.ts';
import { loadKubeconfig } from '../../src/runtime/client/kubeconfig.ts';
import {
  clusterServices,
  clusterServicesEvaluator,
} from '../../src/runtime/clusterservices/services.ts';
import { runControllers } from '../../src/runtime/control/run.ts';
import { type Served, servedSuite } from '../runtime/served.ts';
import { startKubeApiserver } from '../support/kube-apiserver.ts';
import { missingRealParts } from '../support/real-parts.ts';

const missing = missingRealParts('kubeApiserver', 'etcd');

async function serve(userAgent: string, simulateDeployments: boolean): Promise<Served> {
  const server = await startKubeApiserver();
  const loaded = await loadKubeconfig({ path: server.adminKubeconfigPath });
  if (!loaded.ok) throw new Error(loaded.why);
  const cluster = connect(loaded.kubeconfig, { userAgent });
  for (const definition of customResourceDefinitions()) {
    expect(await cluster.create(definition)).toMatchObject({ ok: true });
  }
  const ends = new AbortController();
  const authority = { certificatePem: server.caPem, keyPem: server.caKeyPem };
  const services = runControllers({
    controllers: clusterServices({ caPem: server.caPem, simulateDeployments }),
    clusters: { hub: cluster },
    evaluator: clusterServicesEvaluator({ authority, cluster, now: Date.now }),
    signal: ends.signal,
  });
  await services.ready;
  return {
    cluster,
    stop: async () => {
      ends.abort();
      cluster.close();
      await server.stop();
    },
  };
}

describe.skipIf(missing !== '')(`hub and agent over real kube-apiservers${missing}`, () => {
  servedSuite(
    () => serve('hub', false),
    () => serve('agent', true),
  );
});
