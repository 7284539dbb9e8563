import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/kube/object.ts';
import type {
  Retention,
  Store,
  StoreEvent,
  StoreKey,
  StoreList,
  Written,
} from '../../../src/runtime/store/store.ts';

/** Makes an empty store; the suite closes it. */
export type MakeStore = (retention?: Retention) => Promise<Store>;

export const settings = { group: '', resource: 'configmaps' };

export function keyOf(namespace: string, name: string): StoreKey {
  return { ...settings, namespace, name };
}

export function setting(namespace: string, name: string, data: string): KubeObject {
  const metadata = { namespace, name };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { data } } as KubeObject;
}

/** What the tests compare: where, which revision, which content. */
export function brief(event: StoreEvent): string {
  const { data } = event.now.object() as unknown as { data?: { data?: string } };
  const { namespace, name } = event.key;
  return `${event.revision} ${event.type} ${namespace}/${name} ${data?.data}`;
}

function written(outcome: Written): number {
  if (!outcome.ok) throw new Error(`not written: ${outcome.why}`);
  return outcome.now.revision;
}

function listed(list: StoreList | 'compacted' | 'future'): StoreList {
  if (typeof list === 'string') throw new Error(list);
  return list;
}

function names(list: StoreList | 'compacted' | 'future'): string[] {
  return listed(list).items.map(({ key }) => `${key.namespace}/${key.name}`);
}

/** What every store must do. */
export function describeStore(name: string, make: MakeStore): void {
  describe(`${name} store`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await make();
    });
    afterEach(() => store.close());

    const create = async (namespace: string, name: string, data = 'a') =>
      written(await store.create(keyOf(namespace, name), setting(namespace, name, data)));

    test('starts at a revision that clients do not take for "any"', () => {
      expect(store.revision).toBeGreaterThan(0);
      expect(listed(store.list({ ...settings, namespace: '' })).revision).toBe(store.revision);
    });

    test('keeps what it acknowledged, under the revision it gave', async () => {
      const revision = await create('ns', 'one');
      const found = store.get(keyOf('ns', 'one'));
      expect(found?.revision).toBe(revision);
      expect(JSON.parse(found?.text ?? '')).toEqual({
        ...setting('ns', 'one', 'a'),
        metadata: { namespace: 'ns', name: 'one', resourceVersion: String(revision) },
      });
      expect(store.revision).toBe(revision);
    });

    test('creates an object once', async () => {
      await create('ns', 'one');
      expect(await store.create(keyOf('ns', 'one'), setting('ns', 'one', 'b'))).toEqual({
        ok: false,
        why: 'exists',
      });
    });

    test('lets one of several simultaneous writers win', async () => {
      const created = await Promise.all(
        ['a', 'b', 'c'].map((data) => store.create(keyOf('ns', 'one'), setting('ns', 'one', data))),
      );
      expect(created.map(({ ok }) => ok)).toEqual([true, false, false]);
      const revision = store.revision;
      const updated = await Promise.all(
        ['d', 'e'].map((data) =>
          store.update(keyOf('ns', 'one'), setting('ns', 'one', data), revision),
        ),
      );
      expect(updated.map((outcome) => (outcome.ok ? 'ok' : outcome.why))).toEqual([
        'ok',
        'conflict',
      ]);
      const deleted = await Promise.all([
        store.delete(keyOf('ns', 'one'), store.revision),
        store.delete(keyOf('ns', 'one')),
        store.create(keyOf('ns', 'one'), setting('ns', 'one', 'f')),
      ]);
      expect(deleted.map((outcome) => (outcome.ok ? 'ok' : outcome.why))).toEqual([
        'ok',
        'missing',
        'ok',
      ]);
      expect(JSON.parse(store.get(keyOf('ns', 'one'))?.text ?? '').data).toEqual({ data: 'f' });
    });

    test('answers a refused writer after the write that was in its way is visible', async () => {
      const first = store.create(keyOf('ns', 'one'), setting('ns', 'one', 'a'));
      await store.create(keyOf('ns', 'one'), setting('ns', 'one', 'b'));
      expect(store.get(keyOf('ns', 'one'))).toBeDefined();
      await first;
    });

    test('refuses an update on an old revision, of a missing object, and a deletion of either', async () => {
      const old = await create('ns', 'one');
      written(await store.update(keyOf('ns', 'one'), setting('ns', 'one', 'b'), old));
      const stale = setting('ns', 'one', 'c');
      expect(await store.update(keyOf('ns', 'one'), stale, old)).toMatchObject({ why: 'conflict' });
      expect(await store.delete(keyOf('ns', 'one'), old)).toMatchObject({ why: 'conflict' });
      expect(await store.update(keyOf('ns', 'two'), stale, old)).toMatchObject({ why: 'missing' });
      expect(await store.delete(keyOf('ns', 'two'))).toMatchObject({ why: 'missing' });
    });

    test('shows nothing before it is acknowledged, and everything in order', async () => {
      const seen: string[] = [];
      const stop = store.subscribe((event) => {
        seen.push(brief(event));
        expect(store.revision).toBe(event.revision);
        expect(store.get(event.key)?.revision).toBe(
          event.type === 'DELETED' ? undefined : event.revision,
        );
      });
      const start = store.revision;
      const writes = [create('a', 'one'), create('b', 'two', 'x')];
      expect(store.get(keyOf('a', 'one'))).toBeUndefined();
      const [first = 0] = await Promise.all(writes);
      written(await store.update(keyOf('a', 'one'), setting('a', 'one', 'y'), first));
      written(await store.delete(keyOf('a', 'one')));
      stop();
      await create('a', 'late');
      expect(seen).toEqual([
        `${start + 1} ADDED a/one a`,
        `${start + 2} ADDED b/two x`,
        `${start + 3} MODIFIED a/one y`,
        `${start + 4} DELETED a/one y`,
      ]);
    });

    test('tells what was before a change', async () => {
      const first = await create('a', 'one');
      written(await store.update(keyOf('a', 'one'), setting('a', 'one', 'y'), first));
      written(await store.delete(keyOf('a', 'one')));
      const events = store.since(settings, first - 1) as readonly StoreEvent[];
      expect(events.map(({ previous }) => previous?.revision ?? null)).toEqual([
        null,
        first,
        first + 1,
      ]);
    });

    test('lists in order of namespace and name, one namespace or all', async () => {
      for (const key of ['b/2', 'a/3', 'b/1', 'a/1', 'a-b/9']) {
        const [namespace = '', name = ''] = key.split('/');
        await create(namespace, name);
      }
      written(await store.delete(keyOf('a', '3')));
      await create('a', '2');
      await create('a', '3');
      expect(names(store.list({ ...settings, namespace: '' }))).toEqual([
        'a/1',
        'a/2',
        'a/3',
        'a-b/9',
        'b/1',
        'b/2',
      ]);
      expect(names(store.list({ ...settings, namespace: 'b' }))).toEqual(['b/1', 'b/2']);
      expect(names(store.list({ ...settings, namespace: 'none' }))).toEqual([]);
      expect(names(store.list({ group: 'x', resource: 'configmaps', namespace: '' }))).toEqual([]);
      expect(store.count(settings)).toBe(6);
    });

    test('pages through a list as it was at the first page', async () => {
      for (const name of ['1', '2', '3', '4', '5']) await create('ns', name);
      const place = { ...settings, namespace: '' };
      const first = listed(store.list(place, { limit: 2 }));
      expect([first.items.length, first.remaining]).toEqual([2, 3]);
      written(await store.delete(keyOf('ns', '3')));
      written(await store.delete(keyOf('ns', '1')));
      await create('ns', '35');
      await create('ns', '6');
      const at = first.revision;
      const second = listed(store.list(place, { limit: 2, after: first.next ?? '', at }));
      expect([names(second), second.remaining, second.revision]).toEqual([['ns/3', 'ns/4'], 1, at]);
      const third = listed(store.list(place, { limit: 2, after: second.next ?? '', at }));
      expect([names(third), third.next, third.remaining]).toEqual([['ns/5'], null, 0]);
      const fresh = store.list({ ...settings, namespace: 'ns' }, { limit: 9, after: 'ns/3' });
      expect(names(fresh)).toEqual(['ns/35', 'ns/4', 'ns/5', 'ns/6']);
    });

    test('gives the events of one collection after a revision', async () => {
      const start = await create('ns', '1');
      const other = { group: 'x', resource: 'others', namespace: '', name: 'one' };
      await store.create(other, setting('', 'one', 'o'));
      await create('ns', '2');
      expect((store.since(settings, start) as readonly StoreEvent[]).map(brief)).toEqual([
        `${start + 2} ADDED ns/2 a`,
      ]);
      expect(store.since(settings, store.revision)).toEqual([]);
      expect(store.since(settings, store.revision + 1)).toBe('future');
      expect(store.list({ ...settings, namespace: '' }, { at: store.revision + 1 })).toBe('future');
    });

    test('keeps a bounded history of each collection', async () => {
      await store.close();
      store = await make({ events: 10, characters: 1_000_000 });
      const quiet = { group: 'x', resource: 'others', namespace: '', name: 'one' };
      await store.create(quiet, setting('', 'one', 'o'));
      const start = store.revision;
      let revision = await create('ns', 'busy');
      for (let round = 0; round < 30; round += 1) {
        const next = setting('ns', 'busy', String(round));
        revision = written(await store.update(keyOf('ns', 'busy'), next, revision));
      }
      expect(store.since(settings, start)).toBe('compacted');
      expect(store.list({ ...settings, namespace: '' }, { at: start })).toBe('compacted');
      expect(store.since(settings, revision - 5)).toHaveLength(5);
      expect(store.since({ group: 'x', resource: 'others' }, start - 1)).toHaveLength(1);
    });

    test('gives the events of one namespace alone, as far back as those of all', async () => {
      await store.close();
      store = await make({ events: 10, characters: 1_000_000 });
      const start = store.revision;
      for (let round = 0; round < 30; round += 1) {
        await create('quiet', `n${round}`);
        for (let each = 0; each < 3; each += 1) await create('busy', `n${round}-${each}`);
      }
      const from = store.revision - 8;
      const all = store.since(settings, from) as readonly StoreEvent[];
      for (const namespace of ['quiet', 'busy']) {
        const own = all.filter(({ key }) => key.namespace === namespace);
        expect(own.length).toBeGreaterThan(1);
        expect(store.since({ ...settings, namespace }, from)).toEqual(own);
        expect(store.since({ ...settings, namespace }, start)).toBe('compacted');
      }
      expect(store.since({ ...settings, namespace: 'none' }, from)).toEqual([]);
    });

    test('bounds its history by size, and keeps the newest event whatever its size', async () => {
      await store.close();
      store = await make({ events: 1000, characters: 10_000 });
      const start = store.revision;
      for (let round = 0; round < 5; round += 1)
        await create('ns', `n${round}`, 'x'.repeat(20_000));
      expect(store.since(settings, start)).toBe('compacted');
      expect(store.since(settings, store.revision - 1)).toHaveLength(1);
    });

    test('keeps integers of 64 bits exact, and keys that mean something to JavaScript', async () => {
      const text =
        '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"one","labels":{"__proto__":"x"}},' +
        '"data":{"__proto__":{"a":1},"constructor":"b"}}';
      const object = JSON.parse(text) as KubeObject;
      const exact = { ...object, spec: { big: 9007199254740993n, small: -5 } };
      written(await store.create(keyOf('', 'one'), exact));
      const found = store.get(keyOf('', 'one'));
      expect(found?.text).toContain('"big":9007199254740993,"small":-5');
      expect(found?.text).toContain('"data":{"__proto__":{"a":1},"constructor":"b"}');
      expect(found?.object()).toMatchObject({ spec: { big: 9007199254740993n } });
      expect(Object.entries(found?.labels ?? {})).toEqual([['__proto__', 'x']]);
    });

    test('refuses writes after it is closed, having finished those before', async () => {
      const last = create('ns', 'last');
      const closed = store.close();
      await expect(store.create(keyOf('ns', 'no'), setting('ns', 'no', ''))).rejects.toThrow(
        'closed',
      );
      await closed;
      expect(store.get(keyOf('ns', 'last'))?.revision).toBe(await last);
    });
  });
}
