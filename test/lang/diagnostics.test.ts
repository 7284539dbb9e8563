import { expect, test } from 'vitest';
import { messageOf, problem, severityOf } from '../../src/lang/diagnostics.ts';

const span = { start: 0, end: 1 };

test('a message is the text of its code with the parameters in their places', () => {
  const found = problem('OCM4004', span, { placement: 'web', group: '{placement}' });
  expect(messageOf(found)).toBe('placement `web` has no group `{placement}`');
  expect(severityOf(found)).toBe('error');
});

test('parameters are checked against the text of the code', () => {
  // @ts-expect-error a parameter is missing
  problem('OCM4004', span, { placement: 'web' });
  // @ts-expect-error there is no such parameter
  problem('OCM4004', span, { placement: 'web', group: 'a', gruop: 'b' });
  // @ts-expect-error there is no such code
  problem('OCM9999', span, {});
  expect(messageOf(problem('OCM2021', span, {}))).not.toContain('{');
});
