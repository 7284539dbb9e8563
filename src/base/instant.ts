/** Milliseconds since the epoch. The pure layers never ask what time it is: they are told. */
export type Instant = number & { readonly __instant: unique symbol };

/** A length of time in milliseconds. */
export type Millis = number;

/** Marks a number of milliseconds since the epoch as an instant. */
export function instant(milliseconds: number): Instant {
  return milliseconds as Instant;
}

/** The instant some milliseconds later (earlier, when negative). */
export function plus(at: Instant, milliseconds: Millis): Instant {
  return (at + milliseconds) as Instant;
}

const rfc3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9})\d*)?([Zz]|[+-]\d{2}:\d{2})$/;

/** Reads an RFC 3339 text (what Kubernetes writes); null where it is none. Precision is the millisecond. */
export function parseInstant(text: string): Instant | null {
  const match = rfc3339.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match;
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1) return null;
  if (Number(day) > daysIn(Number(year), Number(month))) return null;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return null;
  const days = daysFromCivil(Number(year), Number(month), Number(day));
  const seconds = days * 86_400 + Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  const millis = Number(fraction.padEnd(3, '0').slice(0, 3));
  return instant((seconds - zoneSeconds(zone)) * 1000 + millis);
}

/** RFC 3339 in UTC with whole seconds, as Kubernetes' `metav1.Time`. */
export function formatInstant(at: Instant): string {
  const { date, time } = civil(at);
  return `${date}T${time}Z`;
}

/** RFC 3339 in UTC with six digits of a fraction, as Kubernetes' `metav1.MicroTime` (leases). */
export function formatMicroTime(at: Instant): string {
  const { date, time, millis } = civil(at);
  return `${date}T${time}.${String(millis).padStart(3, '0')}000Z`;
}

function civil(at: Instant): { date: string; time: string; millis: number } {
  const millis = ((at % 1000) + 1000) % 1000;
  const seconds = Math.floor(at / 1000);
  const days = Math.floor(seconds / 86_400);
  const rest = seconds - days * 86_400;
  const [year, month, day] = civilFromDays(days);
  const two = (n: number) => String(n).padStart(2, '0');
  return {
    date: `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`,
    time: `${two(Math.floor(rest / 3600))}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)}`,
    millis,
  };
}

function zoneSeconds(zone: string): number {
  if (zone === 'Z' || zone === 'z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  return sign * (Number(zone.slice(1, 3)) * 3600 + Number(zone.slice(4, 6)) * 60);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

// Days since 1970-01-01 in the proleptic Gregorian calendar; the year starts in March so that leap days come last.
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function civilFromDays(days: number): [number, number, number] {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  return [yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day];
}
