import { type Instant, type Millis, parseInstant } from '../../base/instant.ts';

/** A length of time for people: two units at most, fewer the longer it is (apimachinery `duration.HumanDuration`). */
export function humanDuration(millis: Millis): string {
  const seconds = Math.trunc(millis / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 120) return `${Math.max(seconds, 0)}s`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes < 10) return pair(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.trunc(minutes / 60);
  if (hours < 8) return pair(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.trunc(hours / 24);
  if (days < 8) return pair(days, 'd', hours % 24, 'h');
  if (days < 2 * 365) return `${days}d`;
  const years = Math.trunc(days / 365);
  return years < 8 ? pair(years, 'y', days % 365, 'd') : `${years}y`;
}

/** How long ago a time (RFC 3339) was; `<unknown>` where there is none, `<invalid>` where it is none. */
export function ageOf(time: unknown, now: Instant): string {
  if (typeof time !== 'string' || time === '') return '<unknown>';
  const at = parseInstant(time);
  return at === null ? '<invalid>' : humanDuration(now - at);
}

function pair(large: number, unit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${unit}` : `${large}${unit}${small}${smallUnit}`;
}
