import type { Instant } from '../../base/instant.ts';
import type { Clock } from './clock.ts';

/** Measures how long keys wait, on a clock that is finer than that of timers. */
export interface Stopwatch {
  /** Milliseconds since some moment. */
  readonly now: () => number;
  readonly waited: (millis: number) => void;
}

/**
 * Keys to look at, each at most once and never by two at a time. A key that changes while it is under way comes back
 * when it is done; a key has one timer, the earliest asked for.
 */
export class WorkQueue<Key extends string = string> {
  readonly #clock: Clock;
  readonly #wake: () => void;
  readonly #stopwatch: Stopwatch | undefined;
  /** With the moment from which each waits. */
  readonly #ready = new Map<Key, number>();
  readonly #busy = new Map<Key, { dirty: boolean }>();
  readonly #timers = new Map<Key, { readonly due: Instant; readonly cancel: () => void }>();
  #closed = false;
  #adds = 0;

  constructor(clock: Clock, wake: () => void, stopwatch?: Stopwatch) {
    this.#clock = clock;
    this.#wake = wake;
    this.#stopwatch = stopwatch;
  }

  /** How often a key began to wait. */
  get adds(): number {
    return this.#adds;
  }

  /** Keys that could run now. */
  get depth(): number {
    return this.#ready.size;
  }

  /** True when nothing runs and nothing could; timers do not count. */
  get idle(): boolean {
    return this.#ready.size === 0 && this.#busy.size === 0;
  }

  /** The earliest timer, null where there is none; for tests that move the clock. */
  get nextDue(): Instant | null {
    let next: Instant | null = null;
    for (const { due } of this.#timers.values()) if (next === null || due < next) next = due;
    return next;
  }

  add(key: Key): void {
    if (this.#closed) return;
    const busy = this.#busy.get(key);
    if (busy !== undefined) {
      busy.dirty = true;
      return;
    }
    if (this.#ready.has(key)) return;
    this.#ready.set(key, this.#stopwatch?.now() ?? 0);
    this.#adds += 1;
    this.#wake();
  }

  /** The oldest key that may run, which is now under way until `done`. */
  take(): Key | undefined {
    const [first] = this.#ready;
    if (first === undefined) return undefined;
    const [key, since] = first;
    this.#ready.delete(key);
    this.#stopwatch?.waited(this.#stopwatch.now() - since);
    this.#disarm(key);
    this.#busy.set(key, { dirty: false });
    return key;
  }

  /** A pass is over; the key comes back at once when something changed meanwhile, else at `due`. */
  done(key: Key, due?: Instant): void {
    const dirty = this.#busy.get(key)?.dirty === true;
    this.#busy.delete(key);
    if (this.#closed) return;
    if (dirty) this.add(key);
    else if (due !== undefined) this.#arm(key, due);
  }

  close(): void {
    this.#closed = true;
    this.#ready.clear();
    for (const key of [...this.#timers.keys()]) this.#disarm(key);
  }

  #arm(key: Key, due: Instant): void {
    this.#disarm(key);
    const cancel = this.#clock.at(due, () => {
      this.#timers.delete(key);
      this.add(key);
    });
    this.#timers.set(key, { due, cancel });
  }

  #disarm(key: Key): void {
    this.#timers.get(key)?.cancel();
    this.#timers.delete(key);
  }
}
