import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client, type OurServer, type Reply, startOurs } from '../runtime/apiserver/harness.ts';
import { type Step, stories } from '../runtime/apiserver/steps.ts';
import { type RealApiserver, startKubeApiserver } from '../support/kube-apiserver.ts';
import { missingRealParts } from '../support/real-parts.ts';

const missing = missingRealParts('kubeApiserver', 'etcd');

function told({ status, body }: Reply, show: Step['show']): unknown {
  return [status, body?.reason ?? '', status < 400 && show !== undefined ? show(body) : null];
}

describe.skipIf(missing !== '')(`step by step, on both servers${missing}`, () => {
  let embedded: OurServer;
  let kubeApiserver: RealApiserver;
  let ours: Client;
  let real: Client;
  beforeAll(async () => {
    [embedded, kubeApiserver] = await Promise.all([startOurs(), startKubeApiserver()]);
    const { url, caPem: ca, adminCertPem: cert, adminKeyPem: key } = kubeApiserver;
    ours = new Client(embedded.admin);
    real = new Client({ url, ca, cert, key });
  }, 240_000);
  afterAll(async () => {
    ours.close();
    real.close();
    expect(embedded.bugs).toEqual([]);
    await Promise.all([embedded.stop(), kubeApiserver.stop()]);
  });

  test.each(Object.entries(stories))('%s', async (_, steps) => {
    for (const { name, ask, show, differs } of steps) {
      const [mine, theirs] = await Promise.all([ask(ours), ask(real)]);
      if (differs === undefined) {
        expect([name, told(mine, show)]).toEqual([name, told(theirs, show)]);
      } else {
        expect([name, mine.status]).not.toEqual([name, 500]);
      }
    }
  });
});
