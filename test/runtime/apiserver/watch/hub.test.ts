import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Interest, Sink } from '../../../../src/runtime/apiserver/watch/hub.ts';
import { settle, type World, world } from './world.ts';

describe('the hub of watches', () => {
  let here: World;
  beforeEach(() => {
    here = world();
  });
  afterEach(() => here.hub.close());

  const listen = (interest: Interest, bookmarks = false) => {
    const heard: Uint8Array[] = [];
    const sink: Sink = { bookmarks, deliver: (bytes) => heard.push(bytes) };
    here.hub.join(interest, sink);
    const brief = () =>
      heard
        .flatMap((bytes) => Buffer.from(bytes).toString('utf8').trim().split('\n'))
        .map((line) => JSON.parse(line))
        .map(({ type, object }) => `${type} ${object.metadata.name ?? ''}`.trim());
    return { heard, brief, leave: () => here.hub.leave(sink) };
  };

  test('makes the bytes of an event once, whoever gets them', async () => {
    const all = Array.from({ length: 100 }, () => listen(here.interest()));
    await here.put('a');
    await settle();
    const [first] = all[0]?.heard ?? [];
    expect(first).toBeDefined();
    expect(all.every(({ heard }) => heard.length === 1 && heard[0] === first)).toBe(true);
  });

  test('shares the bytes between groups with different interests', async () => {
    const everything = listen(here.interest());
    const space = listen(here.interest({ namespace: 'ns' }));
    await here.put('a');
    await settle();
    expect(everything.heard[0]).toBe(space.heard[0]);
  });

  test('tells what is written together in one go', async () => {
    const one = listen(here.interest());
    await Promise.all(['a', 'b', 'c'].map((name) => here.put(name)));
    await settle();
    expect(one.heard).toHaveLength(1);
    expect(one.brief()).toEqual(['ADDED a', 'ADDED b', 'ADDED c']);
  });

  test('tells each what is its business', async () => {
    const other = listen(here.interest({ namespace: 'other' }));
    const named = listen(here.interest({ fields: 'metadata.name=b' }));
    const labelled = listen(here.interest({ labels: 'x=y' }));
    await here.put('a');
    await here.put('b');
    await here.put('a', { x: 'y' });
    await here.put('a', { x: 'z' });
    await here.put('c', {}, 'other');
    await here.remove('b');
    await settle();
    expect(other.brief()).toEqual(['ADDED c']);
    expect(named.brief()).toEqual(['ADDED b', 'DELETED b']);
    expect(labelled.brief()).toEqual(['ADDED a', 'DELETED a']);
  });

  test('what leaves a selection is told as it was, with the revision of its leaving', async () => {
    const labelled = listen(here.interest({ labels: 'x=y' }));
    await here.put('a', { x: 'y' });
    await here.put('a', { x: 'z' });
    await settle();
    const lines = labelled.heard.map((bytes) => Buffer.from(bytes).toString('utf8')).join('');
    const last = JSON.parse(lines.trim().split('\n').at(-1) ?? '');
    expect(last.object.metadata.labels).toEqual({ x: 'y' });
    expect(last.object.metadata.resourceVersion).toBe(String(here.store.revision));
  });

  test('forgets who has left', async () => {
    const one = listen(here.interest());
    const two = listen(here.interest());
    expect(here.hub.size).toBe(2);
    one.leave();
    await here.put('a');
    await settle();
    expect([one.heard.length, two.heard.length, here.hub.size]).toEqual([0, 1, 1]);
    two.leave();
    two.leave();
    expect(here.hub.size).toBe(0);
  });

  test('joins after what is visible already, not in the midst of it', async () => {
    const early = listen(here.interest());
    const writing = here.put('a');
    let joined: ReturnType<typeof listen> | undefined;
    here.store.subscribe(() => {
      // visible, but not told yet
      joined ??= listen(here.interest());
    });
    await writing;
    await settle();
    expect(early.brief()).toEqual(['ADDED a']);
    expect(joined?.heard).toEqual([]);
  });

  test('sends bookmarks once a minute, to those who want them', async () => {
    vi.useFakeTimers();
    const timed = world();
    try {
      const heard: string[] = [];
      const sink = (bookmarks: boolean): Sink => ({
        bookmarks,
        deliver: (bytes, revision) =>
          heard.push(`${bookmarks} ${revision} ${Buffer.from(bytes).toString('utf8')}`),
      });
      timed.hub.join(timed.interest(), sink(true));
      timed.hub.join(timed.interest(), sink(false));
      await vi.advanceTimersByTimeAsync(60_000);
      const object = '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"resourceVersion":"1"}}';
      expect(heard).toEqual([`true 1 {"type":"BOOKMARK","object":${object}}\n`]);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(heard).toHaveLength(2);
    } finally {
      timed.hub.close();
      vi.useRealTimers();
    }
  });
});
