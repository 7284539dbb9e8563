import { type Instant, instant } from '../../../base/instant.ts';
import type { IrWeekday, IrWindow } from '../../../ir/program.ts';

/** Whether changes may happen now, and when to look again. */
export type WindowState =
  | { readonly state: 'open' | 'closed'; readonly again: Instant }
  /** No zone of that name is known here. */
  | { readonly state: 'unknown-zone' };

const minute = 60_000;
/** Looked at this often at least: a change of the clocks moves the next boundary. In minutes. */
const lookAgain = 30;

/** Where `now` stands in a window: its ranges are of the zone's calendar, end exclusive (language.md Rule 53). */
export function windowState({ mode, ranges, zone, days }: IrWindow, now: Instant): WindowState {
  const local = localTime(zone, now);
  if (local === null) return { state: 'unknown-zone' };
  const spans = ranges.map(spanOf);
  const isNamed =
    days.includes(local.day) &&
    spans.some(({ start, end }) => local.minutes >= start && local.minutes < end);
  const boundaries = [24 * 60, ...spans.flatMap(({ start, end }) => [start, end])];
  const ahead = boundaries.map((at) => at - local.minutes).filter((in_) => in_ > 0);
  const wait = Math.min(lookAgain, ...ahead) * minute - (now % minute);
  return { state: isNamed === (mode === 'active') ? 'open' : 'closed', again: instant(now + wait) };
}

function spanOf(range: string): { readonly start: number; readonly end: number } {
  const [start = 0, end = 0] = range.split('-').map((time) => {
    const [hours = 0, minutes = 0] = time.split(':').map(Number);
    return hours * 60 + minutes;
  });
  return { start, end };
}

interface LocalTime {
  readonly day: IrWeekday;
  readonly minutes: number;
}

const formats = new Map<string, Intl.DateTimeFormat | null>();

function localTime(zone: string, now: Instant): LocalTime | null {
  let format = formats.get(zone);
  if (format === undefined) {
    format = formatOf(zone);
    formats.set(zone, format);
  }
  if (format === null) return null;
  const parts = new Map(format.formatToParts(now).map(({ type, value }) => [type, value]));
  return {
    day: parts.get('weekday') as IrWeekday,
    minutes: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
  };
}

function formatOf(timeZone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      weekday: 'long',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  } catch {
    return null;
  }
}
