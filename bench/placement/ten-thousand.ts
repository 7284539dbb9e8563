import { fromObjects, type HubObjects } from '../../src/engine/inventory/objects.ts';
import { liftPlacement } from '../../src/ir/lift/placement.ts';
import type { Placement } from '../../src/kube/ocm/cluster.ts';
import { medianCpuMillis, middle } from '../language/clock.ts';
import { type Row, usage } from '../row.ts';
import { decisionOf, fleetOf, placementsOf } from './fleet.ts';
import { beside, noPeer, type Peer, significant, startPeer } from './peer.ts';
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
  const right = check(settled, answer?.decisions);

  const ours = medianCpuMillis(() => decideAll(settled), { warmUp: 3, runs: 9 });
  const text = JSON.stringify(fleet);
  const often = { warmUp: 3, runs: 5, together };
  const copies = often.warmUp + often.runs * together;
  const decoded = Array.from({ length: copies }, () => JSON.parse(text) as HubObjects);
  const ingest = medianCpuMillis((at) => fromObjects(decoded[at] ?? fleet), often);
  const lifted = medianCpuMillis(() => objects.map(liftPlacement), often);
  decoded.length = 0;
  const cold = await besideCold(peer, fleet, objects, sample);
  peer?.stop();
  const { one } = cold;
  const clusters = decided.reduce((sum, { length }) => sum + length, 0);
  const compared =
    one === null || answer === undefined ? null : { millis: one * 1000, usage: answer.usage };
  return {
    name: 'sweep-10k-1k',
    ...beside(ours, compared),
    ...usage(started),
    note: `1,000 placements x 10,000 clusters on one core, warm (100 ms wanted); cold, with ingest of decoded JSON and placements never seen, ${significant(cold.ours)} ms (of which ingest alone takes ${significant(ingest)} ms and reading the placements ${significant(lifted)} ms)${one === null ? '' : `, where upstream takes ${significant(one)} ms for one placement, its objects decoded and indexed before (medians of ${rounds} rounds in turn; ours was less in ${cold.less})`}; ${clusters} clusters decided, ${right} placements the same in the reference evaluator; ${one === null ? noPeer : `the peer decided ${sample.length} of the placements, the same clusters, and is counted a thousandfold of its median`}`,
  };
}

// The clock of CPU ticks every 4 ms.
const together = 3;
const rounds = 15;

/**
 * The first sweep over a fleet that has just been decoded, and what upstream takes for one placement, in turn: whatever
 * else the machine does, it does to both.
 */
async function besideCold(
  peer: Peer | null,
  fleet: HubObjects,
  objects: readonly Placement[],
  sample: readonly Placement[],
) {
  const text = JSON.stringify(fleet);
  const round = async () => {
    const decoded = Array.from({ length: together }, () => JSON.parse(text) as HubObjects);
    const ours = medianCpuMillis(
      (at) => decideAll(firstSweep(fromObjects(decoded[at] ?? fleet), objects.map(liftPlacement))),
      { warmUp: 0, runs: 1, together },
    );
    const answer = await peer?.schedule(sample, { warmUp: 0, runs: 1 });
    const one = answer && middle(answer.decisions.map(({ millis }) => millis));
    return { ours, one: one ?? null };
  };
  await round();
  const taken = [];
  for (let at = 0; at < rounds; at += 1) taken.push(await round());
  const ones = taken.flatMap(({ one }) => one ?? []);
  return {
    ours: middle(taken.map(({ ours }) => ours)),
    one: ones.length > 0 ? middle(ones) : null,
    less: taken.filter(({ ours, one }) => one !== null && ours < one).length,
  };
}
