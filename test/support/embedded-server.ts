import { generateKeyPairSync } from 'node:crypto';
import { customResourceDefinitions } from '../../src/kube/schema/definitions.ts';
import { startApiserver } from '../../src/runtime/apiserver/server.ts';
import {
  createAuthority,
  issueClientCertificate,
  issueServerCertificate,
} from '../../src/runtime/certificates/authority.ts';
import type { Cluster } from '../../src/runtime/client/cluster.ts';
import { connect } from '../../src/runtime/client/kube.ts';
import { formatKubeconfig, loadKubeconfig } from '../../src/runtime/client/kubeconfig.ts';
import { memoryStore } from '../../src/runtime/store/memory.ts';

/** Our own API server, in this process, over a store in memory, with OCM's kinds in it. */
export interface EmbeddedServer {
  readonly url: string;
  readonly caPem: string;
  readonly caKeyPem: string;
  /** With all rights. */
  readonly adminKubeconfig: string;
  readonly cluster: Cluster;
  readonly bugs: readonly unknown[];
  readonly stop: () => Promise<void>;
}

/** Starts it on a free loopback port. */
export async function startEmbeddedServer(userAgent = 'ocm-test'): Promise<EmbeddedServer> {
  const validity = { notBefore: Date.now() - 3_600_000, notAfter: Date.now() + 86_400_000 };
  const authority = await createAuthority('test', validity);
  const names = { commonName: 'ocm-server', names: ['localhost'], addresses: ['127.0.0.1'] };
  const admin = { commonName: 'admin', organizations: ['system:masters'] };
  const [tls, credential] = await Promise.all([
    issueServerCertificate(authority, names, validity),
    issueClientCertificate(authority, admin, validity),
  ]);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const store = memoryStore();
  const bugs: unknown[] = [];
  const server = await startApiserver({
    store,
    tls,
    clientCaPem: authority.certificatePem,
    tokenKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    definitions: customResourceDefinitions(),
    port: 0,
    tellBug: (error) => bugs.push(error),
  });
  const adminKubeconfig = formatKubeconfig({
    context: 'embedded',
    cluster: 'embedded',
    user: 'admin',
    server: server.url,
    caPem: authority.certificatePem,
    credential,
  });
  const loaded = await loadKubeconfig({ text: adminKubeconfig });
  if (!loaded.ok) throw new Error(loaded.why);
  const cluster = connect(loaded.kubeconfig, { userAgent });
  return {
    url: server.url,
    caPem: authority.certificatePem,
    caKeyPem: authority.keyPem,
    adminKubeconfig,
    cluster,
    bugs,
    stop: async () => {
      cluster.close();
      await server.close();
      await store.close();
    },
  };
}
