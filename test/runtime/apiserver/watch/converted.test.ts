import { afterEach, describe, expect, test, vi } from 'vitest';
import type { KubeObject } from '../../../../src/kube/object.ts';
import { Refusal } from '../../../../src/runtime/apiserver/refusal.ts';
import type { Conversion } from '../../../../src/runtime/apiserver/resources/conversion.ts';
import { WatchStream } from '../../../../src/runtime/apiserver/watch/stream.ts';
import type { Stored } from '../../../../src/runtime/store/store.ts';
import { StoredObject } from '../../../../src/runtime/store/stored.ts';
import { FakeOutlet, settle, world } from './world.ts';

/** Converts by naming objects in capitals, when it is let to. */
class Capitals implements Conversion {
  readonly #shown = new WeakMap<Stored, Stored>();
  asked = 0;
  wait: Promise<void> = Promise.resolve();
  refusal: Refusal | null = null;

  readonly shown = (stored: Stored): Stored => {
    const shown = this.#shown.get(stored);
    if (shown !== undefined) return shown;
    if (stored.text.includes('"CAPITAL"')) return stored;
    throw new Error('not converted');
  };

  readonly ahead = async (all: readonly Stored[]): Promise<Refusal | null> => {
    await this.wait;
    this.asked += all.length;
    for (const stored of all) {
      const { metadata, ...rest } = stored.object();
      const name = metadata.name.toUpperCase();
      const text = JSON.stringify({ ...rest, CAPITAL: true, metadata: { ...metadata, name } });
      this.#shown.set(stored, new StoredObject(stored.key, stored.revision, text));
    }
    return this.refusal;
  };

  readonly toStorage = (object: KubeObject) => object;
  readonly isOutdated = () => false;
}

describe('a watch of what is converted first', () => {
  const open: (() => Promise<void>)[] = [];
  afterEach(async () => {
    vi.useRealTimers();
    for (const end of open.splice(0)) await end();
  });

  function start(bookmarks = false) {
    const here = world();
    const conversion = new Capitals();
    const outlet = new FakeOutlet();
    const plain = here.interest();
    const interest = { ...plain, resource: { ...plain.resource, conversion } };
    const { hub, store } = here;
    const stream = new WatchStream({ hub, store, interest, outlet, bookmarks, now: () => 0 });
    const { revision } = store;
    const done = stream.run({ initial: null, revision, markInitialEnd: false, bookmarks });
    open.push(async () => {
      outlet.leave();
      await done;
      hub.close();
    });
    return { here, conversion, outlet, done };
  }

  test('tells every event in order, converted, however long that takes', async () => {
    const { here, conversion, outlet } = start();
    await settle();
    let go = () => {};
    conversion.wait = new Promise((resolve) => {
      go = resolve;
    });
    await here.put('a');
    await here.put('b');
    await here.remove('a');
    await settle();
    expect(outlet.text).toBe('');
    go();
    await settle();
    await here.put('c');
    await settle();
    expect(outlet.brief()).toEqual(['ADDED A', 'ADDED B', 'DELETED A', 'ADDED C']);
  });

  test('is no part of the hub, whose other watchers wait for nobody', async () => {
    const { here } = start();
    await settle();
    expect(here.hub.size).toBe(0);
  });

  test('ends with the reason where something cannot be converted', async () => {
    const { here, conversion, outlet, done } = start();
    await settle();
    conversion.refusal = new Refusal(500, '', 'the webhook is closed');
    await here.put('a');
    await done;
    expect(outlet.ended).toBe('end');
    expect(JSON.parse(outlet.text)).toMatchObject({
      ...{ type: 'ERROR', object: { code: 500, message: 'the webhook is closed' } },
    });
  });

  test('has its bookmarks, and goes on after them', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { here, outlet } = start(true);
    await settle();
    vi.advanceTimersByTime(60_000);
    await settle();
    await here.put('a');
    await settle();
    expect(outlet.brief()).toEqual(['BOOKMARK 1', 'ADDED A']);
  });

  test('without bookmarks has none', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { outlet } = start();
    await settle();
    vi.advanceTimersByTime(120_000);
    await settle();
    expect(outlet.text).toBe('');
  });
});
