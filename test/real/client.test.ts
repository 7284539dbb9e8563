import { describe } from 'vitest';
import { connect } from '../../src/runtime/client/kube.ts';
import { loadKubeconfig } from '../../src/runtime/client/kubeconfig.ts';
import { clientSuite } from '../runtime/client/suite.ts';
import { startKubeApiserver } from '../support/kube-apiserver.ts';
import { missingRealParts } from '../support/real-parts.ts';

const missing = missingRealParts('kubeApiserver', 'etcd');

describe.skipIf(missing !== '')(`the client against a real kube-apiserver${missing}`, () => {
  clientSuite(async () => {
    const server = await startKubeApiserver();
    const loaded = await loadKubeconfig({ path: server.adminKubeconfigPath });
    if (!loaded.ok) throw new Error(loaded.why);
    return { cluster: connect(loaded.kubeconfig), stop: server.stop };
  });
});
