import type { Semver } from '../value.ts';

const shape =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z.-]*))?(?:\+([0-9A-Za-z.-]*))?$/;
const maxUint = (1n << 64n) - 1n;
const maxLength = 1000;

/** Reads a semantic version as blang/semver does: three parts, no `v`, no leading zeros; null where it is none. */
export function parseSemver(text: string): Semver | null {
  const match = text.length > maxLength ? null : shape.exec(text);
  if (match === null) return null;
  const [, major = '', minor = '', patch = '', pre, build] = match;
  const numbers = [major, minor, patch].map(BigInt);
  if (numbers.some((number) => number > maxUint)) return null;
  const identifiers = pre === undefined ? [] : pre.split('.');
  if (identifiers.some(isBadIdentifier) || build?.split('.').includes('')) return null;
  const [first = 0n, second = 0n, third = 0n] = numbers;
  return { major: first, minor: second, patch: third, pre: identifiers, build: build ?? '' };
}

/** Order of versions (semver.org §11); build metadata does not count. */
export function compareSemver(a: Semver, b: Semver): number {
  for (const part of ['major', 'minor', 'patch'] as const) {
    if (a[part] !== b[part]) return a[part] < b[part] ? -1 : 1;
  }
  if (a.pre.length === 0 || b.pre.length === 0) {
    return Math.sign(b.pre.length - a.pre.length) * (a.pre.length === b.pre.length ? 0 : 1);
  }
  return comparePre(a.pre, b.pre);
}

function comparePre(a: readonly string[], b: readonly string[]): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const [x = '', y = ''] = [a[at], b[at]];
    const order = compareIdentifiers(x, y);
    if (order !== 0) return order;
  }
  return Math.sign(a.length - b.length);
}

function compareIdentifiers(a: string, b: string): number {
  const [numberA, numberB] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (numberA && numberB) {
    const [x, y] = [BigInt(a), BigInt(b)];
    if (x === y) return 0;
    return x < y ? -1 : 1;
  }
  if (numberA !== numberB) return numberA ? -1 : 1;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function isBadIdentifier(text: string): boolean {
  if (!/^\d+$/.test(text)) return text === '';
  return (text.length > 1 && text.startsWith('0')) || BigInt(text) > maxUint;
}
