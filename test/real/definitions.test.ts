import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { definitionCases, tryDefinition } from '../runtime/apiserver/definitions.ts';
import { definitionsSuite } from '../runtime/apiserver/definitions-suite.ts';
import { Client, type OurServer, type Reply, startOurs } from '../runtime/apiserver/harness.ts';
import { type RealApiserver, startKubeApiserver } from '../support/kube-apiserver.ts';
import { missingRealParts } from '../support/real-parts.ts';

const missing = missingRealParts('kubeApiserver', 'etcd');

/** What answers are compared by: the code, the reason, and which fields are wrong in which way. */
function told({ status, body }: Reply): string {
  const given: readonly { reason: string; field: string }[] = body?.details?.causes ?? [];
  const causes = new Set(given.map(({ reason, field }) => `${reason} ${field}`));
  return [status, body?.reason ?? '', ...[...causes].sort()].join(' | ');
}

describe.skipIf(missing !== '')(`definitions on kube-apiserver${missing}`, () => {
  definitionsSuite(async () => {
    const server = await startKubeApiserver();
    const { url, caPem: ca, adminCertPem: cert, adminKeyPem: key } = server;
    return { admin: { url, ca, cert, key }, stop: server.stop };
  });
});

describe.skipIf(missing !== '')(`definitions that are wrong, on both servers${missing}`, () => {
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
    await Promise.all([embedded.stop(), kubeApiserver.stop()]);
  });

  test('are refused for the same fields', async () => {
    const wrong: string[] = [];
    for (const each of definitionCases) {
      const [mine, theirs] = await Promise.all([
        tryDefinition(ours, each),
        tryDefinition(real, each),
      ]);
      const same = told(mine) === told(theirs);
      if (same !== (each.differs === undefined)) {
        wrong.push(`${each.name}: ${told(mine)}, not ${told(theirs)}`);
      }
    }
    expect(definitionCases.length).toBeGreaterThan(150);
    expect(wrong).toEqual([]);
  }, 120_000);
});
