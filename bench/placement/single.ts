import { fromObjects } from '../../src/engine/inventory/objects.ts';
import { liftPlacement } from '../../src/ir/lift/placement.ts';
import type { Placement } from '../../src/kube/ocm/cluster.ts';
import { medianCpuMillis } from '../language/clock.ts';
import { type Row, usage } from '../row.ts';
import { fleetOf, placementOf } from './fleet.ts';
import { beside, noPeer, significant, startPeer } from './peer.ts';
import { check, decideAll, firstSweep } from './sweep.ts';

const byLabel = placementOf(
  'by-label',
  {
    labelSelector: {
      matchLabels: { env: 'prod' },
      matchExpressions: [{ key: 'vendor', operator: 'NotIn', values: ['AKS'] }],
    },
  },
  10,
);
const byCel = placementOf(
  'by-cel',
  {
    celSelector: {
      celExpressions: [
        'managedCluster.status.clusterClaims.exists(c, c.name == "region.open-cluster-management.io" && c.value.startsWith("eu")) && managedCluster.metadata.labels["env"] == "prod"',
      ],
    },
  },
  10,
);

export const label10k = (): Promise<Row> => single('label-10k', byLabel);
export const cel10k = (): Promise<Row> => single('cel-10k', byCel);

/** One placement that takes the best ten of ten thousand; warm, and after the inventory was made anew. */
async function single(name: string, placement: Placement): Promise<Row> {
  const started = process.cpuUsage();
  const fleet = fleetOf(10_000);
  const placements = [liftPlacement(placement)];
  const peer = startPeer(fleet);
  const answer = await peer?.schedule([placement], { warmUp: 2, runs: 9 });
  peer?.stop();
  const warm = firstSweep(fromObjects(fleet), placements);
  check(warm, answer?.decisions);
  const ours = medianCpuMillis(() => decideAll(warm), { warmUp: 200, runs: 15, together: 1000 });
  // What CEL finds is kept by the cluster: each inventory is of clusters never seen.
  const inventories = Array.from({ length: 7 }, () => fromObjects(fleetOf(10_000)));
  const cold = medianCpuMillis(
    (at) => decideAll(firstSweep(inventories[at] ?? warm.inventory, [liftPlacement(placement)])),
    { warmUp: 2, runs: 5 },
  );
  const [theirs] = answer?.decisions ?? [];
  const compared =
    answer === undefined || theirs === undefined
      ? null
      : { millis: theirs.millis, usage: answer.usage };
  return {
    name,
    ...beside(ours, compared),
    ...usage(started),
    note: `one placement decided again, the best 10 of 10,000, inventory unchanged; of an inventory never seen before ${significant(cold)} ms; ${compared === null ? noPeer : `the same clusters as the peer, which took ${compared.usage.cpuSeconds} s of CPU and ${Math.round(compared.usage.rssMB)} MB for 11 runs`}`,
  };
}
