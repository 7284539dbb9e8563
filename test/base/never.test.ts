import { expect, test } from 'vitest';
import { assertNever, invariant } from '../../src/base/never.ts';

test('what cannot happen says what it met', () => {
  expect(() => assertNever('circle' as never)).toThrow('unreachable: "circle"');
});

test('an invariant that holds is silent, and one that does not names itself', () => {
  expect(() => invariant(true, 'one is one')).not.toThrow();
  expect(() => invariant(false, 'one is two')).toThrow('invariant broken: one is two');
});
