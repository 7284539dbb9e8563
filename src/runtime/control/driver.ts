import { performance } from 'node:perf_hooks';
import { type Instant, plus } from '../../base/instant.ts';
import { type KubeObject, parseKey, type Ref, refKey, refOf } from '../../kube/object.ts';
import { AskedWatches } from './asked-watches.ts';
import { Attempts } from './attempts.ts';
import { retryAt, writeBackoff } from './backoff.ts';
import type { Cache, Opened } from './cache.ts';
import type { Clock } from './clock.ts';
import type { Action, Controller, Outcome, Seen, Watch, World } from './controller.ts';
import type { Evaluations } from './evaluations.ts';
import type { Executed, Executor } from './executor.ts';
import type { Log } from './log.ts';
import { Pacer, task } from './long-tasks.ts';
import { type AppliedMemory, isNoop, targetOf } from './no-op.ts';
import { WorkQueue } from './queue.ts';
import type { Recorder } from './recorder.ts';
import type { Change } from './shelf.ts';
import type { SingleObjects } from './single-objects.ts';
import { Subscriptions } from './subscriptions.ts';
import { Topics } from './topics.ts';
import { View } from './view.ts';

export interface DriverDeps {
  readonly cache: Cache;
  readonly singles: SingleObjects;
  readonly executor: Executor;
  readonly recorder: Recorder;
  readonly applied: AppliedMemory;
  readonly evaluations: Evaluations;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** Our bugs end here: what threw, in which controller, for which key. */
  readonly onError: (
    error: unknown,
    about: { readonly controller: string; readonly key: string },
  ) => void;
  readonly observe: Observe;
  readonly signal: AbortSignal;
}

/** Hears how long something took, in seconds; `wait` is how long a key waited for its pass. */
export type Observe = (
  what: 'wait' | 'pass' | 'write',
  controller: string,
  seconds: number,
) => void;

/** Counters of one controller. */
export interface DriverMetrics {
  readonly controller: string;
  /** Keys that wait, and how often one was added to them. */
  readonly depth: number;
  readonly adds: number;
  readonly passes: number;
  /** Actions asked for, those dropped because they would change nothing, done, and failed. */
  readonly actions: { readonly dropped: number; readonly done: number; readonly failed: number };
  readonly errors: number;
  /** Most objects one pass has read. */
  readonly mostReads: number;
}

const defaultConcurrency = 8;
/** How long a key waits for the cache to show its own writes, in milliseconds. */
const settleTimeout = 10_000;

/**
 * Runs one controller: take a key, look at the cache, reconcile, drop what would change nothing, do the rest, come back.
 * After its own write a key waits until the cache has seen it, so that nothing is created twice.
 */
export class Driver<Key extends string = string> {
  readonly #controller: Controller<Key>;
  readonly #deps: DriverDeps;
  readonly #queue: WorkQueue<Key>;
  readonly #attempts: Attempts;
  readonly #subscriptions: Subscriptions<Key>;
  readonly #asked: AskedWatches<Key>;
  readonly #topics = new Topics<Key>();
  readonly #view: View;
  readonly #pacer = new Pacer();
  readonly #errors = new Map<Key, number>();
  /** Passes that wait until so many keys have been taken, in that order. */
  readonly #givingWay: { readonly after: number; readonly resume: () => void }[] = [];
  #taken = 0;
  readonly #settling = new Set<() => void>();
  #running = 0;
  #pumpIsDue = false;
  #started = false;
  #counts = { passes: 0, dropped: 0, done: 0, failed: 0, errors: 0, mostReads: 0 };

  constructor(controller: Controller<Key>, deps: DriverDeps) {
    this.#controller = controller;
    this.#deps = deps;
    this.#queue = new WorkQueue(deps.clock, () => this.#pumpLater(), {
      now: () => performance.now(),
      waited: (millis) => deps.observe('wait', controller.name, millis / 1000),
    });
    this.#attempts = new Attempts(deps.random);
    this.#view = new View(deps.cache, this.#attempts, deps.evaluations, this.#topics);
    this.#subscriptions = new Subscriptions(deps.cache, deps.singles, (key) =>
      this.#queue.add(key),
    );
    this.#asked = new AskedWatches((watch) => this.#open({ ...watch, optional: true }), deps.clock);
  }

  /** Opens the watches; resolves once they have been read and the first key may run. */
  async start(): Promise<void> {
    const { cache, signal } = this.#deps;
    for (const index of this.#controller.indexes ?? []) cache.declare(index);
    for (const projection of this.#controller.projections ?? []) cache.project(projection);
    const opened = this.#controller.watches.map((watch) => this.#open(watch).whenRead);
    for (const key of this.#controller.startWith ?? []) this.#queue.add(key);
    signal.addEventListener('abort', () => this.#close(), { once: true });
    await Promise.all(opened);
    await this.#asked.read();
    this.#started = true;
    this.#pump();
  }

  /** Nothing runs and nothing is due before some timer. */
  get idle(): boolean {
    return this.#started && this.#queue.idle;
  }

  /** When the next timer is due; for tests that move the clock. */
  get nextDue(): Instant | null {
    return this.#queue.nextDue;
  }

  get metrics(): DriverMetrics {
    const { passes, dropped, done, failed, errors, mostReads } = this.#counts;
    const actions = { dropped, done, failed };
    const { name: controller } = this.#controller;
    const { depth, adds } = this.#queue;
    return { controller, depth, adds, passes, actions, errors, mostReads };
  }

  get #reporter(): string {
    return this.#controller.reportsAs ?? this.#controller.name;
  }

  /** Runs a key again, for those who know something the cache does not. */
  add(key: Key): void {
    this.#queue.add(key);
  }

  #close(): void {
    this.#queue.close();
    this.#asked.end();
    for (const finish of [...this.#settling]) finish();
    for (const { resume } of this.#givingWay.splice(0)) resume();
  }

  #open(watch: Watch<Key>): Opened {
    const { kind, at = 'hub', namespace, labelSelector, fieldSelector } = watch;
    const source = {
      kind,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labelSelector === undefined ? {} : { labelSelector }),
      ...(fieldSelector === undefined ? {} : { fieldSelector }),
    };
    const { cache } = this.#deps;
    const followed = (this.#controller.projections ?? [])
      .filter(({ kinds }) => kinds === undefined)
      .map((projection) => cache.follow(projection, at, kind));
    const refused = Promise.withResolvers<void>();
    const { whenRead, close } = cache.open(
      at,
      source,
      (change) => this.#heard(watch, change),
      () => refused.resolve(),
    );
    return {
      whenRead: watch.optional === true ? Promise.race([whenRead, refused.promise]) : whenRead,
      close: () => {
        close();
        for (const unfollow of followed) unfollow();
      },
    };
  }

  #heard(watch: Watch<Key>, change: Change): void {
    if (watch.watches !== undefined) this.#ask(watch.watches, change);
    this.#enqueue(watch, change);
  }

  #ask(watches: NonNullable<Watch<Key>['watches']>, { before, now }: Change): void {
    const object = now ?? before;
    if (object === undefined) return;
    try {
      this.#asked.set(refKey(refOf(object)), now === undefined ? [] : watches(now));
    } catch (error) {
      this.#bug(error, `${object.kind} ${object.metadata.name}`);
    }
  }

  #enqueue(watch: Watch<Key>, { before, now }: Change): void {
    if (!this.#started && watch.quietAtStart === true) return;
    const add = (object: KubeObject, keys: () => readonly Key[]): void => {
      try {
        for (const key of keys()) this.#queue.add(key);
      } catch (error) {
        this.#bug(error, `${object.kind} ${object.metadata.name}`);
      }
    };
    if (before !== undefined && now !== undefined && watch.keysOfChange !== undefined) {
      add(now, () => watch.keysOfChange?.(before, now, this.#view, this.#deps.clock.now()) ?? []);
      return;
    }
    for (const object of [before, now]) {
      if (object !== undefined) add(object, () => watch.keys(object, this.#view));
    }
  }

  #pump(): void {
    if (!this.#started) return;
    const most = this.#controller.concurrency ?? defaultConcurrency;
    while (this.#running < most && !this.#deps.signal.aborted) {
      if (this.#pacer.spent()) {
        this.#pumpLater();
        break;
      }
      if (!this.#runNext()) break;
    }
  }

  /** Goes on with a pass whose turn it is, or begins one; false where there is neither. */
  #runNext(): boolean {
    const [waiting] = this.#givingWay;
    if (waiting !== undefined && (this.#taken >= waiting.after || this.#queue.depth === 0)) {
      this.#givingWay.shift();
      this.#running += 1;
      waiting.resume();
      return true;
    }
    const key = this.#queue.take();
    if (key === undefined) return false;
    this.#taken += 1;
    this.#running += 1;
    void this.#pass(key);
    return true;
  }

  /** In the next turn of the event loop, so that what comes together is one pass. */
  #pumpLater(): void {
    if (this.#pumpIsDue) return;
    this.#pumpIsDue = true;
    setImmediate(() => {
      this.#pumpIsDue = false;
      this.#pump();
    });
  }

  async #pass(key: Key): Promise<void> {
    let due: Instant | undefined;
    let written: readonly Promise<void>[] = [];
    let news = false;
    try {
      const outcome = this.#reconcile(key);
      if (outcome === null) due = this.#afterError(key);
      else ({ due, written, news } = await this.#perform(key, outcome));
    } catch (error) {
      this.#bug(error, key);
      due = this.#afterError(key);
    }
    this.#running -= 1;
    // Others may run while this key waits for the cache.
    this.#pump();
    if (written.length > 0) await this.#settle(written);
    this.#queue.done(key, due);
    if (news) this.#queue.add(key);
  }

  #reconcile(key: Key): Outcome | null {
    const view = this.#view;
    view.reads = 0;
    this.#counts.passes += 1;
    try {
      const { name } = this.#controller;
      const now = this.#deps.clock.now();
      const started = performance.now();
      const outcome = task(`reconcile ${name}`, () => this.#controller.reconcile(key, view, now));
      this.#deps.observe('pass', name, secondsSince(started));
      this.#errors.delete(key);
      return outcome;
    } catch (error) {
      this.#bug(error, key);
      return null;
    } finally {
      this.#counts.mostReads = Math.max(this.#counts.mostReads, view.reads);
    }
  }

  async #perform(
    key: Key,
    { actions, alsoWatch, alsoList, evaluate, mentions = [], again }: Outcome,
  ): Promise<{ due: Instant | undefined; written: readonly Promise<void>[]; news: boolean }> {
    this.#subscriptions.set(key, alsoWatch ?? [], alsoList ?? []);
    this.#topics.set(key, mentions);
    for (const evaluation of evaluate ?? []) {
      this.#deps.evaluations.ask(evaluation, () => this.#queue.add(key));
    }
    const pass: Pass = {
      due: again,
      written: [],
      left: new Map(),
      news: false,
      failed: false,
      changed: false,
      first: true,
    };
    for (const action of actions) {
      if (pass.failed && action.independent !== true) continue;
      if (action.yields === true && pass.changed) await this.#giveWay();
      if (this.#deps.signal.aborted) break;
      await this.#act(action, pass);
      pass.first = false;
    }
    return pass;
  }

  /** Until the keys that wait now have had their turn. */
  async #giveWay(): Promise<void> {
    if (this.#queue.depth === 0) return;
    const turn = Promise.withResolvers<void>();
    this.#givingWay.push({ after: this.#taken + this.#queue.depth, resume: turn.resolve });
    this.#running -= 1;
    this.#pump();
    await turn.promise;
  }

  async #act(action: Action, pass: Pass): Promise<void> {
    const { cache, applied, recorder, clock } = this.#deps;
    if (action.do === 'record') {
      // What did not happen is not told: the actions before it changed nothing.
      if (pass.first || pass.changed) recorder.record(this.#reporter, action);
      return;
    }
    const on = targetOf(action);
    const at = action.at ?? 'hub';
    const before = cache.look(at, on);
    if (action.confirm !== true && isNoop(action, before, applied)) {
      this.#counts.dropped += 1;
      if (this.#attempts.mended(on, action)) pass.news = true;
      return;
    }
    const held = this.#attempts.heldUntil(on, action, clock.now());
    if (held !== null) {
      // The reconciler knew of this failure when it wrote what follows, so what follows is done.
      if (action.gate === true) pass.failed = true;
      pass.due = earliest(pass.due, held);
      return;
    }
    const started = performance.now();
    const executed = await this.#deps.executor.execute(asLeft(action, pass), this.#deps.signal);
    this.#deps.observe('write', this.#controller.name, secondsSince(started));
    this.#note({ action, on, before, executed }, pass);
  }

  #note(of: Done, pass: Pass): void {
    const { action, on, executed } = of;
    const { log, clock, applied, signal } = this.#deps;
    if (signal.aborted) return;
    const noted = this.#attempts.note(on, action, { executed, now: clock.now() });
    if (noted.news) pass.news = true;
    if (executed.ok) {
      this.#counts.done += 1;
      pass.changed = true;
      this.#remember(of, executed.object, pass);
      return;
    }
    this.#counts.failed += 1;
    if (action.do === 'apply') applied.forget(action);
    if (action.independent !== true) pass.failed = true;
    if (noted.retryAt !== null) pass.due = earliest(pass.due, noted.retryAt);
    const level = executed.retry === 'now' ? 'debug' : 'warn';
    const { reason, why } = executed;
    const about = {
      controller: this.#controller.name,
      on: `${on.kind} ${on.namespace}/${on.name}`,
    };
    log(level, `cannot ${action.do}`, { ...about, reason, why });
  }

  #remember({ action, on, before }: Done, answer: KubeObject | null | undefined, pass: Pass): void {
    const { cache, applied } = this.#deps;
    const at = action.at ?? 'hub';
    const existed = before.state === 'present';
    if (action.do === 'delete') {
      if (answer?.metadata?.deletionTimestamp !== undefined) {
        pass.written.push(cache.seen(at, on, answer, existed));
      } else if (existed) {
        const gone = before.object.metadata.uid ?? '';
        pass.written.push(cache.seen(at, on, { gone }, existed));
      }
      return;
    }
    if (answer === null || answer === undefined) return;
    pass.left.set(objectKey(at, refOf(answer)), answer);
    if (action.do === 'apply') applied.remember(action, answer);
    // Only these two can bring an object into being that the cache has yet to hear of.
    const mayBeNew = action.do === 'create' || action.do === 'apply';
    pass.written.push(cache.seen(at, refOf(answer), answer, existed || !mayBeNew));
  }

  /** Until the cache has seen the writes, or it takes too long, or the process ends. */
  #settle(written: readonly Promise<void>[]): Promise<void> {
    const { clock } = this.#deps;
    return new Promise((resolve) => {
      const finish = (): void => {
        cancel();
        this.#settling.delete(finish);
        resolve();
      };
      const cancel = clock.at(plus(clock.now(), settleTimeout), finish);
      this.#settling.add(finish);
      void Promise.all(written).then(finish);
    });
  }

  #afterError(key: Key): Instant {
    const failures = (this.#errors.get(key) ?? 0) + 1;
    this.#errors.set(key, failures);
    return retryAt(this.#deps.clock.now(), writeBackoff, failures, this.#deps.random);
  }

  /** One catch for all our bugs: the process lives on, the object gets an event. */
  #bug(error: unknown, key: string): void {
    const { name: controller, watches } = this.#controller;
    this.#counts.errors += 1;
    this.#deps.onError(error, { controller, key });
    const kind = watches[0]?.kind;
    if (kind === undefined) return;
    const about: Ref = {
      group: kind.group,
      version: kind.version,
      kind: kind.kind,
      ...parseKey(key),
    };
    const at = watches[0]?.at ?? 'hub';
    if (this.#deps.cache.look(at, about).state !== 'present') return;
    const message = `controller ${controller} failed by a fault of its own; it will try again`;
    this.#deps.recorder.record(this.#reporter, {
      do: 'record',
      about,
      type: 'Warning',
      reason: 'InternalError',
      message,
      at,
    });
  }
}

/** One action, the object as the cache showed it before, and what became of it. */
interface Done {
  readonly action: Action;
  readonly on: Ref;
  readonly before: Seen;
  readonly executed: Executed;
}

interface Pass {
  due: Instant | undefined;
  readonly written: Promise<void>[];
  /** Objects as writes of this pass left them. */
  readonly left: Map<string, KubeObject>;
  /** An attempt ended differently from the last one, so the reconciler has something to report. */
  news: boolean;
  failed: boolean;
  changed: boolean;
  first: boolean;
}

/** A patch that asks for what was written in this pass, with the version that has. */
function asLeft(action: Action, { left }: Pass): Action {
  if (action.asWritten !== true || (action.do !== 'patch' && action.do !== 'patchStatus'))
    return action;
  const { uid, resourceVersion } =
    left.get(objectKey(action.at ?? 'hub', action.of))?.metadata ?? {};
  return {
    ...action,
    ...(uid !== undefined && { ifUid: uid }),
    ...(resourceVersion !== undefined && { ifVersion: resourceVersion }),
  };
}

function objectKey(at: World, of: Ref): string {
  return `${at} ${refKey(of)}`;
}

function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}

function earliest(a: Instant | undefined, b: Instant): Instant {
  return a === undefined || b < a ? b : a;
}
