import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { startFleet } from '../../src/cli/local/fleet.ts';
import { fleetSuite, source } from './suite.ts';

const dir = mkdtempSync(join(tmpdir(), 'ocm-e2e-'));

/** Writes the program of the suite into a folder of its own. */
function write(mode: 'inform' | 'enforce'): string {
  writeFileSync(join(dir, 'main.ocm'), source(mode));
  return dir;
}

describe('hub, controllers and agents on the embedded API server', () => {
  fleetSuite(
    async () => {
      const prod = { environment: 'prod' };
      const fleet = await startFleet({
        dir: join(dir, 'fleet'),
        clusters: ['cluster1', 'cluster2', 'cluster3'],
        port: 0,
        programNamespaces: ['e2e'],
        labels: { cluster1: { ...prod, ring: 'canary' }, cluster2: prod, cluster3: prod },
        signal: new AbortController().signal,
        step: () => {},
      });
      return {
        hub: fleet.hub.cluster,
        hubKubeconfig: fleet.hub.kubeconfig,
        clusters: new Map(fleet.clusters.map(({ name, cluster }) => [name, cluster])),
        killHub: async () => {
          const pid = fleet.supervisor.process('hub')?.pid;
          if (pid !== undefined) process.kill(pid, 'SIGKILL');
        },
        stop: async () => {
          await fleet.stop();
          rmSync(dir, { recursive: true, force: true });
        },
      };
    },
    { write },
  );
});
