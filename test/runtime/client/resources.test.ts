import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Json } from '../../../src/base/json.ts';
import type { Answer } from '../../../src/runtime/client/cluster.ts';
import { Resources } from '../../../src/runtime/client/resources.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const kind = (name: string) => ({ group: 'example.com', version: 'v1', kind: name });

/** A server whose group has kinds that come and go. */
function server(...kinds: string[]) {
  const has = new Set(kinds);
  let asked = 0;
  const resources = new Resources(async (path): Promise<Answer<Json>> => {
    expect(path).toBe('/apis/example.com/v1');
    asked += 1;
    const listed = [...has].map((name) => ({ name: `${name}s`, kind: name, namespaced: true }));
    return { ok: true, value: { resources: listed } };
  });
  return { has, resources, asked: () => asked };
}

test('a kind that joins a group is found, whichever of the group was found before', async () => {
  const { has, resources } = server('Old');
  expect(await resources.find(kind('Old'))).toMatchObject({ ok: true, value: { plural: 'Olds' } });
  has.add('New');
  expect(await resources.find(kind('New'))).toMatchObject({ ok: true, value: { plural: 'News' } });
});

test('what is not there is asked for once a second, what is there once, and who asks together asks once', async () => {
  const { has, resources, asked } = server('There', 'Too');
  await Promise.all([1, 2, 3].map(() => resources.find(kind('There'))));
  for (const name of ['There', 'Too']) {
    expect(await resources.find(kind(name))).toMatchObject({ ok: true });
  }
  expect(asked()).toBe(1);
  for (const _ of [1, 2, 3]) {
    expect(await resources.find(kind('Missing'))).toMatchObject({ ok: false, status: 404 });
  }
  expect(asked()).toBe(2);
  has.add('Missing');
  vi.advanceTimersByTime(1_001);
  expect(await resources.find(kind('Missing'))).toMatchObject({ ok: true });
});

test('what was forgotten is asked for again', async () => {
  const { has, resources } = server('Brief');
  await resources.find(kind('Brief'));
  has.delete('Brief');
  expect(await resources.find(kind('Brief'))).toMatchObject({ ok: true });
  resources.forget(kind('Brief'));
  expect(await resources.find(kind('Brief'))).toMatchObject({ ok: false, status: 404 });
});
