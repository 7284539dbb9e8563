import { describe, expect, it } from 'vitest';
import { compareVersions, formatVersion, parseVersion } from '../../src/kube/version.ts';

function order(a: string, b: string): number {
  const [left, right] = [parseVersion(a), parseVersion(b)];
  if (left === null || right === null) throw new Error('no version');
  return Math.sign(compareVersions(left, right));
}

describe('versions (Rule 35)', () => {
  it.each([
    ['v1.29.3', { major: 1, minor: 29, patch: 3, parts: 3 }],
    ['1.29', { major: 1, minor: 29, patch: 0, parts: 2 }],
    ['v1.29.3-eks-5e0fdde', { major: 1, minor: 29, patch: 3, parts: 3 }],
    ['v1.29.4-gke.1043002', { major: 1, minor: 29, patch: 4, parts: 3 }],
    ['v1.30.0+k3s1', { major: 1, minor: 30, patch: 0, parts: 3 }],
    ['v1.30.0-rc.1', { major: 1, minor: 30, patch: 0, parts: 3 }],
  ])('reads %s', (text, version) => {
    expect(parseVersion(text)).toEqual(version);
  });

  it.each(['', 'v1', '1', 'abc', '1.2.3.4', 'v1.x', '1.29 ', `1.${'9'.repeat(40)}`])(
    'refuses %j',
    (text) => {
      expect(parseVersion(text)).toBeNull();
    },
  );

  it('compares a literal only on the parts it has', () => {
    expect(order('v1.29.3', 'v1.29')).toBe(0);
    expect(order('v1.30.0', 'v1.29')).toBe(1);
    expect(order('v1.29.9', 'v1.30')).toBe(-1);
    expect(order('v1.29.3', 'v1.29.4')).toBe(-1);
  });

  it('prints the parts it has', () => {
    expect(
      ['v1.29', '1.29.3+x'].map((text) => formatVersion(parseVersion(text) ?? never())),
    ).toEqual(['v1.29', 'v1.29.3']);
  });
});

function never(): never {
  throw new Error('no version');
}
