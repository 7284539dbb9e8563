import { describe } from 'vitest';
import { connect } from '../../src/runtime/client/kube.ts';
import { loadKubeconfig } from '../../src/runtime/client/kubeconfig.ts';
import { clusterServicesSuite } from '../runtime/clusterservices/suite.ts';
import { startKubeApiserver } from '../support/kube-apiserver.ts';
import { missingRealParts } from '../support/real-parts.ts';

const missing = missingRealParts('kubeApiserver', 'etcd');

describe.skipIf(missing !== '')(`cluster services beside a real kube-apiserver${missing}`, () => {
  clusterServicesSuite(async () => {
    const server = await startKubeApiserver();
    const loaded = await loadKubeconfig({ path: server.adminKubeconfigPath });
    if (!loaded.ok) throw new Error(loaded.why);
    const cluster = connect(loaded.kubeconfig, { userAgent: 'ocm-cluster-services' });
    const { caPem, caKeyPem } = server;
    return {
      cluster,
      caPem,
      caKeyPem,
      stop: async () => {
        cluster.close();
        await server.stop();
      },
    };
  });
});
