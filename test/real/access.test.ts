import { describe } from 'vitest';
import { issueClientCertificate } from '../../src/runtime/certificates/authority.ts';
import { accessSuite } from '../runtime/apiserver/access-suite.ts';
import { startKubeApiserver } from '../support/kube-apiserver.ts';
import { missingRealParts } from '../support/real-parts.ts';

const missing = missingRealParts('kubeApiserver', 'etcd');

describe.skipIf(missing !== '')(`kube-apiserver${missing}`, () => {
  accessSuite(async () => {
    const server = await startKubeApiserver();
    const { url, caPem: ca, adminCertPem: cert, adminKeyPem: key } = server;
    const authority = { certificatePem: ca, keyPem: server.caKeyPem };
    const hour = 3_600_000;
    return {
      admin: { url, ca, cert, key },
      user: async (commonName, ...organizations) => {
        const validity = { notBefore: Date.now() - hour, notAfter: Date.now() + hour };
        const identity = { commonName, organizations };
        const pair = await issueClientCertificate(authority, identity, validity);
        return { url, ca, cert: pair.certificatePem, key: pair.keyPem };
      },
      stop: server.stop,
    };
  });
});
