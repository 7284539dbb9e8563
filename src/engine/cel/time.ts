const day = 86_400n;
const nanosPerSecond = 1_000_000_000n;
/** Seconds of the first and last moment a timestamp may be: years 1 and 9999. */
export const minSeconds = -62_135_596_800n;
export const maxSeconds = 253_402_300_799n;

/** A moment taken apart, in one zone. */
export interface Civil {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
  /** From 0. */
  readonly dayOfYear: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanos: number;
}

// Go takes an hour of one digit too.
const shape =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{1,2}):(\d{2}):(\d{2})(?:[.,](\d+))?(?:Z|([+-])(\d{2}):(\d{2}))$/;

/** Reads RFC 3339 to the nanosecond as Go does; null where the text is none, or no day of the calendar. */
export function parseTimestamp(text: string): bigint | null {
  const match = shape.exec(text);
  if (match === null) return null;
  const [, year, month, date, hour, minute, second, fraction = '', sign, zoneHour, zoneMinute] =
    match;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  if (Number(zoneHour ?? 0) > 24 || Number(zoneMinute ?? 0) > 59) return null;
  const days = daysFromCivil(Number(year), Number(month), Number(date));
  if (days === null) return null;
  const zone = BigInt(zoneHour ?? 0) * 3600n + BigInt(zoneMinute ?? 0) * 60n;
  const local = days * day + BigInt(Number(hour) * 3600 + Number(minute) * 60 + Number(second));
  const seconds = local - (sign === '-' ? -zone : zone);
  return seconds * nanosPerSecond + BigInt(fraction.padEnd(9, '0').slice(0, 9));
}

/** RFC 3339 in UTC with as many digits of a fraction as there are. */
export function formatTimestamp(nanos: bigint): string {
  const { year, month, day: date, hour, minute, second, nanos: rest } = civil(nanos, 0);
  const two = (n: number) => String(n).padStart(2, '0');
  const fraction = rest === 0 ? '' : `.${String(rest).padStart(9, '0').replace(/0+$/, '')}`;
  const clock = `${two(hour)}:${two(minute)}:${two(second)}`;
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(date)}T${clock}${fraction}Z`;
}

/** Takes a moment apart, so many minutes east of UTC. */
export function civil(nanos: bigint, minutesEast: number): Civil {
  const seconds = floorDiv(nanos, nanosPerSecond);
  const local = seconds + BigInt(minutesEast) * 60n;
  const days = floorDiv(local, day);
  const time = Number(local - days * day);
  const date = civilFromDays(Number(days));
  const newYear = daysFromCivil(date.year, 1, 1) ?? 0n;
  return {
    ...date,
    dayOfYear: Number(days - newYear),
    weekday: Number((((days + 4n) % 7n) + 7n) % 7n),
    hour: Math.floor(time / 3600),
    minute: Math.floor(time / 60) % 60,
    second: time % 60,
    nanos: Number(nanos - seconds * nanosPerSecond),
  };
}

/** Minutes east of UTC of `+05:30`, `UTC` or the empty text; null for names of zones, whose tables we do not carry. */
export function zoneOffset(zone: string): number | null {
  if (zone === '' || zone === 'UTC' || zone === 'Local') return 0;
  const match = /^([+-]?\d+):([+-]?\d+)$/.exec(zone);
  const minutes = Number(match?.[2]);
  if (match === null || minutes < 0 || minutes > 59) return null;
  const hours = Number(match[1]);
  if (Math.abs(hours) > 10_000) return null;
  return zone.startsWith('-') ? hours * 60 - minutes : hours * 60 + minutes;
}

function floorDiv(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

function daysFromCivil(year: number, month: number, date: number): bigint | null {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const length = (monthDays[month - 1] ?? 0) + (leap && month === 2 ? 1 : 0);
  if (date < 1 || date > length) return null;
  const before = year - 1;
  let days = before * 365 + Math.floor(before / 4) - Math.floor(before / 100);
  days += Math.floor(before / 400) - 719_162;
  for (let m = 1; m < month; m += 1) days += (monthDays[m - 1] ?? 0) + (leap && m === 2 ? 1 : 0);
  return BigInt(days + date - 1);
}

// Howard Hinnant's algorithm: years begin in March, so that leap days come last.
function civilFromDays(days: number): { year: number; month: number; day: number } {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const leaps =
    Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365);
  const passed = 365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  const dayOfYear = dayOfEra - passed;
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1,
  };
}
