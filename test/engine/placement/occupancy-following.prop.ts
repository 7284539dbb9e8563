import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromObjects } from '../../../src/engine/inventory/objects.ts';
import { numbersFollowing } from '../../../src/engine/inventory/ranking.ts';
import { Occupancy } from '../../../src/engine/placement/occupancy.ts';
import type { ManagedCluster } from '../../../src/kube/ocm/cluster.ts';

const names = Array.from({ length: 8 }, (_, at) => `c${at}`);
const clusters: readonly ManagedCluster[] = names.map((name) => ({
  apiVersion: 'cluster.open-cluster-management.io/v1',
  kind: 'ManagedCluster',
  metadata: { name },
}));
const change = fc.tuple(fc.constantFrom(...names, 'unknown'), fc.constantFrom(1, -1), fc.boolean());

test('counts that follow an occupancy are its counts, however many changes lie between two looks', () => {
  fc.assert(
    fc.property(
      fc.array(change, { maxLength: 40 }),
      fc.constantFrom(0, 10_500),
      (changes, many) => {
        const inventory = fromObjects({ clusters });
        const occupancy = new Occupancy();
        for (const [name, by, look] of changes) {
          occupancy.change(name, by);
          if (!look) continue;
          for (let at = 0; at < many; at += 1) occupancy.change('c1', at % 2 === 0 ? 1 : -1);
          const counts = numbersFollowing(inventory, occupancy);
          expect([...counts]).toEqual(names.map((of) => occupancy.count(of)));
        }
      },
    ),
    { numRuns: 60 },
  );
});
