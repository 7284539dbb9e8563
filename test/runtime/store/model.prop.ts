import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { memoryStore } from '../../../src/runtime/store/memory.ts';
import { sqliteStore } from '../../../src/runtime/store/sqlite.ts';
import type { Store, StoreEvent } from '../../../src/runtime/store/store.ts';
import { brief, keyOf, setting, settings } from './suite.ts';

const folder = mkdtempSync(join(tmpdir(), 'ocm-store-model-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The plainest thing that a store could be: every state there ever was. */
interface Model {
  states: { revision: number; objects: Map<string, { revision: number; data: string }> }[];
  events: string[];
}

type Command =
  | { readonly do: 'create'; readonly key: number; readonly data: string }
  | { readonly do: 'update' | 'delete'; readonly key: number; readonly stale: boolean }
  | {
      readonly do: 'list';
      readonly back: number;
      readonly limit: number;
      readonly namespace: string;
    }
  | { readonly do: 'since'; readonly back: number }
  | { readonly do: 'restart' };

const keys = ['a/1', 'a/2', 'a/3', 'b/1', 'a-b/1', 'b/2'].map((key) => key.split('/'));
const place = (index: number) => keys[index % keys.length] as [string, string];

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('create' as const), key: fc.nat(5), data: fc.string() }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('update' as const, 'delete' as const),
      key: fc.nat(5),
      stale: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('list' as const),
      back: fc.nat(6),
      limit: fc.integer({ min: 1, max: 4 }),
      namespace: fc.constantFrom('', 'a', 'b'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('since' as const), back: fc.nat(8) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
);

class Run {
  store: Store;
  readonly model: Model;
  readonly told: string[] = [];
  readonly #open: () => Promise<Store>;

  constructor(store: Store, open: () => Promise<Store>) {
    this.store = store;
    this.#open = open;
    this.model = { states: [{ revision: store.revision, objects: new Map() }], events: [] };
    this.#listen();
  }

  #stop: () => void = () => undefined;

  #listen(): void {
    this.#stop();
    this.#stop = this.store.subscribe((event) => this.told.push(brief(event)));
  }

  async step(step: Command): Promise<void> {
    if (step.do === 'restart') {
      await this.store.close();
      this.store = await this.#open();
      this.#listen();
    } else if (step.do === 'list') this.#list(step);
    else if (step.do === 'since') this.#since(step.back);
    else await this.#write(step);
    expect(this.store.revision).toBe(this.#now().revision);
    expect(this.told).toEqual(this.model.events);
  }

  #now(): Model['states'][number] {
    return this.model.states.at(-1) as Model['states'][number];
  }

  async #write(step: Exclude<Command, { do: 'list' | 'since' | 'restart' }>): Promise<void> {
    const [namespace, name] = place(step.key);
    const id = `${namespace}/${name}`;
    const { revision, objects } = this.#now();
    const known = objects.get(id);
    const next = revision + 1;
    const state = new Map(objects);
    const key = keyOf(namespace, name);
    if (step.do === 'create') {
      const outcome = await this.store.create(key, setting(namespace, name, step.data));
      expect(outcome.ok ? 'ok' : outcome.why).toBe(known === undefined ? 'ok' : 'exists');
      if (known !== undefined) return;
      state.set(id, { revision: next, data: step.data });
      this.#done(next, state, `ADDED ${id} ${step.data}`);
      return;
    }
    const expected = known === undefined ? 'missing' : step.stale ? 'conflict' : 'ok';
    const ifRevision = (known?.revision ?? revision) - (step.stale ? 1 : 0);
    const data = `${next}`;
    const outcome =
      step.do === 'update'
        ? await this.store.update(key, setting(namespace, name, data), ifRevision)
        : await this.store.delete(key, ifRevision);
    expect(outcome.ok ? 'ok' : outcome.why).toBe(expected);
    if (expected !== 'ok') return;
    if (step.do === 'update') state.set(id, { revision: next, data });
    else state.delete(id);
    const event = step.do === 'update' ? `MODIFIED ${id} ${data}` : `DELETED ${id} ${known?.data}`;
    this.#done(next, state, event);
  }

  #done(revision: number, objects: Map<string, { revision: number; data: string }>, event: string) {
    this.model.states.push({ revision, objects });
    this.model.events.push(`${revision} ${event}`);
  }

  #list(step: { back: number; limit: number; namespace: string }): void {
    const state = this.model.states.at(-1 - Math.min(step.back, this.model.states.length - 1));
    if (state === undefined) return;
    const expected = [...state.objects]
      .filter(([id]) => step.namespace === '' || id.startsWith(`${step.namespace}/`))
      .sort(([a], [b]) => (compare(a, b) ? -1 : 1))
      .map(([id, { revision }]) => `${id} ${revision}`);
    const found: string[] = [];
    let after: string | null = null;
    do {
      const { limit, namespace } = step;
      const page = { limit, at: state.revision, ...(after !== null && { after }) };
      const list = this.store.list({ ...settings, namespace }, page);
      if (typeof list === 'string') throw new Error(list);
      expect(list.items.length).toBeLessThanOrEqual(limit);
      found.push(...list.items.map((i) => `${i.key.namespace}/${i.key.name} ${i.revision}`));
      expect(list.remaining).toBe(expected.length - found.length);
      after = list.next;
    } while (after !== null);
    expect(found).toEqual(expected);
  }

  #since(back: number): void {
    const from = Math.max(this.#now().revision - back, 1);
    const events = this.store.since(settings, from) as readonly StoreEvent[];
    const expected = this.model.events.filter((event) => Number(event.split(' ')[0]) > from);
    expect(events.map(brief)).toEqual(expected);
    for (const namespace of new Set(events.map(({ key }) => key.namespace))) {
      const own = this.store.since({ ...settings, namespace }, from) as readonly StoreEvent[];
      expect(own).toEqual(events.filter(({ key }) => key.namespace === namespace));
    }
  }
}

function compare(a: string, b: string): boolean {
  const [aSpace = '', aName = ''] = a.split('/');
  const [bSpace = '', bName = ''] = b.split('/');
  return aSpace === bSpace ? aName < bName : aSpace < bSpace;
}

let files = 0;
const worlds: [string, () => () => Promise<Store>][] = [
  [
    'memory',
    () => {
      const store = memoryStore();
      // nothing to come back to: a restart is the same store again
      return () =>
        Promise.resolve(Object.create(store, { close: { value: async () => undefined } }));
    },
  ],
  [
    'SQLite',
    () => {
      files += 1;
      const path = join(folder, `${files}.db`);
      return () => sqliteStore(path);
    },
  ],
];

for (const [name, world] of worlds) {
  test(`${name} store agrees with the plainest model, through restarts`, {
    timeout: 120_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 1, maxLength: 40 }), async (commands) => {
        const open = world();
        const run = new Run(await open(), open);
        try {
          for (const step of commands) await run.step(step);
        } finally {
          await run.store.close();
        }
      }),
      { numRuns: name === 'memory' ? 200 : 25 },
    );
  });
}
