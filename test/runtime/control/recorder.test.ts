import { afterEach, expect, test } from 'vitest';
import { configMapKind, eventKind } from '../../../src/kube/core.ts';
import { keyOf, refOf } from '../../../src/kube/object.ts';
import type { Controller, Outcome } from '../../../src/runtime/control/controller.ts';
import { watch } from '../../../src/runtime/control/controller.ts';
import { memoryCluster } from '../../support/memory-cluster.ts';
import { configMap, type Harness, run } from './harness.ts';

let harness: Harness | undefined;
afterEach(() => harness?.stop());

const about = refOf(configMap('a'));

/** Does for each change of an object what its `data` says. */
function teller(
  actions: (data: Readonly<Record<string, string>>) => Outcome['actions'],
): Controller {
  return {
    name: 'teller',
    watches: [watch({ kind: configMapKind, keys: (object) => [keyOf(object)] })],
    reconcile: (_key, snapshot) => {
      const object = snapshot.get(configMapKind, 'test', 'a');
      return { actions: object === undefined ? [] : actions(object.data ?? {}) };
    },
  };
}

async function tell(n: number): Promise<void> {
  await harness?.hub.mergePatch(about, { data: { n: String(n) } });
  await harness?.rest();
}

test('the same event again is counted, and written at most once a minute', async () => {
  const hub = memoryCluster();
  await hub.create(configMap('a'));
  harness = run([teller(() => [{ do: 'record', about, reason: 'Told', message: 'again' }])], {
    hub,
  });
  await harness.ready;
  await harness.rest();
  for (let n = 0; n < 5; n += 1) await tell(n);
  expect(hub.objects(eventKind).map(({ count }) => count)).toEqual([1]);
  harness.clock.advance(60_000);
  await tell(6);
  const [event] = hub.objects(eventKind);
  expect(event).toMatchObject({
    type: 'Normal',
    reason: 'Told',
    message: 'again',
    count: 7,
    involvedObject: { kind: 'ConfigMap', namespace: 'test', name: 'a', uid: 'uid-1' },
    source: { component: 'teller' },
  });
  expect(event?.metadata.namespace).toBe('test');
});

test('many similar events become one, and nobody floods', async () => {
  const hub = memoryCluster();
  await hub.create(configMap('a'));
  harness = run(
    [
      teller(({ n }) => [
        { do: 'record', about, reason: 'Told', message: `message ${n ?? 'none'}` },
      ]),
    ],
    { hub },
  );
  await harness.ready;
  await harness.rest();
  for (let n = 0; n < 100; n += 1) await tell(n);
  const events = hub.objects(eventKind);
  expect(events).toHaveLength(11);
  expect(events.filter(({ message }) => message?.startsWith('(combined'))).toHaveLength(1);
  expect(hub.writes.filter(({ of }) => of.kind === 'Event').length).toBeLessThanOrEqual(25);
});

test('what did not happen is not told', async () => {
  const hub = memoryCluster();
  await hub.create(configMap('a', { done: 'no' }));
  harness = run(
    [
      teller(() => [
        { do: 'patch', of: about, patch: { data: { done: 'yes' } } },
        { do: 'record', about, reason: 'Done', message: 'it is done' },
      ]),
    ],
    { hub },
  );
  await harness.ready;
  await harness.rest();
  await tell(1);
  await tell(2);
  expect(hub.objects(eventKind).map(({ count }) => count)).toEqual([1]);
});

test('an event that is refused fails no pass', async () => {
  const hub = memoryCluster({
    refuse: ({ of }) =>
      of.kind === 'Event' ? { status: 403, reason: 'Forbidden', message: 'no' } : undefined,
  });
  await hub.create(configMap('a'));
  harness = run(
    [
      teller(() => [
        { do: 'record', about, reason: 'Told', message: 'x' },
        { do: 'patch', of: about, patch: { data: { done: 'yes' } } },
      ]),
    ],
    { hub },
  );
  await harness.ready;
  await harness.rest();
  expect(hub.find(configMapKind, 'test', 'a')?.data).toEqual({ done: 'yes' });
  expect(harness.errors).toEqual([]);
});

test('one event is written after the other, so that telling does not hold up doing', async () => {
  const hub = memoryCluster();
  await hub.create(configMap('a'));
  const create = hub.create.bind(hub);
  let under = 0;
  let most = 0;
  Object.assign(hub, {
    create: async (object: Parameters<typeof create>[0]) => {
      most = Math.max(most, ++under);
      await Promise.resolve();
      const answer = await create(object);
      under -= 1;
      return answer;
    },
  });
  const messages = ['x', 'y', 'z'];
  const patch = { do: 'patch', of: about, patch: { data: { done: 'yes' } } } as const;
  const told = messages.map(
    (message) => ({ do: 'record', about, reason: 'Told', message }) as const,
  );
  harness = run([teller(() => [patch, ...told])], { hub });
  await harness.ready;
  await harness.rest();
  await expect.poll(() => hub.objects(eventKind).map(({ message }) => message)).toEqual(messages);
  expect(most).toBe(1);
});
