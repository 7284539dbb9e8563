const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Runs something when a signal that many wait for aborts; the answer takes it back. A signal looks through all its
 * listeners to add or to remove one, which ten thousand watches would pay for with half a minute.
 */
export function whenAborted(signal: AbortSignal, run: () => void): () => void {
  const all = waiting.get(signal) ?? follow(signal);
  all.add(run);
  return () => {
    all.delete(run);
  };
}

function follow(signal: AbortSignal): Set<() => void> {
  const all = new Set<() => void>();
  const tell = () => {
    for (const run of all) run();
  };
  signal.addEventListener('abort', tell, { once: true });
  waiting.set(signal, all);
  return all;
}
