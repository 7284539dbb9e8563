import { describe } from 'vitest';
import { startEmbeddedServer } from '../../support/embedded-server.ts';
import { clusterServicesSuite } from './suite.ts';

describe('cluster services beside our own server', () => {
  clusterServicesSuite(() => startEmbeddedServer('ocm-cluster-services'));
});
