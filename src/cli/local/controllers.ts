import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Cluster } from '../../runtime/client/cluster.ts';
import { systemClock } from '../../runtime/control/clock.ts';
import type { Controller } from '../../runtime/control/controller.ts';
import { becomeLeader, type Leadership } from '../../runtime/control/leadership.ts';
import { type Running, runControllers } from '../../runtime/control/run.ts';
import { hubControllers } from '../../runtime/hub/controllers.ts';
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
  const monitor = await monitorOf(options, {
    metrics: () => running?.metrics() ?? null,
    ready: () => running === null || isReady,
  });
  if (monitor !== null) io.err(`metrics: ${monitor.url}/metrics\n`);
  try {
    const leadership = await leadershipOf(hub, options, io);
    if (leadership === null && options.leaderElect) return;
    const signal = leadership === null ? io.signal : AbortSignal.any([io.signal, leadership.over]);
    running = runControllers({ controllers, clusters: { hub }, signal, log: textLog(io) });
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
  input: Pick<import('./monitor.ts').MonitorInput, 'metrics' | 'ready'>,
) {
  if (metricsAddress === undefined) return null;
  const { startMonitor } = await import('./monitor.ts');
  return startMonitor({ address: metricsAddress, ...input });
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
