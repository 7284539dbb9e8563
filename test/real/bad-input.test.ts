import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customResourceDefinitions } from '../../src/kube/schema/definitions.ts';
import { badInputObjects, badRequests } from '../runtime/apiserver/bad-input.ts';
import { Client, type OurServer, type Reply, startOurs } from '../runtime/apiserver/harness.ts';
import { until } from '../runtime/apiserver/suite.ts';
import { type RealApiserver, startKubeApiserver } from '../support/kube-apiserver.ts';
import { missingRealParts } from '../support/real-parts.ts';

const missing = missingRealParts('kubeApiserver', 'etcd');
const definitions = customResourceDefinitions();

/** What answers are compared by: the code, the reason, which fields are wrong in which way, what is warned of. */
function told({ status, body, headers }: Reply): string {
  const given: readonly { reason: string; field: string }[] = body?.details?.causes ?? [];
  const causes = new Set(given.map(({ reason, field }) => `${reason} ${field}`));
  const duplicates = String(headers['warning'] ?? '').match(/duplicate field \\"[^"]*"/g) ?? [];
  return [status, body?.reason ?? '', ...[...causes].sort(), ...duplicates].join(' | ');
}

describe.skipIf(missing !== '')(`bad input, on both servers${missing}`, () => {
  let embedded: OurServer;
  let kubeApiserver: RealApiserver;
  let ours: Client;
  let real: Client;

  beforeAll(async () => {
    [embedded, kubeApiserver] = await Promise.all([
      startOurs({ definitions }),
      startKubeApiserver(),
    ]);
    const { url, caPem: ca, adminCertPem: cert, adminKeyPem: key } = kubeApiserver;
    ours = new Client(embedded.admin);
    real = new Client({ url, ca, cert, key });
    for (const definition of definitions) {
      const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
      expect((await real.post(path, definition)).status).toBe(201);
    }
    for (const client of [ours, real]) {
      for (const [path, object] of badInputObjects) {
        await until(async () => [201, 409].includes((await client.post(path, object)).status));
      }
    }
  }, 240_000);
  afterAll(async () => {
    ours.close();
    real.close();
    expect(embedded.bugs).toEqual([]);
    await Promise.all([embedded.stop(), kubeApiserver.stop()]);
  });

  test('gets the same error', async () => {
    const wrong: string[] = [];
    for (const { name, ask, differs } of badRequests) {
      const [mine, theirs] = await Promise.all([ask(ours), ask(real)]);
      if (differs !== undefined) {
        expect([name, mine.status < 500]).toEqual([name, true]);
        if (told(mine) === told(theirs)) wrong.push(`${name}: does not differ`);
      } else if (told(mine) !== told(theirs)) {
        wrong.push(`${name}: ${told(mine)}, not ${told(theirs)}`);
      }
    }
    expect(badRequests.length).toBeGreaterThan(700);
    expect(wrong).toEqual([]);
  }, 240_000);
});
