import { type Instant, instant, type Millis } from '../../src/base/instant.ts';
import type { Clock } from '../../src/runtime/control/clock.ts';

/** A clock that stands still until it is told to go on. */
export interface StillClock extends Clock {
  /** Goes on by so many milliseconds and runs what became due, in order of time. */
  readonly advance: (by: Millis) => void;
  /** Instants of the timers that wait. */
  readonly timers: () => readonly Instant[];
}

/** Starts at an instant; 2026-01-01T00:00:00Z unless told. */
export function stillClock(start: Instant = instant(Date.UTC(2026, 0, 1))): StillClock {
  let now = start;
  const timers = new Set<{ readonly when: Instant; readonly run: () => void }>();
  return {
    now: () => now,
    at: (when, run) => {
      const timer = { when, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance: (by) => {
      const end = instant(now + by);
      for (;;) {
        const [next] = [...timers]
          .filter(({ when }) => when <= end)
          .sort((a, b) => a.when - b.when);
        if (next === undefined) break;
        timers.delete(next);
        now = next.when > now ? next.when : now;
        next.run();
      }
      now = end;
    },
    timers: () => [...timers].map(({ when }) => when).sort((a, b) => a - b),
  };
}

/** Waits until a condition holds, turn by turn of the event loop and without a clock; fails after many turns. */
export async function eventually(holds: () => boolean, what: string, turns = 5_000): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) {
    if (holds()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`did not come true: ${what}`);
}
