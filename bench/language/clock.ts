/**
 * The middle of some times of a run, in milliseconds of CPU of this thread, after a warm-up: what it takes of one core,
 * whatever else the machine does. Short runs are timed several `together`, since that clock is coarse.
 */
export function medianCpuMillis(
  run: (at: number) => void,
  { warmUp = 8, runs = 15, together = 1 } = {},
): number {
  for (let at = 0; at < warmUp; at++) run(at);
  const times = Array.from({ length: runs }, (_, sample) => {
    const since = process.threadCpuUsage();
    for (let at = 0; at < together; at++) run(warmUp + sample * together + at);
    const { user, system } = process.threadCpuUsage(since);
    return (user + system) / 1000 / together;
  });
  return middle(times);
}

/** The middle of some numbers. */
export function middle(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

export function rounded(millis: number): number {
  return Math.round(millis * 100) / 100;
}

/** How often ours fits into the peer's time. */
export function ratioOf(ours: number, peer: number): number {
  return Math.round((peer / ours) * 100) / 100;
}
