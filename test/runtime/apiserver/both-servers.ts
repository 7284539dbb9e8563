import { expect } from 'vitest';
import { startKubeApiserver } from '../../support/kube-apiserver.ts';
import { Client, startOurs } from './harness.ts';

/** Our API server and kube-apiserver, each asked as its administrator. */
export interface BothServers {
  readonly ours: Client;
  readonly real: Client;
  /** Ends both; fails where ours had met a bug. */
  readonly stop: () => Promise<void>;
}

/** Starts both; definitions of kinds are there on both. */
export async function startBoth(
  options: Pick<NonNullable<Parameters<typeof startOurs>[0]>, 'definitions'> = {},
): Promise<BothServers> {
  const [embedded, kubeApiserver] = await Promise.all([startOurs(options), startKubeApiserver()]);
  const { url, caPem: ca, adminCertPem: cert, adminKeyPem: key } = kubeApiserver;
  const ours = new Client(embedded.admin);
  const real = new Client({ url, ca, cert, key });
  for (const definition of options.definitions ?? []) {
    const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    expect((await real.post(path, definition)).status).toBe(201);
  }
  return {
    ours,
    real,
    stop: async () => {
      ours.close();
      real.close();
      expect(embedded.bugs).toEqual([]);
      await Promise.all([embedded.stop(), kubeApiserver.stop()]);
    },
  };
}
