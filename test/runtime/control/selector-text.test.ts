import { expect, test } from 'vitest';
import { mayMatch } from '../../../src/runtime/control/selector-text.ts';

const labels = { a: '1', 'x/y': '' };

test.each([
  [undefined, true],
  ['a', true],
  ['b', false],
  ['!b', true],
  ['!a', false],
  ['a=1', true],
  ['a==1', true],
  ['a=2', false],
  ['a!=2', true],
  ['a!=1', false],
  ['b!=1', true],
  ['x/y', true],
  ['x/y=', true],
  ['a,!b,a=1', true],
  ['a,b', false],
  ['constructor', false],
  ['a in (2,3)', true],
])('%s may match: %s', (selector, expected) => {
  expect(mayMatch(labels, selector)).toBe(expected);
});

test('nothing matches what must be there where there are no labels', () => {
  expect(mayMatch(undefined, 'a')).toBe(false);
  expect(mayMatch(undefined, '!a')).toBe(true);
});
