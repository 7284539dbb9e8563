import { describe, expect, test } from 'vitest';
import { instant } from '../../src/base/instant.ts';
import { isTrue, setCondition, setConditions } from '../../src/kube/conditions.ts';
import type { Condition } from '../../src/kube/object.ts';

const at = instant(Date.UTC(2026, 0, 2, 3, 4, 5));
const old: Condition = {
  type: 'Ready',
  status: 'True',
  reason: 'Fine',
  message: 'fine',
  lastTransitionTime: '2020-01-01T00:00:00Z',
};

describe('setCondition', () => {
  test('adds a condition with the time it is told', () => {
    const [added] = setCondition(undefined, { ...old, type: 'New' }, at);
    expect(added?.lastTransitionTime).toBe('2026-01-02T03:04:05Z');
  });

  test('keeps the time while the status stays, whatever else changes', () => {
    const [set] = setCondition(
      [old],
      { type: 'Ready', status: 'True', reason: 'Other', message: '' },
      at,
    );
    expect(set).toEqual({ ...old, reason: 'Other', message: '' });
  });

  test('moves the time when the status changes, and keeps the place', () => {
    const other = { ...old, type: 'Other' };
    const set = setCondition([old, other], { ...old, status: 'False' }, at);
    expect(set.map(({ type }) => type)).toEqual(['Ready', 'Other']);
    expect(set[0]?.lastTransitionTime).toBe('2026-01-02T03:04:05Z');
  });

  test('sets several, in order', () => {
    const set = setConditions(
      [],
      [
        { ...old, type: 'B' },
        { ...old, type: 'A' },
      ],
      at,
    );
    expect(set.map(({ type }) => type)).toEqual(['B', 'A']);
    expect(isTrue(set, 'A')).toBe(true);
    expect(isTrue(undefined, 'A')).toBe(false);
  });
});
