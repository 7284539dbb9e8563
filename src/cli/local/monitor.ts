import { createServer, type IncomingMessage } from 'node:http';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { DriverMetrics, Observe } from '../../runtime/control/driver.ts';
import type { RunMetrics } from '../../runtime/control/run.ts';
import { listen, urlOf } from './address.ts';

export interface MonitorInput {
  /** `host:port`, `:port` or `port`; loopback unless a host is said. Port 0 is a free one. */
  readonly address: string;
  /** null while this process waits to lead. */
  readonly metrics: () => RunMetrics | null;
  /** Every controller has read what it watches. */
  readonly ready: () => boolean;
  /** Placements by the reason of their PlacementSatisfied; null where this process does not decide any. */
  readonly placements: () => ReadonlyMap<string, number> | null;
}

/** What a running process says about itself to a kubelet and to Prometheus. */
export interface Monitor {
  readonly url: string;
  readonly observe: Observe;
  readonly close: () => void;
}

/**
 * Serves `/metrics` (Prometheus), `/healthz` (the process lives) and `/readyz` (it has read what it watches, or stands by
 * for the leader). Fails with a `CommandFailure` where it cannot listen.
 */
export async function startMonitor(input: MonitorInput): Promise<Monitor> {
  const registry = registryOf(input);
  const observe = observer(registry);
  const server = createServer(async (request, response) => {
    const { status, text, type = 'text/plain; charset=utf-8' } = await answer(request);
    response.writeHead(status, { 'content-type': type }).end(text);
  });
  const answer = async ({ method, url = '' }: IncomingMessage) => {
    if (method !== 'GET' && method !== 'HEAD') return { status: 405, text: 'method not allowed\n' };
    switch (url.split('?')[0]) {
      case '/metrics':
        return { status: 200, text: await registry.metrics(), type: registry.contentType };
      case '/healthz':
      case '/livez':
        return { status: 200, text: 'ok\n' };
      case '/readyz':
        return input.ready()
          ? { status: 200, text: 'ok\n' }
          : { status: 503, text: 'controllers still read what they watch\n' };
      default:
        return { status: 404, text: 'there are /metrics, /healthz and /readyz\n' };
    }
  };
  const port = await listen(server, input.address, 'metrics');
  return {
    url: urlOf('http', input.address, port),
    observe,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

const ofProcess: readonly (readonly [string, string, (metrics: RunMetrics) => number])[] = [
  [
    'ocm_leading',
    'Whether the controllers of this process run: 1, or 0 while it stands by',
    () => 1,
  ],
  ['ocm_cache_objects', 'Objects held in memory', ({ objects }) => objects],
  ['ocm_watches', 'Watches that are open', ({ watches }) => watches],
];

type OfController = readonly [string, string, (driver: DriverMetrics) => number];
const gauges: readonly OfController[] = [
  ['ocm_pass_most_reads', 'Most objects one pass has read', ({ mostReads }) => mostReads],
];
const counters: readonly OfController[] = [
  ['ocm_passes_total', 'Passes', ({ passes }) => passes],
  ['ocm_pass_errors_total', 'Passes that ended in a bug', ({ errors }) => errors],
  ['ocm_writes_total', 'Writes done', ({ actions }) => actions.done],
  ['ocm_writes_failed_total', 'Writes refused', ({ actions }) => actions.failed],
  [
    'ocm_writes_dropped_total',
    'Writes that would change nothing',
    ({ actions }) => actions.dropped,
  ],
];

/** What client-go says of its queues, so that their dashboards and alerts hold here; `name` is the controller. */
const workqueue = {
  depth: ['workqueue_depth', 'Keys that wait for a pass'],
  adds: ['workqueue_adds_total', 'How often a key began to wait for a pass'],
  wait: ['workqueue_queue_duration_seconds', 'How long keys wait for their pass'],
} as const;

function registryOf({ metrics, placements }: MonitorInput): Registry {
  const registry = new Registry();
  const registers = [registry];
  const labelNames = ['controller'] as const;
  const drivers = () => metrics()?.controllers ?? [];
  collectDefaultMetrics({ register: registry });
  for (const [name, help, of] of ofProcess) {
    const collect = function (this: Gauge): void {
      const now = metrics();
      this.set(now === null ? 0 : of(now));
    };
    new Gauge({ name, help, registers, collect });
  }
  for (const [name, help, of] of gauges) {
    const collect = function (this: Gauge<'controller'>): void {
      for (const driver of drivers()) this.set({ controller: driver.controller }, of(driver));
    };
    new Gauge({ name, help, labelNames, registers, collect });
  }
  for (const [name, help, of] of counters) {
    // The driver has counted already: its sums are read anew.
    const collect = function (this: Counter<'controller'>): void {
      this.reset();
      for (const driver of drivers()) this.inc({ controller: driver.controller }, of(driver));
    };
    new Counter({ name, help, labelNames, registers, collect });
  }
  queuesOf(registry, drivers);
  const collect = function (this: Gauge<'reason'>): void {
    this.reset();
    for (const [reason, count] of placements() ?? []) this.set({ reason }, count);
  };
  const help = 'Placements by the reason of their condition PlacementSatisfied';
  new Gauge({ name: 'ocm_placements', help, labelNames: ['reason'], registers, collect });
  return registry;
}

function queuesOf(registry: Registry, drivers: () => readonly DriverMetrics[]): void {
  const registers = [registry];
  const labelNames = ['name'] as const;
  const [depth, depthHelp] = workqueue.depth;
  const ofDepth = function (this: Gauge<'name'>): void {
    for (const driver of drivers()) this.set({ name: driver.controller }, driver.depth);
  };
  new Gauge({ name: depth, help: depthHelp, labelNames, registers, collect: ofDepth });
  const [adds, addsHelp] = workqueue.adds;
  const ofAdds = function (this: Counter<'name'>): void {
    this.reset();
    for (const driver of drivers()) this.inc({ name: driver.controller }, driver.adds);
  };
  new Counter({ name: adds, help: addsHelp, labelNames, registers, collect: ofAdds });
}

/** Upper bounds of durations, in seconds: a pass takes microseconds, a write milliseconds. */
const buckets = [0.00001, 0.0001, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];

function observer(registry: Registry): Observe {
  const of = (name: string, help: string) =>
    new Histogram({ name, help, labelNames: ['controller'], buckets, registers: [registry] });
  const histograms = {
    pass: of('ocm_pass_duration_seconds', 'How long passes take, without their writes'),
    write: of('ocm_write_duration_seconds', 'How long writes take'),
  };
  const [name, help] = workqueue.wait;
  const waits = new Histogram({ name, help, labelNames: ['name'], buckets, registers: [registry] });
  return (what, controller, seconds) => {
    if (what === 'wait') waits.observe({ name: controller }, seconds);
    else histograms[what].observe({ controller }, seconds);
  };
}
