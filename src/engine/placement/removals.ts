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
  /**
   * Stands for the decision the last of them were counted for: on the way there they count once, however many passes it
   * takes. Absent once a cluster has joined since.
   */
  readonly towards?: string;
}

/** Reads what `removalsText` wrote; null where it is something else. */
export function parseRemovals(text: string | undefined): Removals | null {
  const written = /^(\S{1,40}) (\d{1,9})\/(\d{1,9})(?: ([0-9a-f]{16}))?$/.exec(text ?? '');
  const [, time = '', removed, of, towards] = written ?? [];
  const since = parseInstant(time);
  if (since === null) return null;
  const counted = { since, of: Number(of), removed: Number(removed) };
  return towards === undefined ? counted : { ...counted, towards };
}

/** Removals as the text of an annotation: `2026-11-21T06:00:00Z 3/40 0f3c2a99d1b7e654`. */
export function removalsText({ since, of, removed, towards }: Removals): string {
  const counted = `${formatInstant(since)} ${removed}/${of}`;
  return towards === undefined ? counted : `${counted} ${towards}`;
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

/** What counts for a window: the decision as it is, and as it is to be. */
export interface Change {
  /** Clusters in the decision now. */
  readonly of: number;
  readonly leaving: number;
  readonly joining: number;
  /** Clusters it is to have. */
  readonly target: readonly string[];
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
  { of, leaving, joining, target, now }: Change,
): Removals | null {
  if (limits.removeAtMost === null) return null;
  const open = openWindow(before, limits, now);
  if (leaving === 0) return joining > 0 ? open && arrived(open) : open;
  const towards = sha256Hex(target.toSorted(compareText).join(' ')).slice(0, 16);
  if (open === null) return { since: now, of, removed: leaving, towards };
  return open.towards === towards ? open : { ...open, removed: open.removed + leaving, towards };
}

// Who comes back and leaves again counts again.
function arrived({ since, of, removed }: Removals): Removals {
  return { since, of, removed };
}
