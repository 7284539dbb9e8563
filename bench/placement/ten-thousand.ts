import { fromObjects, type HubObjects } from '../../src/engine/inventory/objects.ts';
import { liftPlacement } from '../../src/ir/lift/placement.ts';
import { medianCpuMillis, middle } from '../language/clock.ts';
import { type Row, usage } from '../row.ts';
import { decisionOf, fleetOf, placementsOf } from './fleet.ts';
import { beside, noPeer, significant, startPeer } from './peer.ts';
import { check, decideAll, decidedSweep, firstSweep } from './sweep.ts';

/** Of the thousand placements so many are given to the peer, which takes too long for all of them. */
const sampled = 10;

/** A thousand placements over ten thousand clusters, each decided anew; the first sweep fills the columns. */
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
  peer?.stop();
  const right = check(settled, answer?.decisions);
  const one = answer === undefined ? null : middle(answer.decisions.map(({ millis }) => millis));

  const ours = medianCpuMillis(() => decideAll(settled), { warmUp: 3, runs: 9 });
  const text = JSON.stringify(fleet);
  // The clock of CPU ticks every 4 ms.
  const often = { warmUp: 3, runs: 5, together: 3 };
  const copies = often.warmUp + often.runs * often.together;
  const decoded = Array.from({ length: copies }, () => JSON.parse(text) as HubObjects);
  const cold = medianCpuMillis(
    (at) => decideAll(firstSweep(fromObjects(decoded[at] ?? fleet), objects.map(liftPlacement))),
    often,
  );
  const ingest = medianCpuMillis((at) => fromObjects(decoded[at] ?? fleet), often);
  const lifted = medianCpuMillis(() => objects.map(liftPlacement), often);
  const clusters = decided.reduce((sum, { length }) => sum + length, 0);
  const compared =
    one === null || answer === undefined ? null : { millis: one * 1000, usage: answer.usage };
  return {
    name: 'sweep-10k-1k',
    ...beside(ours, compared),
    ...usage(started),
    note: `1,000 placements x 10,000 clusters on one core, warm (100 ms wanted); cold, with ingest of decoded JSON and placements never seen, ${significant(cold)} ms (of which ingest alone takes ${significant(ingest)} ms and reading the placements ${significant(lifted)} ms)${one === null ? '' : `, where upstream takes ${significant(one)} ms for one placement, its objects decoded and indexed before`}; ${clusters} clusters decided, ${right} placements the same in the reference evaluator; ${one === null ? noPeer : `the peer decided ${sample.length} of the placements, the same clusters, and is counted a thousandfold of its median`}`,
  };
}
