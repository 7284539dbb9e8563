import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sqliteStore } from '../../../src/runtime/store/sqlite.ts';
import type { Store, StoreEvent } from '../../../src/runtime/store/store.ts';
import { brief, describeStore, keyOf, setting, settings } from './suite.ts';

const folders: string[] = [];
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'ocm-store-'));
  folders.push(made);
  return made;
}
afterAll(() => {
  for (const made of folders) rmSync(made, { recursive: true, force: true });
});

describeStore('SQLite', (retention) =>
  sqliteStore(join(folder(), 'store.db'), retention === undefined ? {} : { retention }),
);

describe('SQLite file', () => {
  let path: string;
  let store: Store | undefined;
  beforeEach(() => {
    path = join(folder(), 'data', 'store.db');
  });
  afterEach(async () => {
    await store?.close();
    store = undefined;
  });

  const open = async (events = 1000): Promise<Store> => {
    store = await sqliteStore(path, { retention: { events, characters: 1_000_000 } });
    return store;
  };
  const everything = (of: Store): unknown => {
    const list = of.list({ ...settings, namespace: '' });
    return typeof list === 'string' ? list : [list.revision, list.items.map(({ text }) => text)];
  };

  test('holds state, history and revision over a restart', async () => {
    const before = await open();
    const start = before.revision;
    await before.create(keyOf('ns', 'a'), setting('ns', 'a', '1'));
    await before.update(keyOf('ns', 'a'), setting('ns', 'a', '2'), start + 1);
    await before.create(keyOf('ns', 'b'), setting('ns', 'b', 'ß 🙂 "\\'));
    await before.delete(keyOf('ns', 'a'));
    const state = everything(before);
    const history = before.since(settings, start) as readonly StoreEvent[];
    await before.close();

    const after = await open();
    expect(everything(after)).toEqual(state);
    const replayed = after.since(settings, start) as readonly StoreEvent[];
    expect(replayed.map(brief)).toEqual(history.map(brief));
    expect(replayed.map(({ now }) => now.text)).toEqual(history.map(({ now }) => now.text));
    expect(replayed.map(({ previous }) => previous?.text)).toEqual(
      history.map(({ previous }) => previous?.text),
    );
  });

  test('never goes back to an earlier revision, even when the newest write was a deletion', async () => {
    const before = await open(2);
    for (const name of ['a', 'b', 'c', 'd']) {
      await before.create(keyOf('', name), setting('', name, ''));
      await before.delete(keyOf('', name));
    }
    const { revision } = before;
    await before.close();
    expect((await open(2)).revision).toBe(revision);
  });

  test('lets go on disk of what its history has let go of', async () => {
    const before = await open(5);
    let revision = 0;
    await before.create(keyOf('', 'kept'), setting('', 'kept', 'old but present'));
    const created = await before.create(keyOf('', 'busy'), setting('', 'busy', ''));
    if (created.ok) revision = created.now.revision;
    for (let round = 0; round < 100; round += 1) {
      const updated = await before.update(
        keyOf('', 'busy'),
        setting('', 'busy', `${round}`),
        revision,
      );
      if (updated.ok) revision = updated.now.revision;
    }
    const state = everything(before);
    const compacted = [...Array(revision).keys()].find(
      (from) => before.since(settings, from) !== 'compacted',
    );
    await before.close();
    const database = new DatabaseSync(path);
    const rows = database.prepare('SELECT count(*) AS n FROM log').get();
    database.close();
    expect(Number(rows?.['n'])).toBeLessThan(12);
    const after = await open(5);
    expect(everything(after)).toEqual(state);
    expect(after.since(settings, 1)).toBe('compacted');
    expect(after.since(settings, compacted ?? 0)).not.toBe('compacted');
  });

  test('is for its owner only', async () => {
    await (await open()).create(keyOf('', 'a'), setting('', 'a', ''));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(`${path}-wal`).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
  });

  test('is refused to a second server', async () => {
    await open();
    await expect(sqliteStore(path)).rejects.toThrow(/in use by another server/);
  });

  test('says what is wrong with a file that is no database, or one of a newer version', async () => {
    const other = join(folder(), 'other.db');
    writeFileSync(other, 'x'.repeat(5000));
    await expect(sqliteStore(other)).rejects.toThrow(/no database of ocm/);
    await (await open()).close();
    const database = new DatabaseSync(path);
    database.exec('PRAGMA user_version = 99');
    database.close();
    await expect(sqliteStore(path)).rejects.toThrow(/newer version/);
    await expect(sqliteStore(join(other, 'below-a-file.db'))).rejects.toThrow(/cannot write/);
  });

  test.skipIf(process.getuid?.() === 0)('says when there is no permission', async () => {
    const closed = folder();
    chmodSync(closed, 0o500);
    await expect(sqliteStore(join(closed, 'store.db'))).rejects.toThrow(/no permission to write/);
  });

  test('fails what it cannot write, shows none of it, and goes on when it can again', async () => {
    store = await sqliteStore(path, { quotaBytes: 100_000 });
    await store.create(keyOf('', 'before'), setting('', 'before', ''));
    const state = everything(store);
    const events: StoreEvent[] = [];
    store.subscribe((event) => events.push(event));
    const huge = store.create(keyOf('', 'a'), setting('', 'a', 'x'.repeat(200_000)));
    const onTop = store.create(keyOf('', 'a'), setting('', 'a', ''));
    await expect(huge).rejects.toThrow(`no space left for ${path}`);
    await expect(onTop).rejects.toThrow('no space left');
    expect([everything(store), events]).toEqual([state, []]);
    await store.create(keyOf('', 'a'), setting('', 'a', ''));
    expect(store.count(settings)).toBe(2);
  });
});

describe('SQLite store killed with kill -9', () => {
  const program = fileURLToPath(new URL('./crash-child.ts', import.meta.url));
  let child: ChildProcess | undefined;
  afterEach(() => child?.kill('SIGKILL'));

  test('has everything it acknowledged, in several lives', async () => {
    const path = join(folder(), 'store.db');
    const acknowledged = new Map<string, string>();
    for (let life = 0; life < 4; life += 1) {
      child = spawn(process.execPath, [program, path, String(life)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const { stdout } = child;
      if (stdout === null) throw new Error('no output');
      const ended = once(child, 'exit');
      let lines = 0;
      for await (const line of createInterface(stdout)) {
        const [name = '', data = ''] = line.split(' ');
        if (data === 'deleted') acknowledged.delete(name);
        else acknowledged.set(name, data);
        lines += 1;
        // in the midst of its writing; what it still said before it died counts too
        if (lines === 300 + life * 37) child.kill('SIGKILL');
      }
      await ended;
      expect(child.signalCode).toBe('SIGKILL');
      const store = await sqliteStore(path);
      for (const [name, data] of acknowledged) {
        const found = store.get(keyOf('ns', name));
        const have = found === undefined ? 'deleted' : JSON.parse(found.text).data.data;
        // a write that was durable but not said yet may have come on top
        expect(have === data || Number(have) > Number(data) || have === 'deleted').toBe(true);
        if (have === 'deleted') expect(Number(name.split('-')[2]) % 7).toBe(0);
      }
      expect(acknowledged.size).toBeGreaterThan(100);
      await store.close();
    }
  });
});
