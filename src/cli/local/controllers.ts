import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Cluster } from '../../runtime/client/cluster.ts';
import { systemClock } from '../../runtime/control/clock.ts';
import type { Controller, Snapshot } from '../../runtime/control/controller.ts';
import { becomeLeader, type Leadership } from '../../runtime/control/leadership.ts';
import { type Running, runControllers } from '../../runtime/control/run.ts';
import { hubControllers } from '../../runtime/hub/controllers.ts';
import { placementTally } from '../../runtime/hub/placement/tally.ts';
import { CommandFailure, exit, type Io } from '../io.ts';
import { textLog } from '../terminal/log.ts';
import { ofAbort } from './wait.ts';

export interface HubControllersOptions {
  /** Names, with commas between; absent: all. */
  readonly only?: string;
  readonly compat?: string;
  /** Waits to hold a lease, so that of several processes one writes. */
  readonly leaderElect?: boolean;
  readonly leaderElectNamespace?: string;
  /** Where `/metrics`, `/healthz` and `/readyz` are served; nowhere where absent. */
  readonly metricsAddress?: string;
  /** Where `/debug/placements/` is served over TLS; nowhere where absent. */
  readonly debugAddress?: string;
  /** Files with the certificate of that server and its key. */
  readonly debugCert?: string;
  readonly debugKey?: string;
  /** File with the authorities whose client certificates the debugger believes. */
  readonly debugClientCa?: string;
}

/** Runs the hub's controllers against an API server until the signal aborts. */
export async function runHubControllers(
  hub: Cluster,
  options: HubControllersOptions,
  io: Io,
): Promise<void> {
  if (options.compat !== undefined && options.compat !== 'upstream') {
    throw new CommandFailure(exit.usage, '--compat takes `upstream` only');
  }
  const all = hubControllers({ compat: options.compat === 'upstream' ? 'upstream' : 'native' });
  const controllers = options.only === undefined ? all : chosen(all, options.only);
  let running: Running | null = null;
  let isReady = false;
  const schedules = controllers.some(({ name }) => name === 'placement');
  /** What is known here of placements, while this process decides them. */
  const decider = () => (isReady && schedules ? (running?.snapshot() ?? null) : null);
  const monitor = await monitorOf(options, {
    metrics: () => running?.metrics() ?? null,
    ready: () => running === null || isReady,
    placements: () => decider()?.projection(placementTally) ?? null,
  });
  if (monitor !== null) io.err(`metrics: ${monitor.url}/metrics\n`);
  let debug: { readonly url: string; readonly close: () => void } | null = null;
  try {
    debug = await debugServerOf(hub, options, decider);
    if (debug !== null) io.err(`debugger: ${debug.url}/debug/placements/\n`);
    const leadership = await leadershipOf(hub, options, io);
    if (leadership === null && options.leaderElect) return;
    const signal = leadership === null ? io.signal : AbortSignal.any([io.signal, leadership.over]);
    running = runControllers({
      controllers,
      clusters: { hub },
      signal,
      log: textLog(io),
      ...(monitor !== null && { observe: monitor.observe }),
    });
    await Promise.race([running.ready, ofAbort(signal)]);
    isReady = true;
    io.err(`${controllers.length} controllers run against ${hub.address}\n`);
    await ofAbort(signal);
    await leadership?.released;
    if (!io.signal.aborted) {
      const text = 'this process leads no more and ends, so that no two ever write: start it again';
      throw new CommandFailure(exit.environment, text);
    }
  } finally {
    monitor?.close();
    debug?.close();
    hub.close();
  }
}

/** Waits for the lease where that is asked for; null where it is not, and where the signal aborts before. */
async function leadershipOf(
  cluster: Cluster,
  { only, leaderElect, leaderElectNamespace }: HubControllersOptions,
  io: Io,
): Promise<Leadership | null> {
  if (leaderElect !== true) return null;
  const names = only?.split(',').map((name) => name.trim());
  return becomeLeader({
    cluster,
    namespace: leaderElectNamespace ?? 'open-cluster-management',
    // Processes that run other controllers do not stand in each other's way.
    name: names === undefined ? 'ocm-hub' : `ocm-hub-${names.sort().join('-')}`,
    identity: `${hostname()}_${randomUUID()}`,
    clock: systemClock,
    random: Math.random,
    log: textLog(io),
    signal: io.signal,
  });
}

async function monitorOf(
  { metricsAddress }: HubControllersOptions,
  input: Omit<import('./monitor.ts').MonitorInput, 'address'>,
) {
  if (metricsAddress === undefined) return null;
  const { startMonitor } = await import('./monitor.ts');
  return startMonitor({ address: metricsAddress, ...input });
}

async function debugServerOf(
  hub: Cluster,
  {
    debugAddress: address,
    debugCert: cert,
    debugKey: key,
    debugClientCa: clientCa,
    compat,
  }: HubControllersOptions,
  snapshot: () => Snapshot | null,
) {
  if ((cert === undefined) !== (key === undefined)) {
    throw new CommandFailure(exit.usage, '--debug-cert and --debug-key belong together');
  }
  if (address === undefined) return null;
  const { startDebugServer } = await import('./debug-server.ts');
  return startDebugServer({
    address,
    tls: cert === undefined || key === undefined ? null : { cert, key },
    clientCa: clientCa ?? null,
    hub,
    snapshot,
    now: () => systemClock.now(),
    ...(compat === 'upstream' && { compat: 'upstream' as const }),
  });
}

/** `placement` names the controller and, as a family, all `placement-…`. */
function chosen(all: readonly Controller[], only: string): readonly Controller[] {
  const names = only.split(',').map((name) => name.trim());
  const of = (name: string) => (controller: Controller) =>
    controller.name === name || controller.name.startsWith(`${name}-`);
  const unknown = names.filter((name) => !all.some(of(name)));
  if (unknown.length > 0) {
    const known = all.map(({ name }) => name).join(', ');
    throw new CommandFailure(exit.usage, `no controller ${unknown.join(', ')}; there are ${known}`);
  }
  return all.filter((controller) => names.some((name) => of(name)(controller)));
}
