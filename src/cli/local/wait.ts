import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  readonly signal: AbortSignal;
  readonly timeoutMillis: number;
  /** Default 100 ms. */
  readonly everyMillis?: number;
}

/** Asks until there is an answer; undefined when the time is over. */
export async function until<T>(
  probe: () => Promise<T | undefined>,
  { signal, timeoutMillis, everyMillis = 100 }: WaitOptions,
): Promise<T | undefined> {
  const deadline = performance.now() + timeoutMillis;
  while (true) {
    signal.throwIfAborted();
    const answer = await probe();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) return undefined;
    await sleep(everyMillis);
  }
}

/** Waits for Ctrl-C, and keeps the process alive until then. */
export async function ofAbort(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const alive = setInterval(() => {}, 1 << 30);
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  clearInterval(alive);
}
