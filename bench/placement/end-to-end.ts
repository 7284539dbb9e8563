import { setTimeout as pause } from 'node:timers/promises';
import { fromObjects } from '../../src/engine/inventory/objects.ts';
import { schedule } from '../../src/engine/placement/schedule.ts';
import { liftPlacement } from '../../src/ir/lift/placement.ts';
import { refOf } from '../../src/kube/object.ts';
import type { Placement } from '../../src/kube/ocm/cluster.ts';
import { findRealParts } from '../../test/support/real-parts.ts';
import { type Row, usage } from '../row.ts';
import { DecisionWatch, type Expected, heartbeatOf } from './decided.ts';
import { decisionOf, type Fleet, fleetOf, placementsOf } from './fleet.ts';
import { noPeer, significant } from './peer.ts';
import {
  createAll,
  type RealHub,
  type RunningController,
  startOurs,
  startRealHub,
  startUpstreams,
  writeStatus,
} from './real-hub.ts';
import { firstSweep, inputOf } from './sweep.ts';

const clusters = 1000;
const noServer = 'no kube-apiserver and etcd on this machine: node scripts/real-parts.mjs';

/** A thousand placements created at once on a real kube-apiserver with a thousand clusters, until all are decided. */
export async function e2e1k1k(): Promise<Row> {
  const started = process.cpuUsage();
  const { kubeApiserver, etcd, upstreamPlacement } = findRealParts() ?? {};
  if (kubeApiserver === undefined || etcd === undefined) return missing('e2e-1k-1k', 's');
  const fleet = fleetOf(clusters);
  const placements = placementsOf(1000);
  const expected = expectedOf(fleet, placements);
  const run = (start: (kubeconfig: string) => Promise<RunningController>) =>
    decideOnce(fleet, placements, expected, start);
  const ours = await run(startOurs);
  const floor = await bareWrites(fleet, placements, expected);
  const peer =
    upstreamPlacement === undefined
      ? null
      : await run((kubeconfig) => startUpstreams(upstreamPlacement, kubeconfig));
  return {
    name: 'e2e-1k-1k',
    ours: significant(ours.seconds),
    peer: peer === null ? null : significant(peer.seconds),
    unit: 's',
    ratio: peer === null ? null : significant(peer.seconds / ours.seconds),
    cpuSeconds: significant(ours.cpuSeconds),
    rssMB: ours.rssMB,
    peerVersion: peer === null ? null : 'open-cluster-management.io/ocm v1.2.0',
    note: `${placements.length} placements x ${clusters} clusters, created at once, until every decision is right (and every status, ${significant(ours.toldSeconds)} s${peer === null ? '' : ` and ${significant(peer.toldSeconds)} s`}), each controller alone with a fresh kube-apiserver and etcd on the same cores; kube-apiserver and etcd took ${significant(ours.serverSeconds)} s of CPU with ours; the least writes there can be (the placements, a decision and its status each), with nobody deciding, take ${significant(floor)} s${peer === null ? '' : `, so that no controller can be more than ${significant(peer.seconds / floor)} times as fast as the peer on this machine`}; ${peer === null ? noPeer : `the peer took ${significant(peer.cpuSeconds)} s of CPU and ${peer.rssMB} MB, and kube-apiserver and etcd ${significant(peer.serverSeconds)} s with it`}; the client that creates and watches took ${usage(started).cpuSeconds} s over all`,
  };
}

/** Status of clusters that says nothing of use, on the same hub: how often placements are decided, and what is written. */
export async function heartbeat(): Promise<Row> {
  const started = process.cpuUsage();
  const { kubeApiserver, etcd, upstreamPlacement } = findRealParts() ?? {};
  if (kubeApiserver === undefined || etcd === undefined) return missing('heartbeat', 'evaluations');
  const fleet = fleetOf(100);
  const placements = placementsOf(100);
  const expected = expectedOf(fleet, placements);
  const run = (start: (kubeconfig: string) => Promise<RunningController>) =>
    beat(fleet, placements, expected, start);
  const ours = await run(startOurs);
  const peer =
    upstreamPlacement === undefined
      ? null
      : await run((kubeconfig) => startUpstreams(upstreamPlacement, kubeconfig));
  return {
    name: 'heartbeat',
    ours: ours.decided,
    peer: peer?.decided ?? null,
    unit: 'evaluations',
    // Against none nothing can be counted how often; against one it is what it is.
    ratio: peer === null ? null : significant(peer.decided / Math.max(1, ours.decided)),
    cpuSeconds: significant(ours.cpuSeconds),
    rssMB: ours.rssMB,
    peerVersion: peer === null ? null : 'open-cluster-management.io/ocm v1.2.0',
    note: `the status of each of ${fleet.clusters.length} clusters changes once (a condition's message and time), with ${placements.length} placements that see them all and mention none of it; ours decided ${ours.decided} placements and wrote ${ours.written} objects; the ratio counts none as one; ${peer === null ? noPeer : `the peer decided ${peer.decided} placements`}; bench ${usage(started).cpuSeconds} s of CPU`,
  };
}

function missing(name: string, unit: string): Row {
  const none = { ours: 0, peer: null, unit, ratio: null, cpuSeconds: 0, rssMB: 0 };
  return { name, ...none, peerVersion: null, note: `not measured: ${noServer}` };
}

function expectedOf(fleet: Fleet, placements: readonly Placement[]): ReadonlyMap<string, Expected> {
  const inventory = fromObjects(fleet);
  const entries = placements.map((placement, at): [string, Expected] => {
    const ir = { ...liftPlacement(placement), numberOfClusters: null };
    const { selected } = schedule(inputOf(firstSweep(inventory, [ir]), ir, at));
    const asked = placement.spec?.numberOfClusters ?? 0;
    const count = Math.min(asked, selected.length);
    const among = new Set(selected);
    return [placement.metadata.name, { count, satisfied: count === asked, among }];
  });
  return new Map(entries);
}

/** A hub with a controller that has decided one placement already: it runs. */
async function withController<T>(
  fleet: Fleet,
  start: (kubeconfig: string) => Promise<RunningController>,
  use: (hub: RealHub, controller: RunningController) => Promise<T>,
): Promise<T> {
  const hub = await startRealHub(fleet);
  try {
    const controller = await start(hub.kubeconfig);
    try {
      const probe = placementsOf(1).map((of) => ({
        ...of,
        metadata: { ...of.metadata, name: 'probe' },
      }));
      const watch = new DecisionWatch(expectedOf(fleet, probe));
      await watch.open(hub.cluster);
      await createAll(hub.cluster, probe);
      await watch.untilRight(60);
      watch.close();
      return await use(hub, controller);
    } finally {
      await controller.stop();
    }
  } finally {
    await hub.stop();
  }
}

function decideOnce(
  fleet: Fleet,
  placements: readonly Placement[],
  expected: ReadonlyMap<string, Expected>,
  start: (kubeconfig: string) => Promise<RunningController>,
) {
  return withController(fleet, start, async ({ cluster, cpuSeconds }, controller) => {
    const watch = new DecisionWatch(expected);
    await watch.open(cluster);
    const before = { controller: controller.cpuSeconds(), server: cpuSeconds() };
    const begun = performance.now();
    const secondsSince = () => (performance.now() - begun) / 1000;
    await Promise.all([createAll(cluster, placements), watch.untilDecided(300)]);
    const seconds = secondsSince();
    await watch.untilRight(300);
    const toldSeconds = secondsSince();
    watch.close();
    return {
      seconds,
      toldSeconds,
      cpuSeconds: controller.cpuSeconds() - before.controller,
      serverSeconds: cpuSeconds() - before.server,
      rssMB: controller.rssMB(),
    };
  });
}

/** The writes that no controller can save, without one: how fast this API server takes them. */
async function bareWrites(
  fleet: Fleet,
  placements: readonly Placement[],
  expected: ReadonlyMap<string, Expected>,
): Promise<number> {
  const hub = await startRealHub(fleet);
  try {
    const begun = performance.now();
    await createAll(hub.cluster, placements);
    const decisions = placements.map(({ metadata: { name } }) => {
      const { count = 0, among = [] } = expected.get(name) ?? {};
      return decisionOf(name, [...among].slice(0, count));
    });
    await createAll(hub.cluster, decisions);
    await writeStatus(hub.cluster, decisions);
    return (performance.now() - begun) / 1000;
  } finally {
    await hub.stop();
  }
}

function beat(
  fleet: Fleet,
  placements: readonly Placement[],
  expected: ReadonlyMap<string, Expected>,
  start: (kubeconfig: string) => Promise<RunningController>,
) {
  return withController(fleet, start, async ({ cluster }, controller) => {
    const watch = new DecisionWatch(expected);
    await watch.open(cluster);
    await Promise.all([createAll(cluster, placements), watch.untilRight(120)]);
    watch.close();
    const before = await quiet(controller);
    const cpuBefore = controller.cpuSeconds();
    for (const [at, of] of fleet.clusters.entries()) {
      const answer = await cluster.mergePatch(refOf(of), heartbeatOf(at), {
        subresource: 'status',
      });
      if (!answer.ok) throw new Error(answer.message);
    }
    const after = await quiet(controller);
    return {
      decided: after.decided - before.decided,
      written: after.written === null ? null : after.written - (before.written ?? 0),
      cpuSeconds: controller.cpuSeconds() - cpuBefore,
      rssMB: controller.rssMB(),
    };
  });
}

/** The counts of a controller once they have stood still for two seconds. */
async function quiet(controller: RunningController) {
  let last = await controller.counts();
  for (;;) {
    await pause(2000);
    const next = await controller.counts();
    if (next.decided === last.decided) return next;
    last = next;
  }
}
