import { readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { customResourceDefinitions } from '../../src/kube/schema/definitions.ts';
import { connect } from '../../src/runtime/client/kube.ts';
import { loadKubeconfig } from '../../src/runtime/client/kubeconfig.ts';
import { type LookupsHub, lookupsSuite } from '../e2e/lookups.ts';
import { startKubeApiserver } from '../support/kube-apiserver.ts';
import { missingRealParts } from '../support/real-parts.ts';

const missing = missingRealParts('kubeApiserver', 'etcd');

async function start(): Promise<LookupsHub> {
  const server = await startKubeApiserver();
  const path = server.adminKubeconfigPath;
  const loaded = await loadKubeconfig({ path });
  if (!loaded.ok) throw new Error(loaded.why);
  const cluster = connect(loaded.kubeconfig, { userAgent: 'lookups' });
  for (const definition of customResourceDefinitions()) {
    expect(await cluster.create(definition)).toMatchObject({ ok: true });
  }
  return {
    cluster,
    adminKubeconfig: readFileSync(path, 'utf8'),
    stop: async () => {
      cluster.close();
      await server.stop();
    },
  };
}

describe.skipIf(missing !== '')(`lookups of an app on a real kube-apiserver${missing}`, () => {
  lookupsSuite(start);
});
