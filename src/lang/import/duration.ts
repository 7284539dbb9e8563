import { readDuration } from '../fold/literal.ts';
import { unitText } from '../fold/value.ts';

/** A Go duration as a literal that prints as the same text; null where none does. */
export function durationText(text: string): string | null {
  if (!/^(\d+(\.\d+)?(ms|us|ns|[smh]))+$/.test(text)) return null;
  const read = readDuration(text);
  return read !== null && unitText(read) === text ? text : null;
}

/** Whole seconds as a literal in the largest unit that is exact. */
export function secondsText(seconds: number): string | null {
  if (!Number.isSafeInteger(seconds) || seconds < 0) return null;
  if (seconds > 0 && seconds % 3600 === 0) return `${seconds / 3600}h`;
  return seconds > 0 && seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}
