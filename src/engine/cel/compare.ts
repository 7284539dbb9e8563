import { formatCidr, formatIp } from '../../kube/ip.ts';
import { compareQuantities } from '../../kube/quantity.ts';
import { compareSemver } from './library/semver-text.ts';
import type { CelMap } from './map.ts';
import type { CelObject, CelValue } from './value.ts';
import { isCelList, isTagged } from './value.ts';

/** Equality of CEL: numbers by amount whatever their type, lists and maps by content, other types never mixed. */
export function celEqual(a: CelValue, b: CelValue): boolean {
  if (a === b) return true;
  const numbers = numberOrder(a, b);
  if (numbers !== null) return numbers === 0;
  if (isCelList(a)) {
    return isCelList(b) && a.length === b.length && a.every((x, at) => celEqual(x, b[at] ?? null));
  }
  return isTagged(a) && isTagged(b) && taggedEqual(a, b);
}

type Tagged = Extract<CelValue, { readonly cel: string }>;

function taggedEqual(a: Tagged, b: Tagged): boolean {
  if (a.cel === 'map') return b.cel === 'map' && mapsEqual(a, b);
  if (a.cel === 'timestamp') return b.cel === 'timestamp' && a.nanos === b.nanos;
  if (a.cel === 'duration') return b.cel === 'duration' && a.nanos === b.nanos;
  if (a.cel === 'type') return b.cel === 'type' && a.name === b.name;
  if (a.cel === 'bytes') return b.cel === 'bytes' && bytesOrder(a.bytes, b.bytes) === 0;
  if (a.cel === 'object') return b.cel === 'object' && objectsEqual(a, b);
  return a.cel === 'optional' && b.cel === 'optional' && optionalsEqual(a.value, b.value);
}

function optionalsEqual(a: CelValue | undefined, b: CelValue | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return celEqual(a, b);
}

function mapsEqual(a: CelMap, b: CelMap): boolean {
  return (
    a.size === b.size &&
    a.keys().every((key) => {
      const other = b.get(key);
      return other !== undefined && celEqual(a.get(key) ?? null, other);
    })
  );
}

function objectsEqual(a: CelObject, b: CelObject): boolean {
  if (a.of === 'kubernetes.Quantity' && b.of === a.of) {
    return compareQuantities(a.quantity, b.quantity) === 0;
  }
  if (a.of === 'kubernetes.Semver' && b.of === a.of) return compareSemver(a.semver, b.semver) === 0;
  if (a.of === 'kubernetes.URL' && b.of === a.of) return a.url.text === b.url.text;
  if (a.of === 'net.IP' && b.of === a.of) return formatIp(a.ip) === formatIp(b.ip);
  if (a.of === 'net.CIDR' && b.of === a.of) return formatCidr(a.cidr) === formatCidr(b.cidr);
  return a.of === 'kubernetes.NamedFormat' && b.of === a.of && a.format === b.format;
}

/** Order of two values, or null where they have none: they are of types that do not compare, or NaN. */
export function celOrder(a: CelValue, b: CelValue): number | null {
  const numbers = numberOrder(a, b);
  if (numbers !== null) return Number.isNaN(numbers) ? null : numbers;
  if (typeof a === 'string' && typeof b === 'string') return textOrder(a, b);
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (!isTagged(a) || !isTagged(b)) return null;
  if (a.cel === 'bytes' && b.cel === 'bytes') return bytesOrder(a.bytes, b.bytes);
  const times =
    (a.cel === 'timestamp' && b.cel === 'timestamp') ||
    (a.cel === 'duration' && b.cel === 'duration');
  return times ? order(a.nanos, b.nanos) : null;
}

// NaN where a side is NaN: then nothing is equal and nothing has an order.
function numberOrder(a: CelValue, b: CelValue): number | null {
  const left = numeric(a);
  const right = numeric(b);
  if (left === null || right === null) return null;
  if (typeof left === typeof right) {
    return Number.isNaN(left) || Number.isNaN(right) ? Number.NaN : order(left, right);
  }
  // An int next to a double is compared as a double, so 2^63 - 1 equals 2^63 as cel-go has it.
  const [x, y] = [Number(left), Number(right)];
  return Number.isNaN(x) || Number.isNaN(y) ? Number.NaN : order(x, y);
}

function numeric(value: CelValue): bigint | number | null {
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  return isTagged(value) && value.cel === 'uint' ? value.value : null;
}

function order(a: bigint | number, b: bigint | number): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

/** Order of texts by code point, which is that of their UTF-8 bytes. */
export function textOrder(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const [x, y] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (x === y) continue;
    // A surrogate stands for a code point above all others.
    const [surrogateX, surrogateY] = [x >= 0xd800 && x < 0xe000, y >= 0xd800 && y < 0xe000];
    if (surrogateX !== surrogateY) return surrogateX ? 1 : -1;
    return x - y;
  }
  return a.length - b.length;
}

function bytesOrder(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
