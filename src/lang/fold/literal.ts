import { parseInstant } from '../../base/instant.ts';
import { maxDuration, type Nanos } from '../../kube/duration.ts';
import { parseCidr } from '../../kube/ip.ts';
import { parseQuantity } from '../../kube/quantity.ts';
import { parseVersion } from '../../kube/version.ts';
import type { Unit } from './value.ts';

const minInt = -(1n << 63n);
const maxInt = (1n << 63n) - 1n;

/** An int of the language; null where it leaves 64 bits (Rule 33). */
export function int64(value: bigint): bigint | null {
  return value >= minInt && value <= maxInt ? value : null;
}

/** A NUMBER without fraction and exponent; null where it is too large. */
export function readInt(text: string): bigint | null {
  const digits = text.replace(/^0+(?=\d)/, '');
  return /^\d{1,19}$/.test(digits) ? int64(BigInt(digits)) : null;
}

const nanosOfUnit: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['min', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
  ['d', 86_400_000_000_000n],
]);
const durationTerm = /(\d+)(?:\.(\d+))?(min|ms|us|ns|[smhd])/y;

/** Reads `30s`, `1h30m`, `500min`, `2d` (Rule 34: a day is 24 hours); null where it is none or too long. */
export function readDuration(text: string): Unit | null {
  let nanos = 0n;
  let at = 0;
  while (at < text.length) {
    durationTerm.lastIndex = at;
    const term = durationTerm.exec(text);
    if (term === null) return null;
    const [whole, digits = '', fraction = '', unit = ''] = term;
    if (digits.length > 20 || fraction.length > 18) return null;
    const size = nanosOfUnit.get(unit) ?? 0n;
    const part = (BigInt(fraction || '0') * size) / 10n ** BigInt(fraction.length);
    nanos += BigInt(digits) * size + part;
    at += whole.length;
  }
  if (at === 0 || nanos > maxDuration) return null;
  return duration(nanos, /d|min/.test(text) ? undefined : text);
}

function duration(nanos: Nanos, text: string | undefined): Unit {
  return text === undefined ? { unit: 'duration', nanos } : { unit: 'duration', nanos, text };
}

/** Reads a quantity as Kubernetes writes it; null where it is none. */
export function readQuantity(text: string): Unit | null {
  const quantity = parseQuantity(text);
  return quantity && { unit: 'quantity', quantity, text };
}

/** Reads `25%`; null where it is not a whole percentage from 0 to 100. */
export function readPercent(text: string): Unit | null {
  const digits = /^(100|\d{1,2})%$/.exec(text)?.[1];
  return digits === undefined ? null : { unit: 'percent', percent: Number(digits), text };
}

/** Reads a version with the parts it has (Rule 35); null where it is none. */
export function readVersion(text: string): Unit | null {
  const version = parseVersion(text);
  return version && { unit: 'version', version, text };
}

// What Go reads too: CEL has it as it is written.
const strictTime = /^[\d-]+T\d\d:\d\d:[0-5]\d(\.\d{1,9})?(Z|[+-][\d:]+)$/;

/** Reads a time as Kubernetes writes it (RFC 3339); null where it is none. */
export function readTime(text: string): Unit | null {
  const at = strictTime.test(text) ? parseInstant(text) : null;
  return at === null ? null : { unit: 'time', at, text };
}

/** Reads a range of addresses; null where it is none. */
export function readCidr(text: string): Unit | null {
  const cidr = parseCidr(text);
  return cidr && { unit: 'cidr', cidr, text };
}

/** What a UNIT may be: `500m` is minutes or thousandths. */
export function unitsOf(text: string): readonly Unit['unit'][] {
  if (text.endsWith('%')) return ['percent'];
  const units: Unit['unit'][] = [];
  if (readDuration(text) !== null) units.push('duration');
  if (readQuantity(text) !== null) units.push('quantity');
  return units;
}

/** Reads a UNIT as one of what it may be. */
export function readUnit(unit: Unit['unit'], text: string): Unit | null {
  switch (unit) {
    case 'duration':
      return readDuration(text);
    case 'quantity':
      return readQuantity(text);
    case 'percent':
      return readPercent(text);
    case 'version':
      return readVersion(text);
    case 'time':
      return readTime(text);
    case 'cidr':
      return readCidr(text);
  }
}
