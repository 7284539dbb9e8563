import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileGlob } from '../../../src/engine/policy/glob.ts';

const matches = (pattern: string, name: string): boolean | string => {
  const glob = compileGlob(pattern);
  return glob.ok ? glob.matches(name) : glob.error;
};

// Answers of Go's `filepath.Match`.
describe('compileGlob', () => {
  test.each<[string, string, boolean]>([
    ['abc', 'abc', true],
    ['*', 'abc', true],
    ['*c', 'abc', true],
    ['a*', 'ab/c', false],
    ['a*/b', 'abc/b', true],
    ['a*b*c*d*e*/f', 'axbxcxdxe/f', true],
    ['a*b?c*x', 'abxbbxdbxebxczzy', false],
    ['ab[b-d]', 'abc', true],
    ['ab[e-g]', 'abc', false],
    ['ab[^c]', 'abc', false],
    ['ab[^b-d]', 'abe', true],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'ab', false],
    ['a?b', 'a☺b', true],
    ['a[^a]b', 'a☺b', true],
    ['[a-ζ]*', 'α', true],
    ['a?b', 'a/b', false],
    ['[\\]a]', ']', true],
    ['[x\\-]', '-', true],
    ['*x', 'xxx', true],
    ['', '', true],
    ['', 'a', false],
  ])('%s and %s', (pattern, name, expected) => {
    expect(matches(pattern, name)).toBe(expected);
  });

  test.each(['[', '[^', '[^bc', 'a[', '[]a]', '[-]', '[x-]', '[-x]', '[a-b-c]', 'a\\', '[\\', '['])(
    '%s is no pattern',
    (pattern) => {
      expect(matches(pattern, 'a')).toBe('syntax error in pattern');
    },
  );

  test('takes no longer than the product of pattern and name', () => {
    const pattern = `${'*a'.repeat(2000)}b`;
    expect(matches(pattern, 'a'.repeat(4000))).toBe(false);
  });

  test('a name without special characters matches itself only', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z-]{1,8}$/),
        fc.stringMatching(/^[a-z-]{1,8}$/),
        (a, b) => {
          expect(matches(a, b)).toBe(a === b);
        },
      ),
    );
  });
});
