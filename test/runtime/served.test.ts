import { describe } from 'vitest';
import {
  clusterServices,
  clusterServicesEvaluator,
} from '../../src/runtime/clusterservices/services.ts';
import { runControllers } from '../../src/runtime/control/run.ts';
import { startEmbeddedServer } from '../support/embedded-server.ts';
import { type Served, servedSuite } from './served.ts';

async function serve(userAgent: string, simulateDeployments: boolean): Promise<Served> {
  const { cluster, caPem, caKeyPem, stop } = await startEmbeddedServer(userAgent);
  const ends = new AbortController();
  const authority = { certificatePem: caPem, keyPem: caKeyPem };
  const services = runControllers({
    controllers: clusterServices({ caPem, simulateDeployments }),
    clusters: { hub: cluster },
    evaluator: clusterServicesEvaluator({ authority, cluster, now: Date.now }),
    signal: ends.signal,
  });
  await services.ready;
  return {
    cluster,
    stop: async () => {
      ends.abort();
      await stop();
    },
  };
}

describe('hub and agent over our own API servers', () => {
  servedSuite(
    () => serve('hub', false),
    () => serve('agent', true),
  );
});
