import { sha256Hex } from '../../base/hash.ts';
import { formatInstant, type Instant, parseInstant } from '../../base/instant.ts';
import { compareText } from '../../base/json.ts';
import type { IrGuard } from '../../ir/program.ts';
import { nanosPerMilli, parseDuration } from '../../kube/duration.ts';
import { exactCount } from './count.ts';

/** Clusters that left a decision since a moment, or are about to: they are counted before they leave. */
export interface Removals {
  readonly since: Instant;
  /** How many clusters the decision had then. */
  readonly of: number;
  readonly removed: number;
  /** Stands for those that were counted last: they count once, however often a pass ends before they have left. */
  readonly last?: string;
}

/** Reads what `removalsText` wrote; null where it is something else. */
export function parseRemovals(text: string | undefined): Removals | null {
  const written = /^(\S{1,40}) (\d{1,9})\/(\d{1,9})(?: ([0-9a-f]{16}))?$/.exec(text ?? '');
  const [, time = '', removed, of, last] = written ?? [];
  const since = parseInstant(time);
  if (since === null) return null;
  const counted = { since, of: Number(of), removed: Number(removed) };
  return last === undefined ? counted : { ...counted, last };
}

/** Removals as the text of an annotation: `2026-11-21T06:00:00Z 3/40 0f3c2a99d1b7e654`. */
export function removalsText({ since, of, removed, last }: Removals): string {
  return [formatInstant(since), `${removed}/${of}`, ...(last === undefined ? [] : [last])].join(
    ' ',
  );
}

/** A guard that was read. */
export interface Limits {
  readonly neverEmpty: boolean;
  /** null: no limit. */
  readonly removeAtMost: number | string | null;
  /** Milliseconds. */
  readonly window: number;
}

/** The window of a guard that names none: ten minutes. */
const usualWindow = 10 * 60_000;

/** Reads a guard; a text is what is wrong with it. */
export function limitsOf({
  neverEmpty = false,
  removeAtMost,
  within,
}: IrGuard = {}): Limits | string {
  const window = within === undefined ? usualWindow : millisOf(within);
  if (window === null) return `within is no length of time: ${within}`;
  const most = exactCount(removeAtMost ?? 0, 1);
  if (typeof most === 'string') return `removeAtMost: ${most}`;
  return { neverEmpty, removeAtMost: removeAtMost ?? null, window };
}

function millisOf(text: string): number | null {
  const parsed = parseDuration(text);
  return parsed.ok && parsed.nanos > 0n ? Number(parsed.nanos / nanosPerMilli) : null;
}

/** What counts for a window: the decision, and who would leave it. */
export interface Leaving {
  /** Clusters in the decision now. */
  readonly of: number;
  readonly leaving: readonly string[];
  readonly now: Instant;
}

/** The window that is open at a moment; null where none is. */
export function openWindow(
  removals: Removals | null,
  { window }: Limits,
  now: Instant,
): Removals | null {
  const isOpen = removals !== null && removals.since <= now && now < removals.since + window;
  return isOpen ? removals : null;
}

/** What will have left in the window once these leave; null where nothing is counted. */
export function withLeaving(
  before: Removals | null,
  limits: Limits,
  { of, leaving, now }: Leaving,
): Removals | null {
  if (limits.removeAtMost === null) return null;
  const open = openWindow(before, limits, now);
  if (leaving.length === 0) return open;
  const last = sha256Hex(leaving.toSorted(compareText).join(' ')).slice(0, 16);
  if (open === null) return { since: now, of, removed: leaving.length, last };
  return open.last === last ? open : { ...open, removed: open.removed + leaving.length, last };
}
