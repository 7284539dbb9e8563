import { type Instant, instant } from '../../base/instant.ts';

/** Time as the loops see it, so that tests can hold it still. */
export interface Clock {
  readonly now: () => Instant;
  /** Runs something at (or right after) an instant; the answer cancels it. */
  readonly at: (when: Instant, run: () => void) => () => void;
}

const longestTimer = 2_147_483_647;

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => instant(Date.now()),
  at: (when, run) => {
    const wait = () => Math.min(Math.max(when - Date.now(), 0), longestTimer);
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      timer = setTimeout(() => (Date.now() < when ? arm() : run()), wait());
    };
    arm();
    return () => clearTimeout(timer);
  },
};

/** Resolves at an instant, or at once when the signal aborts; never rejects. */
export function until(when: Instant, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const finish = (): void => {
      cancel();
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = clock.at(when, finish);
    signal.addEventListener('abort', finish);
  });
}
