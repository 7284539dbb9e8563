import { describe } from 'vitest';
import { customResourceDefinitions } from '../../src/kube/schema/definitions.ts';
import { connect } from '../../src/runtime/client/kube.ts';
import { loadKubeconfig } from '../../src/runtime/client/kubeconfig.ts';
import { registrationSuite } from '../runtime/agent/registration/suite.ts';
import { startKubeApiserver } from '../support/kube-apiserver.ts';
import { missingRealParts } from '../support/real-parts.ts';

const missing = missingRealParts('kubeApiserver', 'etcd');

describe.skipIf(missing !== '')(`registration against a real kube-apiserver${missing}`, () => {
  registrationSuite(async () => {
    const server = await startKubeApiserver();
    const loaded = await loadKubeconfig({ path: server.adminKubeconfigPath });
    if (!loaded.ok) throw new Error(loaded.why);
    const { url, caPem, caKeyPem, stop } = server;
    return {
      url,
      caPem,
      caKeyPem,
      cluster: connect(loaded.kubeconfig, { userAgent: 'ocm-hub' }),
      definitions: customResourceDefinitions(),
      servesItself: false,
      stop,
    };
  });
});
