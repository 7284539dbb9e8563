import type { Cluster } from '../client/cluster.ts';
import { Attempts } from './attempts.ts';
import { Cache } from './cache.ts';
import { type Clock, systemClock } from './clock.ts';
import { clusterExecutor } from './cluster-executor.ts';
import type { Controller, Snapshot, World } from './controller.ts';
import { Driver, type DriverDeps, type DriverMetrics } from './driver.ts';
import { Evaluations, type Evaluator } from './evaluations.ts';
import type { Log, OnError } from './log.ts';
import { silent } from './log.ts';
import { type LongTasks, longTasks, watchEventLoop } from './long-tasks.ts';
import { AppliedMemory } from './no-op.ts';
import { Recorder } from './recorder.ts';
import { SingleObjects } from './single-objects.ts';
import { Topics } from './topics.ts';
import { View } from './view.ts';

export interface RunInput {
  readonly controllers: readonly Controller[];
  /** The API servers by world; a world no controller names may be missing. */
  readonly clusters: Readonly<Partial<Record<World, Cluster>>>;
  /** Ends everything when it aborts. */
  readonly signal: AbortSignal;
  readonly clock?: Clock;
  /** In [0, 1), for jitter. */
  readonly random?: () => number;
  readonly log?: Log;
  /** Called for each of our bugs, which never end the process; logged where absent. */
  readonly onError?: OnError;
  /** Hears how long waits, passes and writes take. */
  readonly observe?: DriverDeps['observe'];
  /** Runs user code; without one every question is answered with `InternalError`. */
  readonly evaluator?: Evaluator;
}

export interface Running {
  /** Every controller has read its watches, or the signal has aborted. */
  readonly ready: Promise<void>;
  /** No key runs, none is due before some timer, and no evaluation is under way. */
  readonly idle: () => boolean;
  /** The earliest timer of any controller; null where there is none. */
  readonly nextDue: () => number | null;
  readonly metrics: () => RunMetrics;
  /** What is known now, for who only looks; as any snapshot, not to be kept. */
  readonly snapshot: () => Snapshot;
}

export interface RunMetrics {
  readonly objects: number;
  readonly watches: number;
  readonly revision: number;
  readonly controllers: readonly DriverMetrics[];
  readonly longTasks: LongTasks;
}

/** Runs controllers over one cache until the signal aborts: the one entry for hub, agent and cluster services. */
export function runControllers(input: RunInput): Running {
  const { controllers, clusters, signal } = input;
  const { clock = systemClock, random = Math.random, log = silent } = input;
  watchEventLoop();
  const onError: OnError =
    input.onError ?? ((error, about) => log('error', `${stackOf(error)}`, about));
  const cache = new Cache({ clusters, clock, random, log, onError, signal });
  const evaluations = new Evaluations(input.evaluator, signal);
  const deps: DriverDeps = {
    cache,
    singles: new SingleObjects(cache),
    executor: clusterExecutor(clusters),
    recorder: new Recorder({ clusters, cache, clock, log }),
    applied: new AppliedMemory(),
    evaluations,
    clock,
    random,
    log,
    onError,
    observe: input.observe ?? (() => undefined),
    signal,
  };
  const drivers = controllers.map((controller) => new Driver(controller, deps));
  const started = Promise.all(drivers.map((driver) => driver.start()));
  const aborted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const ready = Promise.race([started.then(() => undefined), aborted]);
  return {
    ready,
    idle: () => evaluations.pending === 0 && drivers.every((driver) => driver.idle),
    nextDue: () => {
      const dues = drivers.map(({ nextDue }) => nextDue).filter((due) => due !== null);
      return dues.length === 0 ? null : Math.min(...dues);
    },
    snapshot: () => new View(cache, new Attempts(random), evaluations, new Topics()),
    metrics: () => ({
      objects: cache.size,
      watches: cache.openSources,
      revision: cache.revision,
      controllers: drivers.map(({ metrics }) => metrics),
      longTasks: longTasks(),
    }),
  };
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
