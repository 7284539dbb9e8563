import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matches } from '../../../src/runtime/agent/glob.ts';

describe('matches', () => {
  test.each([
    ['*', '', true],
    ['*', 'web', true],
    ['web', 'web', true],
    ['web', 'webs', false],
    ['w*b', 'web', true],
    ['w*b', 'wab-web', true],
    ['w*b*', 'web-1', true],
    ['*-*', 'web', false],
    ['', '', true],
    ['', 'x', false],
    ['a.c', 'abc', false],
  ])('%s %s', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  });

  test('a text with any part replaced by a star matches', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(20), fc.nat(20), (text, from, length) => {
        const pattern = `${text.slice(0, from)}*${text.slice(from + length)}`;
        return text.length < from || matches(pattern, text);
      }),
    );
  });
});
