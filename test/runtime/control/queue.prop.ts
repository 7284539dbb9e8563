import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plus } from '../../../src/base/instant.ts';
import { WorkQueue } from '../../../src/runtime/control/queue.ts';
import { stillClock } from '../../support/clock.ts';

const step = fc.oneof(
  fc.record({ do: fc.constant('add' as const), key: fc.constantFrom('a', 'b', 'c') }),
  fc.record({ do: fc.constant('take' as const) }),
  fc.record({ do: fc.constant('done' as const), due: fc.option(fc.integer({ min: 0, max: 100 })) }),
  fc.record({ do: fc.constant('pass' as const), by: fc.integer({ min: 0, max: 60 }) }),
);

test('no key is under way twice, no addition is lost, and each timer comes true', () => {
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const clock = stillClock();
      const queue = new WorkQueue(clock, () => undefined);
      const busy: string[] = [];
      const owed = new Set<string>();
      for (const of of steps) {
        if (of.do === 'add') {
          queue.add(of.key);
          owed.add(of.key);
        } else if (of.do === 'take') {
          const key = queue.take();
          if (key !== undefined) {
            expect(busy).not.toContain(key);
            busy.push(key);
            owed.delete(key);
          }
        } else if (of.do === 'done') {
          const key = busy.shift();
          if (key !== undefined) {
            queue.done(key, of.due === null ? undefined : plus(clock.now(), of.due));
            if (of.due !== null) owed.add(key);
          }
        } else clock.advance(of.by);
      }
      for (const key of busy) queue.done(key);
      clock.advance(1_000);
      const left = new Set<string>();
      for (let key = queue.take(); key !== undefined; key = queue.take()) left.add(key);
      for (const key of owed) expect(left).toContain(key);
      expect(queue.nextDue).toBeNull();
    }),
  );
});

test('it is told how long each key waited, once each time it is taken', () => {
  let now = 100;
  const waits: number[] = [];
  const queue = new WorkQueue(stillClock(), () => undefined, {
    now: () => now,
    waited: (millis) => waits.push(millis),
  });
  queue.add('a');
  now += 5;
  queue.add('b');
  queue.add('a');
  now += 7;
  expect([queue.take(), queue.take(), queue.take()]).toEqual(['a', 'b', undefined]);
  expect(waits).toEqual([12, 7]);
  expect(queue.adds).toBe(2);
});
