import { type Nanos, parseDuration } from '../../kube/duration.ts';
import type { RolloutStrategy } from './progress.ts';

/** A strategy's numbers for so many clusters. */
export interface Limits {
  readonly type: 'All' | 'Progressive' | 'ProgressivePerGroup';
  readonly soak: Nanos;
  /** null: none. */
  readonly deadline: Nanos | null;
  /** Over all clusters of the rollout, whatever the strategy. */
  readonly maxFailures: number;
}

/** Something read, or why it cannot be. */
export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: string };

/** Reads a strategy for so many clusters: one grammar of durations and sizes for every strategy. */
export function readLimits(strategy: RolloutStrategy, clusters: number): Read<Limits> {
  const type = strategy.type === '' ? 'All' : strategy.type;
  if (type !== 'All' && type !== 'Progressive' && type !== 'ProgressivePerGroup') {
    return refuse(`unknown rollout strategy type \`${type}\``);
  }
  const deadline = readDeadline(strategy.progressDeadline);
  if (!deadline.ok) return deadline;
  if (type === 'All') {
    const none = { soak: 0n, maxFailures: Number.POSITIVE_INFINITY };
    return { ok: true, value: { type, deadline: deadline.value, ...none } };
  }
  const soak = readSoak(strategy.minSuccessTime);
  if (!soak.ok) return soak;
  const failures = readFailures(strategy.maxFailures, clusters);
  if (!failures.ok) return failures;
  const { value: maxFailures } = failures;
  return { ok: true, value: { type, soak: soak.value, deadline: deadline.value, maxFailures } };
}

/** How many clusters may be under way at once, of so many. Null: all. Zero is refused: it would never end. */
export function readWidth(width: number | string | null, clusters: number): Read<number> {
  if (width === null) return { ok: true, value: clusters };
  const size = readSize('maxConcurrency', width, clusters);
  if (!size.ok) return size;
  if (size.value.zero) return refuse('`maxConcurrency` must be at least 1');
  return { ok: true, value: Math.min(size.value.count, clusters) };
}

function readFailures(failures: number | string | null, clusters: number): Read<number> {
  if (failures === null) return { ok: true, value: 0 };
  const size = readSize('maxFailures', failures, clusters);
  return size.ok ? { ok: true, value: Math.min(size.value.count, clusters) } : size;
}

/** A Go duration above zero; empty and `None` are none. */
function readDeadline(text: string | null): Read<Nanos | null> {
  if (text === null || text === '' || text === 'None') return { ok: true, value: null };
  const parsed = parseDuration(text);
  if (!parsed.ok) return refuse(`\`progressDeadline\` is no duration: ${parsed.error}`);
  if (parsed.nanos <= 0n) return refuse(`\`progressDeadline\` must be above zero, not \`${text}\``);
  return { ok: true, value: parsed.nanos };
}

function readSoak(text: string | null): Read<Nanos> {
  if (text === null || text === '') return { ok: true, value: 0n };
  const parsed = parseDuration(text);
  if (!parsed.ok) return refuse(`\`minSuccessTime\` is no duration: ${parsed.error}`);
  if (parsed.nanos < 0n) return refuse(`\`minSuccessTime\` must not be negative, not \`${text}\``);
  return { ok: true, value: parsed.nanos };
}

const percentage = /^(\d{1,9})(?:\.(\d{1,9}))?%$/;

// Percentages are multiplied out exactly: in floating point 7% of 100 is a little more than 7 and rounds up to 8.
function readSize(
  field: string,
  size: number | string,
  clusters: number,
): Read<{ readonly count: number; readonly zero: boolean }> {
  if (typeof size === 'number') {
    if (!Number.isInteger(size) || size < 0) return noSize(field, size);
    return { ok: true, value: { count: size, zero: size === 0 } };
  }
  const match = percentage.exec(size);
  if (match === null) return noSize(field, size);
  const [, whole = '', fraction = ''] = match;
  const numerator = BigInt(whole + fraction);
  const denominator = 100n * 10n ** BigInt(fraction.length);
  const count = (numerator * BigInt(clusters) + denominator - 1n) / denominator;
  return { ok: true, value: { count: Number(count), zero: numerator === 0n } };
}

function noSize(field: string, size: number | string) {
  return refuse(`\`${field}\` must be a count or a percentage such as \`25%\`, not \`${size}\``);
}

function refuse(error: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error };
}
