import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customResourceDefinitions } from '../../src/kube/schema/definitions.ts';
import { Client, type OurServer, startOurs } from '../runtime/apiserver/harness.ts';
import { answersOf, matrixKinds } from '../runtime/apiserver/matrix.ts';
import { until } from '../runtime/apiserver/suite.ts';
import { type RealApiserver, startKubeApiserver } from '../support/kube-apiserver.ts';
import { missingRealParts } from '../support/real-parts.ts';

const missing = missingRealParts('kubeApiserver', 'etcd');
const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'matrix' } };
const definitions = customResourceDefinitions();

describe.skipIf(missing !== '')(`every verb on every kind, on both servers${missing}`, () => {
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
    for (const { path, custom } of matrixKinds) {
      if (custom) await until(async () => (await real.get(path)).status === 200);
    }
    for (const client of [ours, real]) {
      expect((await client.post('/api/v1/namespaces', namespace)).status).toBe(201);
    }
  }, 240_000);

  afterAll(async () => {
    ours.close();
    real.close();
    expect(embedded.bugs).toEqual([]);
    await Promise.all([embedded.stop(), kubeApiserver.stop()]);
  });

  test.each(matrixKinds)(
    '$name',
    async (of) => {
      const [mine, theirs] = await Promise.all([answersOf(of, ours), answersOf(of, real)]);
      expect(mine).toEqual(theirs);
    },
    60_000,
  );
});
