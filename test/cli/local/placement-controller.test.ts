import { describe } from 'vitest';
import { startEmbeddedServer } from '../../support/embedded-server.ts';
import { placementControllerSuite } from './placement-controller.ts';

describe('the placement controller over the embedded API server', () => {
  placementControllerSuite(async () => {
    const { adminKubeconfig, cluster, stop } = await startEmbeddedServer();
    return { kubeconfig: adminKubeconfig, cluster, stop };
  });
});
