import { monitorEventLoopDelay, performance } from 'node:perf_hooks';

/** Tasks that held the event loop longer than this are counted, in milliseconds. */
export const longTaskLimit = 50;

/** How often the event loop of this process was held too long, and by what. */
export interface LongTasks {
  readonly count: number;
  readonly longest: { readonly name: string; readonly milliseconds: number } | null;
  /** Counts by name; at most 100 names, the rest under `other`. */
  readonly byName: Readonly<Record<string, number>>;
}

const names = new Map<string, number>();
let count = 0;
let longest: LongTasks['longest'] = null;
/** The end of the last task that had a name, so that the watcher below does not count it again. */
let namedUntil = 0;

/** Runs a synchronous piece of work under a name; its result and exceptions pass through. */
export function task<T>(name: string, run: () => T): T {
  const start = performance.now();
  try {
    return run();
  } finally {
    const end = performance.now();
    if (end - start > longTaskLimit) {
      note(name, end - start);
      namedUntil = end;
    }
  }
}

/** What was counted since the process started. */
export function longTasks(): LongTasks {
  return { count, longest, byName: Object.fromEntries(names) };
}

/** How fine the delay of the event loop is measured, and how often it is looked at, in milliseconds. */
const resolution = 20;
const lookEvery = 1_000;
let watching: NodeJS.Timeout | undefined;

/** Counts tasks nobody gave a name to, the longest of each second; one watcher per process, keeps nothing alive. */
export function watchEventLoop(): void {
  if (watching !== undefined) return;
  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();
  let looked = performance.now();
  watching = setInterval(() => {
    const longestDelay = delay.max / 1e6 - resolution;
    delay.reset();
    if (longestDelay > longTaskLimit && namedUntil < looked) note('unnamed', longestDelay);
    looked = performance.now();
  }, lookEvery);
  watching.unref();
}

function note(name: string, milliseconds: number): void {
  count += 1;
  const key = names.has(name) || names.size < 100 ? name : 'other';
  names.set(key, (names.get(key) ?? 0) + 1);
  if (longest === null || milliseconds > longest.milliseconds) longest = { name, milliseconds };
}

/** Lets long loops breathe: says when the event loop has been held for ten milliseconds. */
export class Pacer {
  #start = -1;

  spent(): boolean {
    const now = performance.now();
    if (this.#start < 0) {
      this.#start = now;
      setImmediate(() => {
        this.#start = -1;
      });
    }
    return now - this.#start > 10;
  }

  /** Gives others a turn when it is time. */
  async breathe(): Promise<void> {
    if (this.spent()) await new Promise((resolve) => setImmediate(resolve));
  }
}
