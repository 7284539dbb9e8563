import type { ClusterFacts } from '../../src/engine/inventory/facts.ts';
import { clusterFacts, withRows } from '../../src/engine/inventory/inventory.ts';
import { fromObjects } from '../../src/engine/inventory/objects.ts';
import { changeOf, concerns } from '../../src/engine/placement/concerns.ts';
import { schedule } from '../../src/engine/placement/schedule.ts';
import { liftPlacement } from '../../src/ir/lift/placement.ts';
import type { Placement } from '../../src/kube/ocm/cluster.ts';
import { middle } from '../language/clock.ts';
import { type Row, usage } from '../row.ts';
import { type Fleet, fleetOf, placementsOf } from './fleet.ts';
import { beside, noPeer, significant, startPeer } from './peer.ts';
import { decideAll, decidedSweep, everybody, firstSweep, inputOf, type Sweep } from './sweep.ts';

const flips = 300;
const warmUp = 100;
/** So often all of it is done from the start: other load of the machine can only make one of them slower. */
const rounds = 3;

/** A label of one cluster of ten thousand flips, until the decisions of a thousand placements are right again. */
export async function flip10k1k(): Promise<Row> {
  const started = process.cpuUsage();
  const fleet = fleetOf(10_000);
  const objects = placementsOf(1000);
  const all = Array.from({ length: rounds }, () => flipThrough(fleet, objects));
  const [best = all[0]] = all.toSorted((a, b) => atMost(a.times, 0.99) - atMost(b.times, 0.99));
  if (best === undefined) throw new Error('nothing was measured');
  // Upstream decides every placement again that may see the cluster: all of them.
  const peer = startPeer(fleet);
  const sample = objects.filter((_, at) => at % 100 === 0);
  const answer = await peer?.schedule(sample, { warmUp: 1, runs: 3 });
  peer?.stop();
  const one = answer && middle(answer.decisions.map(({ millis }) => millis));
  const compared =
    one === undefined || answer === undefined ? null : { millis: one * 1000, usage: answer.usage };
  const others = all.map(({ times }) => significant(atMost(times, 0.99))).join(', ');
  return {
    name: 'flip-10k-1k',
    ...beside(atMost(best.times, 0.99), compared),
    ...usage(started),
    note: `p99 of ${flips} flips of a label that all 1,000 placements mention (10 ms wanted), CPU of one thread, the best of ${rounds} rounds (${others}); median ${significant(middle(best.times))} ms, most ${significant(Math.max(...best.times))} ms; ${significant(best.decided / flips)} placements decided again for each, ${best.moved} decisions moved over all; all ${best.checked} decisions after the first and the last are the same as from scratch; ${compared === null ? noPeer : `upstream's controller decides all 1,000 again, which is counted by the median of ${sample.length} of them`}`,
  };
}

function atMost(times: readonly number[], share: number): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? 0;
}

function flipThrough(fleet: Fleet, objects: readonly Placement[]) {
  const first = firstSweep(fromObjects(fleet), objects.map(liftPlacement));
  let sweep: Sweep = decidedSweep(first, decideAll(first).slice());
  const times: number[] = [];
  let [decided, moved, checked] = [0, 0, 0];
  for (let at = 0; at < warmUp + flips; at += 1) {
    const now = flipped(sweep, `cluster-${String((at * 7919) % 10_000).padStart(5, '0')}`);
    const since = process.threadCpuUsage();
    const after = follow(sweep, now);
    const { user, system } = process.threadCpuUsage(since);
    if (at >= warmUp) {
      times.push((user + system) / 1000);
      decided += after.again.size;
    }
    // Not between: what checking leaves behind is not the engine's to clean up.
    if (at === 0 || at === warmUp + flips - 1) checked += checkAgain(sweep, after, fleet);
    moved += settle(sweep, after.again);
    sweep = { ...sweep, inventory: after.inventory };
  }
  return { times, decided, moved, checked };
}

const tiers = ['gold', 'silver', 'bronze'];

function flipped({ inventory }: Sweep, name: string): ClusterFacts {
  const before = clusterFacts(inventory, name);
  if (before === undefined) throw new Error(`there is no ${name}`);
  const { cluster } = before;
  const labels = { ...cluster.metadata.labels };
  labels['tier'] = tiers[(tiers.indexOf(labels['tier'] ?? '') + 1) % tiers.length] ?? '';
  return { ...before, cluster: { ...cluster, metadata: { ...cluster.metadata, labels } } };
}

/** The inventory after a change, and the decisions of the placements it concerns. */
function follow(sweep: Sweep, now: ClusterFacts) {
  const before = clusterFacts(sweep.inventory, now.name);
  const inventory = withRows(sweep.inventory, [now], sweep.inventory.revision + 1);
  const again = new Map<number, readonly string[]>();
  if (before === undefined) return { inventory, again };
  const change = changeOf(before, now);
  for (const [at, placement] of sweep.placements.entries()) {
    if (!concerns({ ...everybody, placement, decided: sweep.decided[at] ?? [] }, change)) continue;
    again.set(at, schedule({ ...inputOf(sweep, placement, at), inventory }).selected);
  }
  return { inventory, again };
}

/** Takes the new decisions, as a hub does that stores them; how many are other than before. */
function settle({ decided, occupancy }: Sweep, again: ReadonlyMap<number, readonly string[]>) {
  let moved = 0;
  for (const [at, now] of again) {
    const before = decided[at] ?? [];
    if (before.join() === now.join()) continue;
    for (const cluster of before) occupancy.change(cluster, -1);
    for (const cluster of now) occupancy.change(cluster, 1);
    (decided as (readonly string[])[])[at] = now;
    moved += 1;
  }
  return moved;
}

function checkAgain(sweep: Sweep, after: ReturnType<typeof follow>, fleet: Fleet): number {
  const clusters = fleet.clusters.map(
    ({ metadata: { name } }) => clusterFacts(after.inventory, name)?.cluster,
  );
  const inventory = fromObjects({ ...fleet, clusters: clusters.filter((of) => of !== undefined) });
  const fresh = decideAll({ ...sweep, inventory });
  // Whom the change does not concern decides as before it.
  const before = decideAll(sweep);
  for (const [at, wanted] of fresh.entries()) {
    const is = after.again.get(at) ?? before[at] ?? [];
    if (is.join() !== wanted.join()) throw new Error(`placement ${at} is decided differently`);
  }
  return fresh.length;
}
