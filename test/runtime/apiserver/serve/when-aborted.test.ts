import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { whenAborted } from '../../../../src/runtime/apiserver/serve/when-aborted.ts';

test('many wait for a signal by one listener; who left is not told', () => {
  const abort = new AbortController();
  const told: number[] = [];
  const leave = Array.from({ length: 1000 }, (_, at) =>
    whenAborted(abort.signal, () => told.push(at)),
  );
  expect(getEventListeners(abort.signal, 'abort')).toHaveLength(1);
  for (const at of [0, 2]) leave[at]?.();
  abort.abort();
  expect(told).toHaveLength(998);
  expect(told.slice(0, 2)).toEqual([1, 3]);
});
