import { describe, expect, test } from 'vitest';
import { plus } from '../../../src/base/instant.ts';
import { type GuardInput, guard } from '../../../src/engine/placement/guard.ts';
import { parseRemovals, removalsText } from '../../../src/engine/placement/removals.ts';
import { schedule } from '../../../src/engine/placement/schedule.ts';
import type { IrGuard, IrPlacement } from '../../../src/ir/program.ts';
import { fleet, inputOf, label, now } from './builders.ts';

const minute = 60_000;

/** A decision of so many clusters, of which the first of a fleet are still to be selected. */
function guarded(
  { decided, stay, there = decided }: { decided: number; stay: number; there?: number },
  changes: Partial<IrPlacement> = {},
  more: Partial<GuardInput> = {},
) {
  const clusters = fleet(10)
    .slice(0, there)
    .map((one, at) => ({
      ...one,
      metadata: { ...one.metadata, labels: { in: at < stay ? 'yes' : 'no' } },
    }));
  const names = fleet(10)
    .slice(0, decided)
    .map(({ metadata }) => metadata.name);
  const input: GuardInput = {
    ...inputOf(clusters, { where: label('in', 'yes'), ...changes }, { decided: names }),
    unread: [],
    removals: null,
    allowedUntil: null,
    ...more,
  };
  return guard(schedule(input), input);
}

const protecting = (of: IrGuard): Partial<IrPlacement> => ({ guard: of });

describe('without a guard', () => {
  test('everything may leave', () => {
    const { held, selected, groups } = guarded({ decided: 10, stay: 0 });
    expect({ held, selected, groups: groups?.length }).toEqual({
      held: null,
      selected: [],
      groups: 1,
    });
  });

  test('a mistaken placement keeps what it has, and says so', () => {
    const where = { op: 'cel', source: 'nonsense(' } as const;
    const { held, selected, groups, conditions } = guarded({ decided: 4, stay: 4 }, { where });
    expect(held?.reason).toBe('Misconfigured');
    expect(selected).toHaveLength(4);
    expect(groups).toBeNull();
    expect(conditions).toMatchObject([
      { type: 'PlacementMisconfigured', status: 'True', reason: 'Misconfigured' },
      { type: 'PlacementSatisfied', status: 'False', message: 'the decisions stay as they were' },
    ]);
  });

  test('a mistaken placement that has nothing to keep gets an empty decision', () => {
    const where = { op: 'cel', source: 'nonsense(' } as const;
    const { held, selected, groups } = guarded({ decided: 0, stay: 4 }, { where });
    expect({ reason: held?.reason, selected }).toEqual({ reason: 'Misconfigured', selected: [] });
    expect(groups).toEqual([{ name: '', index: 0, clusters: [] }]);
    const unread = { unread: ['decisions'] } as const;
    expect(guarded({ decided: 0, stay: 4 }, { where }, unread).groups).toBeNull();
  });

  test('what is not read keeps a decision as it is, if it matters to it', () => {
    const unread = { unread: ['clusters', 'scores'] } as const;
    const { held, selected, groups, conditions } = guarded({ decided: 3, stay: 9 }, {}, unread);
    expect({ selected: selected.length, groups }).toEqual({ selected: 3, groups: null });
    expect(held).toEqual({
      reason: 'InventoryPartial',
      message: 'not all clusters are read yet; the decisions stay as they were until they are',
    });
    expect(conditions[1]).toMatchObject({ status: 'False', reason: 'InventoryPartial' });
    expect(guarded({ decided: 3, stay: 9 }, {}, { unread: ['scores', 'addons'] }).held).toBeNull();
  });

  test('under compat: upstream every outcome is taken', () => {
    const where = { op: 'cel', source: 'nonsense(' } as const;
    const upstream = { compat: 'upstream', unread: ['clusters'] } as const;
    const all = protecting({ neverEmpty: true, removeAtMost: 0 });
    const { held, selected } = guarded({ decided: 4, stay: 4 }, { where, ...all }, upstream);
    expect({ held, selected }).toEqual({ held: null, selected: [] });
  });
});

describe('never empty', () => {
  const never = protecting({ neverEmpty: true });

  test('the last clusters stay, with the reason and the remedy', () => {
    const { held, selected, groups, conditions } = guarded({ decided: 7, stay: 0 }, never);
    expect({ selected: selected.length, groups }).toEqual({ selected: 7, groups: null });
    expect(held).toEqual({
      reason: 'WouldBeEmpty',
      message:
        'no cluster would be left of 7 (c01, c02, c03, c04, c05 and 2 more); the decisions stay as they were; ' +
        'undo what drops them, or let them go: kubectl annotate placement p -n ns ocmlang.dev/removal-allowed-until=TIME',
    });
    expect(conditions[0]).toMatchObject({ type: 'PlacementMisconfigured', status: 'False' });
    expect(conditions[1]).toMatchObject({ type: 'PlacementSatisfied', reason: 'WouldBeEmpty' });
  });

  test('as long as one is left the others may go, and a decision may be empty from the start', () => {
    expect(guarded({ decided: 7, stay: 1 }, never).held).toBeNull();
    expect(guarded({ decided: 0, stay: 0, there: 5 }, never).held).toBeNull();
  });

  test('clusters that are gone leave nevertheless', () => {
    const { selected, groups, held } = guarded({ decided: 5, stay: 0, there: 2 }, never);
    expect(held?.reason).toBe('WouldBeEmpty');
    expect(selected).toEqual(['c01', 'c02']);
    expect(groups).toEqual([{ name: '', index: 0, clusters: ['c01', 'c02'] }]);
    expect(guarded({ decided: 5, stay: 0, there: 0 }, never)).toMatchObject({
      held: null,
      selected: [],
    });
  });

  test('clusters that are being deleted are as good as gone', () => {
    const [kept, going] = fleet(2);
    if (kept === undefined || going === undefined) throw new Error('no fleet');
    const deletionTimestamp = '2026-01-01T00:00:00Z';
    const clusters = [kept, { ...going, metadata: { ...going.metadata, deletionTimestamp } }];
    const decided = clusters.map(({ metadata }) => metadata.name);
    const input: GuardInput = {
      ...inputOf(clusters, { ...protecting({ removeAtMost: 0 }) }, { decided }),
      unread: [],
      removals: null,
      allowedUntil: null,
    };
    expect(guard(schedule(input), input)).toMatchObject({ held: null, selected: ['c1'] });
  });
});

test('a decision that is held keeps the scores it has', () => {
  const recorded = { scores: new Map([['c01', 7]]), at: now };
  const changes = { ...protecting({ neverEmpty: true }), sortBy: 'Score' } as const;
  const held = guarded({ decided: 2, stay: 0 }, changes, { recorded });
  expect(held).toMatchObject({ held: { reason: 'WouldBeEmpty' }, scores: recorded });
});

describe('at most so many at once', () => {
  test.each([
    [{ removeAtMost: 3 }, 7, null],
    [{ removeAtMost: 3 }, 6, 'TooManyRemoved'],
    [{ removeAtMost: '30%' }, 7, null],
    [{ removeAtMost: '30%' }, 6, 'TooManyRemoved'],
    // rounded up: a small decision may lose a cluster
    [{ removeAtMost: '1%' }, 9, null],
    [{ removeAtMost: '1%' }, 8, 'TooManyRemoved'],
    [{ removeAtMost: 0 }, 10, null],
    [{ removeAtMost: 0 }, 9, 'TooManyRemoved'],
    [{ removeAtMost: '100%' }, 0, null],
    [{ removeAtMost: '100%', neverEmpty: true }, 0, 'WouldBeEmpty'],
  ] as const)('%j of 10, of which %i stay: %s', (of, stay, reason) => {
    const { held, selected } = guarded({ decided: 10, stay }, protecting(of));
    expect(held?.reason ?? null).toBe(reason);
    expect(selected).toHaveLength(reason === null ? stay : 10);
  });

  test('one after the other counts as well, until the window is over', () => {
    const some = protecting({ removeAtMost: 2, within: '10m' });
    const first = guarded({ decided: 10, stay: 8 }, some);
    expect(first).toMatchObject({ held: null, removals: { since: now, of: 10, removed: 2 } });
    const later = { removals: first.removals, now: plus(now, 9 * minute) };
    const second = guarded({ decided: 8, stay: 7 }, some, later);
    expect(second.held?.message).toContain(
      '1 of 10 clusters would leave after 2 counted since 2030-01-01T00:00:00Z, and 2 may (c08)',
    );
    expect(second).toMatchObject({
      removals: first.removals,
      recheckAt: plus(now, 10 * minute),
    });
    const third = { removals: second.removals, now: plus(now, 10 * minute) };
    expect(guarded({ decided: 8, stay: 7 }, some, third)).toMatchObject({
      held: null,
      removals: { since: plus(now, 10 * minute), of: 8, removed: 1 },
    });
  });

  test('on the way to a decision those who leave count once, however many passes it takes', () => {
    const some = protecting({ removeAtMost: 2 });
    const first = guarded({ decided: 10, stay: 8 }, some);
    const again = { removals: first.removals, now: plus(now, minute) };
    expect(guarded({ decided: 10, stay: 8 }, some, again).removals).toEqual(first.removals);
    expect(guarded({ decided: 9, stay: 8 }, some, again)).toMatchObject({
      held: null,
      removals: first.removals,
    });
    expect(guarded({ decided: 8, stay: 8 }, some, again).removals).toEqual(first.removals);
    expect(guarded({ decided: 10, stay: 7 }, some, again).held?.reason).toBe('TooManyRemoved');
  });

  test('who comes back and leaves again counts again', () => {
    const some = protecting({ removeAtMost: 2 });
    const { removals } = guarded({ decided: 10, stay: 8 }, some);
    const back = guarded({ decided: 8, stay: 10, there: 10 }, some, { removals });
    expect(back.removals).toEqual({ since: now, of: 10, removed: 2 });
    const { held } = guarded({ decided: 10, stay: 8 }, some, { removals: back.removals });
    expect(held?.reason).toBe('TooManyRemoved');
  });

  test('somebody may allow more for a while', () => {
    const none = protecting({ removeAtMost: 0, neverEmpty: true });
    const allowed = (at: number) => ({ allowedUntil: plus(now, at) });
    expect(guarded({ decided: 10, stay: 0 }, none, allowed(1)).held).toBeNull();
    expect(guarded({ decided: 10, stay: 0 }, none, allowed(0)).held?.reason).toBe('WouldBeEmpty');
  });

  test('a clock that was set back opens a new window', () => {
    const some = protecting({ removeAtMost: 2 });
    const removals = { since: plus(now, minute), of: 10, removed: 2 };
    expect(guarded({ decided: 10, stay: 8 }, some, { removals }).removals).toMatchObject({
      since: now,
    });
  });

  test.each([
    [
      { removeAtMost: 'some' },
      'guard:removeAtMost: some is neither a number of clusters nor a percentage',
    ],
    [
      { removeAtMost: -1 },
      'guard:removeAtMost: -1 is neither a number of clusters nor a percentage',
    ],
    [{ removeAtMost: 1, within: 'soon' }, 'guard:within is no length of time: soon'],
    [{ removeAtMost: 1, within: '-1m' }, 'guard:within is no length of time: -1m'],
  ] as const)('%j cannot be read, so nothing may leave', (of, message) => {
    const { held, selected, conditions } = guarded({ decided: 10, stay: 9 }, protecting(of));
    expect({ reason: held?.reason, selected: selected.length }).toEqual({
      reason: 'Misconfigured',
      selected: 10,
    });
    expect(conditions[0]).toMatchObject({ status: 'True', message });
  });
});

test.each([
  ['2030-01-01T00:00:00Z 3/40', { since: now, of: 40, removed: 3 }],
  [
    '2030-01-01T00:00:00Z 3/40 0f3c2a99d1b7e654',
    { since: now, of: 40, removed: 3, towards: '0f3c2a99d1b7e654' },
  ],
  ['2030-01-01T00:00:00Z 3/40 0f3c', null],
  ['', null],
  ['2030-01-01T00:00:00Z', null],
  ['yesterday 3/40', null],
  ['2030-01-01T00:00:00Z -3/40', null],
])('removals are kept as a text: %j', (text, removals) => {
  expect(parseRemovals(text)).toEqual(removals);
  if (removals !== null) expect(removalsText(removals)).toBe(text);
});
