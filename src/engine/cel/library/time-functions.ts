import type { Overload } from '../environment.ts';
import { member } from '../environment.ts';
import type { Civil } from '../time.ts';
import { civil, zoneOffset } from '../time.ts';
import type { CelValue } from '../value.ts';
import { celError, isTagged, noSuchOverload } from '../value.ts';

const ofTimestamp: readonly (readonly [string, (parts: Civil) => number])[] = [
  ['getFullYear', ({ year }) => year],
  ['getMonth', ({ month }) => month - 1],
  ['getDayOfYear', ({ dayOfYear }) => dayOfYear],
  ['getDate', ({ day }) => day],
  ['getDayOfMonth', ({ day }) => day - 1],
  ['getDayOfWeek', ({ weekday }) => weekday],
  ['getHours', ({ hour }) => hour],
  ['getMinutes', ({ minute }) => minute],
  ['getSeconds', ({ second }) => second],
  ['getMilliseconds', ({ nanos }) => Math.trunc(nanos / 1_000_000)],
];

const ofDuration: ReadonlyMap<string, bigint> = new Map([
  ['getHours', 3_600_000_000_000n],
  ['getMinutes', 60_000_000_000n],
  ['getSeconds', 1_000_000_000n],
  ['getMilliseconds', 1_000_000n],
]);

function partOfTimestamp(part: (parts: Civil) => number): Overload['run'] {
  return ([time = null, zone = 'UTC']) => {
    if (!isTagged(time) || time.cel !== 'timestamp' || typeof zone !== 'string') {
      return noSuchOverload;
    }
    const offset = zoneOffset(zone);
    return offset === null ? unknownZone(zone) : BigInt(part(civil(time.nanos, offset)));
  };
}

// Names such as `Europe/Berlin` need a table of zones, which the engine does not carry.
function unknownZone(zone: string): CelValue {
  return celError(`unknown time zone ${zone}`);
}

function partOfDuration(unit: bigint): Overload['run'] {
  return ([duration = null]) =>
    isTagged(duration) && duration.cel === 'duration' ? duration.nanos / unit : noSuchOverload;
}

/** Parts of timestamps, in UTC or in a zone written as an offset, and of durations. */
export const timeFunctions = ofTimestamp.map(([name, part]): readonly [string, Overload[]] => {
  const run = partOfTimestamp(part);
  const overloads = [
    member(`timestamp_${name}`, 'timestamp -> int', run),
    member(`timestamp_${name}_with_tz`, 'timestamp, string -> int', run),
  ];
  const unit = ofDuration.get(name);
  if (unit === undefined) return [name, overloads];
  return [
    name,
    [...overloads, member(`duration_${name}`, 'duration -> int', partOfDuration(unit))],
  ];
});
