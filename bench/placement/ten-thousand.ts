import { fromObjects } from '../../src/engine/inventory/objects.ts';
import { liftPlacement } from '../../src/ir/lift/placement.ts';
import { medianCpuMillis, middle } from '../language/clock.ts';
import { type Row, usage } from '../row.ts';
import { decisionOf, fleetOf, placementsOf } from './fleet.ts';
import { beside, noPeer, startPeer } from './peer.ts';
import { check, decideAll, decidedSweep, firstSweep } from './sweep.ts';

/** Of the thousand placements so many are given to the peer, which takes too long for all of them. */
const sampled = 10;

/** A thousand placements over ten thousand clusters, each decided anew over columns that are there. */
export async function sweep10k1k(): Promise<Row> {
  const started = process.cpuUsage();
  const fleet = fleetOf(10_000);
  const objects = placementsOf(1000);
  const placements = objects.map(liftPlacement);
  const decided = decideAll(firstSweep(fromObjects(fleet), placements));
  const settled = decidedSweep(firstSweep(fromObjects(fleet), placements), decided);

  const peer = startPeer(
    fleet,
    decided.map((clusters, at) => decisionOf(`p-${at}`, clusters)),
  );
  const sample = objects.filter((_, at) => at % (objects.length / sampled) === 0);
  const answer = await peer?.schedule(sample, { warmUp: 1, runs: 3 });
  const right = check(settled, answer?.decisions);

  const ours = medianCpuMillis(() => decideAll(settled), { warmUp: 3, runs: 9 });
  peer?.stop();
  const one = answer === undefined ? null : middle(answer.decisions.map(({ millis }) => millis));
  const clusters = decided.reduce((sum, { length }) => sum + length, 0);
  const compared =
    one === null || answer === undefined ? null : { millis: one * 1000, usage: answer.usage };
  return {
    name: 'sweep-10k-1k',
    ...beside(ours, compared),
    ...usage(started),
    note: `1,000 placements x 10,000 clusters on one core, warm (100 ms wanted); ${clusters} clusters decided, ${right} placements the same in the reference evaluator; ${one === null ? noPeer : `the peer decided ${sample.length} of the placements, the same clusters, and is counted a thousandfold of its median`}`,
  };
}
