import { formatInstant, type Instant, parseInstant } from '../../base/instant.ts';
import type { IrGuard } from '../../ir/program.ts';
import { nanosPerMilli, parseDuration } from '../../kube/duration.ts';
import { exactCount } from './count.ts';

/** Clusters that left a decision since a moment. */
export interface Removals {
  readonly since: Instant;
  /** How many clusters the decision had then. */
  readonly of: number;
  readonly removed: number;
}

/** Reads what `removalsText` wrote; null where it is something else. */
export function parseRemovals(text: string | undefined): Removals | null {
  const [, time = '', removed, of] = /^(\S{1,40}) (\d{1,9})\/(\d{1,9})$/.exec(text ?? '') ?? [];
  const since = parseInstant(time);
  return since === null ? null : { since, of: Number(of), removed: Number(removed) };
}

/** Removals as the text of an annotation: `2026-11-21T06:00:00Z 3/40`. */
export function removalsText({ since, of, removed }: Removals): string {
  return `${formatInstant(since)} ${removed}/${of}`;
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
  readonly leaving: number;
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
  if (open !== null) return { ...open, removed: open.removed + leaving };
  return leaving === 0 ? null : { since: now, of, removed: leaving };
}
