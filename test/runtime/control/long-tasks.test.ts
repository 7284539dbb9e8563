import { performance } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { longTaskLimit, longTasks, Pacer, task } from '../../../src/runtime/control/long-tasks.ts';

function hold(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

test('a task that holds the event loop is counted under its name, results and errors pass through', () => {
  const before = longTasks().count;
  expect(task('quick', () => 7)).toBe(7);
  task('slow', () => hold(longTaskLimit + 10));
  expect(() =>
    task('slow and broken', () => {
      hold(longTaskLimit + 30);
      throw new Error('our bug');
    }),
  ).toThrow('our bug');
  const { count, byName, longest } = longTasks();
  expect(count).toBeGreaterThanOrEqual(before + 2);
  expect(byName).toMatchObject({ slow: 1, 'slow and broken': 1 });
  expect(longest?.milliseconds).toBeGreaterThan(longTaskLimit);
});

test('a pacer says when others should have a turn', async () => {
  const pacer = new Pacer();
  expect(pacer.spent()).toBe(false);
  hold(15);
  expect(pacer.spent()).toBe(true);
  await pacer.breathe();
  expect(pacer.spent()).toBe(false);
});
