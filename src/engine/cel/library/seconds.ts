/** Seconds of a duration as a double, the way Go's `Duration.Seconds` rounds. */
export function secondsOf(nanos: bigint): number {
  const seconds = nanos / 1_000_000_000n;
  return Number(seconds) + Number(nanos - seconds * 1_000_000_000n) / 1e9;
}
