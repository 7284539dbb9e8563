import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customResourceDefinitions } from '../../src/kube/schema/definitions.ts';
import { type BothServers, startBoth } from '../runtime/apiserver/both-servers.ts';
import type { Client } from '../runtime/apiserver/harness.ts';
import { answersOf, matrixKinds } from '../runtime/apiserver/matrix.ts';
import { until } from '../runtime/apiserver/suite.ts';
import { missingRealParts } from '../support/real-parts.ts';

const missing = missingRealParts('kubeApiserver', 'etcd');
const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'matrix' } };
const definitions = customResourceDefinitions();

describe.skipIf(missing !== '')(`every verb on every kind, on both servers${missing}`, () => {
  let both: BothServers;
  let ours: Client;
  let real: Client;

  beforeAll(async () => {
    both = await startBoth({ definitions });
    ({ ours, real } = both);
    for (const { path, custom } of matrixKinds) {
      if (custom) await until(async () => (await real.get(path)).status === 200);
    }
    for (const client of [ours, real]) {
      expect((await client.post('/api/v1/namespaces', namespace)).status).toBe(201);
    }
  }, 240_000);

  afterAll(() => both.stop());

  test.each(matrixKinds)(
    '$name',
    async (of) => {
      const [mine, theirs] = await Promise.all([answersOf(of, ours), answersOf(of, real)]);
      expect(mine).toEqual(theirs);
    },
    60_000,
  );
});
