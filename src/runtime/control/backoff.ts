import { type Instant, type Millis, plus } from '../../base/instant.ts';

/** How long to wait after failures in a row. */
export interface Backoff {
  readonly first: Millis;
  readonly factor: number;
  readonly cap: Millis;
  /** Share of the wait that is random, so that many who fail together do not come back together. */
  readonly jitter: number;
}

/** For writes: quick at first because most failures are conflicts, a minute at most. */
export const writeBackoff: Backoff = { first: 50, factor: 2, cap: 60_000, jitter: 0.2 };
/** For refusals that only a change of the object or of rights can mend. */
export const refusedBackoff: Backoff = { first: 30_000, factor: 2, cap: 600_000, jitter: 0.2 };
/** For lists and watches: a server that restarts is met by all its clients, hence the large jitter. */
export const readBackoff: Backoff = { first: 500, factor: 2, cap: 30_000, jitter: 0.5 };

/** For reads nobody allowed yet: an agent waits for its rights, and a person who has just given them waits for the agent. */
export const forbiddenBackoff: Backoff = { first: 500, factor: 1.5, cap: 5_000, jitter: 0.3 };

/** The wait after the n-th failure in a row (1 is the first), in milliseconds; `random` is in [0, 1). */
export function wait(backoff: Backoff, failures: number, random: () => number): Millis {
  const grown = backoff.first * backoff.factor ** Math.min(Math.max(failures - 1, 0), 32);
  const capped = Math.min(grown, backoff.cap);
  return capped * (1 - backoff.jitter * random());
}

/** The instant to try again after the n-th failure in a row. */
export function retryAt(
  now: Instant,
  backoff: Backoff,
  failures: number,
  random: () => number,
): Instant {
  return plus(now, Math.ceil(wait(backoff, failures, random)));
}
