import { fromObjects, type HubObjects } from '../../src/engine/inventory/objects.ts';
import { liftPlacement } from '../../src/ir/lift/placement.ts';
import type { Placement } from '../../src/kube/ocm/cluster.ts';
import { middle } from '../language/clock.ts';
import { type Row, usage } from '../row.ts';
import { fleetOf, placementsOf } from './fleet.ts';
import { beside, noPeer, type PeerUsage, significant, startPeer } from './peer.ts';
import { check, decideAll, firstSweep } from './sweep.ts';

interface Decoded {
  readonly fleet: HubObjects;
  readonly objects: readonly Placement[];
}

/** Of the thousand placements so many are given to the peer. */
const sampled = 10;
const warmUp = 4;
const rounds = 15;
/** Sweeps of a round, each timed by itself: a collection of what decoding has left falls into one of them at most. */
const together = 3;

/**
 * The first sweep over a fleet that has just been decoded, ingest included, and what upstream takes for one of the
 * placements. The two are timed in turn, since the machine changes from minute to minute: ours by what has elapsed, the peer
 * by that or its processor time, whatever is less.
 */
export async function sweep10k1kCold(): Promise<Row> {
  const started = process.cpuUsage();
  const fleet = fleetOf(10_000);
  const objects = placementsOf(1000);
  const text = JSON.stringify({ fleet, objects });
  const peer = startPeer(fleet);
  const sample = objects.filter((_, at) => at % (objects.length / sampled) === 0);
  const first = await peer?.schedule(sample, { warmUp: 1, runs: 1 });
  const right = check(firstSweep(fromObjects(fleet), objects.map(liftPlacement)), first?.decisions);

  // Placements are new too: what was found out about a selector is kept by the selector itself.
  const timed = (run: (decoded: Decoded) => void): readonly number[] => {
    const decoded = Array.from({ length: together }, () => JSON.parse(text) as Decoded);
    return decoded.map((of) => {
      const since = performance.now();
      run(of);
      return performance.now() - since;
    });
  };
  const round = async () => {
    const ours = timed((decoded) =>
      decideAll(firstSweep(fromObjects(decoded.fleet), decoded.objects.map(liftPlacement))),
    );
    const answer = await peer?.schedule(sample, { warmUp: 0, runs: 1 });
    const one = answer && middle(answer.decisions.map(({ millis }) => millis));
    return { ours, one: one ?? null, usage: answer?.usage ?? null };
  };
  for (let at = 0; at < warmUp; at += 1) await round();
  const taken: Awaited<ReturnType<typeof round>>[] = [];
  for (let at = 0; at < rounds; at += 1) taken.push(await round());
  peer?.stop();
  const ingest = middle(timed((decoded) => fromObjects(decoded.fleet)));
  const lifted = middle(timed((decoded) => decoded.objects.map(liftPlacement)));

  const ones = taken.flatMap(({ one }) => one ?? []);
  const last: PeerUsage | null = taken.at(-1)?.usage ?? null;
  const less = taken.filter(({ ours, one }) => one !== null && middle(ours) < one).length;
  return {
    name: 'sweep-10k-1k-cold',
    ...beside(
      middle(taken.flatMap(({ ours }) => ours)),
      last === null ? null : { millis: middle(ones), usage: last },
    ),
    ...usage(started),
    note: `1,000 placements x 10,000 clusters, none seen before, with ingest of decoded JSON, on one core (of which ingest alone takes ${significant(ingest)} ms, and reading the placements ${significant(lifted)} ms), beside one placement of the peer, whose objects are decoded and indexed before; ${right} placements the same in the reference evaluator; ${last === null ? noPeer : `medians of ${rounds} rounds in turn, in ${less} of which ours took less; ${sample.length} placements the same in the peer`}`,
  };
}
