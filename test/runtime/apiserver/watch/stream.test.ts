import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Interest } from '../../../../src/runtime/apiserver/watch/hub.ts';
import {
  maxPendingBytes,
  maxStallMillis,
  type WatchStart,
  WatchStream,
} from '../../../../src/runtime/apiserver/watch/stream.ts';
import { FakeOutlet, settle, type World, world } from './world.ts';

describe('a watch', () => {
  const open: { outlet: FakeOutlet; done: Promise<void>; here: World }[] = [];
  afterEach(async () => {
    vi.useRealTimers();
    for (const { outlet, done, here } of open.splice(0)) {
      outlet.leave();
      await done;
      here.hub.close();
    }
  });

  const run = (here: World, start: Partial<WatchStart> = {}, interest?: Interest) => {
    const outlet = new FakeOutlet();
    const stream = new WatchStream({
      hub: here.hub,
      store: here.store,
      interest: interest ?? here.interest(),
      outlet,
      bookmarks: false,
      now: () => 0,
    });
    const { revision } = here.store;
    const whole = { initial: null, revision, markInitialEnd: false, bookmarks: false, ...start };
    const done = stream.run(whole);
    open.push({ outlet, done, here });
    return { outlet, done };
  };
  /** Enough labels that few writes are more than may be pending. */
  const bulky = { x: 'y'.repeat(512 * 1024) };

  test('tells what happened since, then what happens', async () => {
    const here = world();
    await here.put('a');
    const { revision } = here.store;
    await here.put('b');
    const { outlet } = run(here, { revision });
    await settle();
    await here.put('c');
    await settle();
    expect(outlet.brief()).toEqual(['ADDED b', 'ADDED c']);
    expect(here.hub.size).toBe(1);
    outlet.leave();
    await settle();
    expect(here.hub.size).toBe(0);
  });

  test('loses nothing between the objects at the start and what happens meanwhile', async () => {
    const here = world();
    await here.put('a');
    await here.put('b');
    const list = here.store.list({ group: '', resource: 'configmaps', namespace: '' });
    if (typeof list === 'string') throw new Error(list);
    const { revision } = here.store;
    const outlet = new FakeOutlet();
    outlet.stuck = true;
    const stream = new WatchStream({
      ...{ hub: here.hub, store: here.store, interest: here.interest(), outlet },
      ...{ bookmarks: false, now: () => 0 },
    });
    const initial = { items: list.items, revision };
    const start = { initial, revision, markInitialEnd: true, bookmarks: true };
    const done = stream.run(start);
    open.push({ outlet, done, here });
    await here.put('c');
    outlet.flow();
    await settle();
    await here.put('d');
    await settle();
    expect(outlet.brief()).toEqual([
      'ADDED a',
      'ADDED b',
      `BOOKMARK ${revision}`,
      'ADDED c',
      'ADDED d',
    ]);
  });

  test('buffers a bounded amount for a client that falls behind, and goes on when it reads again', async () => {
    const here = world({ events: 1000, characters: 1e9 });
    const slow = run(here);
    const fast = run(here);
    await settle();
    slow.outlet.stuck = true;
    const expected: string[] = [];
    for (let index = 0; index < 40; index += 1) {
      await here.put(`n${index}`, bulky);
      expected.push(`ADDED n${index}`);
    }
    await settle();
    expect(fast.outlet.brief()).toEqual(expected);
    // one more piece than the bound may have been written
    expect(slow.outlet.most).toBeLessThan(maxPendingBytes + 2 * 1024 * 1024);
    expect(slow.outlet.brief().length).toBeLessThan(expected.length);
    slow.outlet.flow();
    while (slow.outlet.brief().length < expected.length) await settle();
    expect(slow.outlet.brief()).toEqual(expected);
    await here.put('later');
    await settle();
    expect(slow.outlet.brief().at(-1)).toBe('ADDED later');
  });

  test('ends with 410 when the history has gone by', async () => {
    const here = world({ events: 5, characters: 1e9 });
    const { outlet, done } = run(here);
    await settle();
    outlet.stuck = true;
    for (let index = 0; index < 40; index += 1) await here.put(`n${index}`, bulky);
    outlet.flow();
    await done;
    expect(outlet.brief().at(-1)).toBe('ERROR 410');
    expect(outlet.ended).toBe('end');
    const late = run(here, { revision: 2 });
    await late.done;
    const [error] = late.outlet.text.trim().split('\n');
    expect(JSON.parse(error ?? '').object).toMatchObject({ code: 410, reason: 'Expired' });
  });

  test('cuts off a client that takes nothing any more', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const here = world({ events: 1000, characters: 1e9 });
    const { outlet, done } = run(here);
    await settle();
    outlet.stuck = true;
    for (let index = 0; index < 20; index += 1) await here.put(`n${index}`, bulky);
    await settle();
    expect(outlet.ended).toBeNull();
    await vi.advanceTimersByTimeAsync(maxStallMillis + 1);
    await done;
    expect(outlet.ended).toBe('cut');
    expect(here.hub.size).toBe(0);
  });
});
