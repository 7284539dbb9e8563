/** One result of a benchmark, as a line of JSON. `ratio` above 1 means that ours is better. */
export interface Row {
  readonly name: string;
  readonly ours: number;
  /** null where the peer is not on this machine; `note` says so, and there is no ratio. */
  readonly peer: number | null;
  readonly unit: string;
  readonly ratio: number | null;
  readonly cpuSeconds: number;
  readonly rssMB: number;
  readonly peerVersion: string | null;
  /** Peers beside the one of the ratio, in the same run. */
  readonly others?: readonly Peer[];
  readonly note: string;
}

/** Another program's figure. */
export interface Peer {
  /** With its version. */
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly note: string;
}

/** What is measured besides time: CPU of this process since the start, and memory now. */
export function usage(since: NodeJS.CpuUsage): Pick<Row, 'cpuSeconds' | 'rssMB'> {
  const { user, system } = process.cpuUsage(since);
  return {
    cpuSeconds: Math.round((user + system) / 1e4) / 100,
    rssMB: Math.round(process.memoryUsage.rss() / 1e6),
  };
}

/** The middle of some times of a run, in milliseconds, after a warm-up. */
export function medianMillis(run: () => void, { warmUp = 5, runs = 15 } = {}): number {
  for (let i = 0; i < warmUp; i++) run();
  const times = Array.from({ length: runs }, () => {
    const started = performance.now();
    run();
    return performance.now() - started;
  });
  return times.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? 0;
}
