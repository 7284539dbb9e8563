import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { sqliteStore } from '../../../../src/runtime/store/sqlite.ts';
import { Client, type OurServer, startOurs } from '../harness.ts';

const folder = mkdtempSync(join(tmpdir(), 'ocm-watch-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const maps = '/api/v1/namespaces/default/configmaps';
const names = ['a', 'b', 'c', 'd', 'e'];
const writes = 300;

/** A reader that breaks off now and then, and goes on from the last revision it saw. */
class Reader {
  readonly seen: { revision: number; type: string; name: string }[] = [];
  readonly #random: () => number;
  reconnects = 0;
  #revision: number;

  constructor(revision: number, random: () => number) {
    this.#revision = revision;
    this.#random = random;
  }

  /** Until it has seen an object of this name. */
  async read(client: Client, last: string): Promise<void> {
    while (this.seen.at(-1)?.name !== last) {
      const query = `watch=true&allowWatchBookmarks=true&resourceVersion=${this.#revision}`;
      const watching = await client.watch(`${maps}?${query}`);
      this.reconnects += 1;
      let patience = 1 + Math.floor(this.#random() * 40);
      while (patience > 0 && this.seen.at(-1)?.name !== last) {
        const event = await watching.next();
        if (event === null) throw new Error('the server ended a watch');
        const { metadata } = event.object;
        this.#revision = Number(metadata.resourceVersion);
        patience -= 1;
        if (event.type === 'BOOKMARK') continue;
        this.seen.push({ revision: this.#revision, type: event.type, name: metadata.name });
      }
      watching.close();
    }
  }
}

/** A small generator with a seed, so that a failure comes back. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

test('readers that reconnect see every write once and in order, also over a restart of the server', async () => {
  const random = generator(42);
  const path = join(folder, 'store.db');
  const start = async (): Promise<OurServer> => startOurs({ store: await sqliteStore(path) });
  let server = await start();
  const from = server.store.revision;
  const written: { revision: number; type: string; name: string }[] = [];
  const write = async (admin: Client): Promise<void> => {
    const name = names[Math.floor(random() * names.length)] ?? 'a';
    const there = (await admin.get(`${maps}/${name}`)).status === 200;
    const remove = there && random() < 0.3;
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } };
    const data = { n: String(written.length) };
    if (remove) await admin.delete(`${maps}/${name}`);
    else if (there) await admin.put(`${maps}/${name}`, { ...object, data });
    else await admin.post(maps, { ...object, data });
    const type = remove ? 'DELETED' : there ? 'MODIFIED' : 'ADDED';
    written.push({ revision: server.store.revision, type, name });
  };
  const readers = Array.from({ length: 8 }, (_, index) => new Reader(from, generator(index + 1)));
  for (const half of [1, 2]) {
    const admin = new Client(server.admin);
    const end = `end-${half}`;
    const reading = readers.map((reader) => {
      const client = new Client(server.admin);
      return reader.read(client, end).finally(() => client.close());
    });
    for (let count = 0; count < writes / 2; count += 1) await write(admin);
    await admin.post(maps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: end } });
    await Promise.all(reading);
    admin.close();
    expect(server.bugs).toEqual([]);
    await server.stop();
    if (half === 1) server = await start();
  }
  for (const reader of readers) {
    const seen = reader.seen.filter(({ name }) => names.includes(name));
    expect(seen).toEqual(written);
    expect(reader.reconnects).toBeGreaterThan(5);
  }
}, 120_000);
