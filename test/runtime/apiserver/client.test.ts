import { afterAll, describe, expect } from 'vitest';
import { connect } from '../../../src/runtime/client/kube.ts';
import { formatKubeconfig, loadKubeconfig } from '../../../src/runtime/client/kubeconfig.ts';
import { clientSuite } from '../client/suite.ts';
import { type OurServer, startOurs } from './harness.ts';

describe('our API server, for our client', () => {
  let server: OurServer | undefined;
  clientSuite(async () => {
    server = await startOurs();
    const { url, ca, cert = '', key = '' } = server.admin;
    const text = formatKubeconfig({
      ...{ context: 'test', cluster: 'test', user: 'admin', server: url, caPem: ca },
      credential: { certificatePem: cert, keyPem: key },
    });
    const loaded = await loadKubeconfig({ text });
    if (!loaded.ok) throw new Error(loaded.why);
    return { cluster: connect(loaded.kubeconfig), stop: server.stop };
  });
  afterAll(() => expect(server?.bugs).toEqual([]));
});
