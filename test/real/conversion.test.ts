import { describe } from 'vitest';
import { conversionSuite } from '../runtime/apiserver/conversion-suite.ts';
import { startKubeApiserver } from '../support/kube-apiserver.ts';
import { missingRealParts } from '../support/real-parts.ts';

const missing = missingRealParts('kubeApiserver', 'etcd');

describe.skipIf(missing !== '')(`conversion webhooks of kube-apiserver${missing}`, () => {
  conversionSuite(async () => {
    const server = await startKubeApiserver();
    const { url, caPem: ca, adminCertPem: cert, adminKeyPem: key } = server;
    return { admin: { url, ca, cert, key }, stop: server.stop };
  });
});
