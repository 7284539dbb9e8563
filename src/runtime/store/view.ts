import { type Forgotten, History } from './history.ts';
import {
  type Cursor,
  collectionKey,
  compareCursors,
  Mirror,
  type Place,
  parseCursor,
  printCursor,
} from './mirror.ts';
import {
  type Collection,
  firstRevision,
  type Retention,
  type Stored,
  type StoreEvent,
  type StoreKey,
  type StoreList,
  type StorePage,
} from './store.ts';

/** What a store shows: the present state, the recent past, and whoever wants to hear of changes. */
export class View {
  readonly #mirror = new Mirror();
  readonly #histories = new Map<string, History>();
  readonly #listeners = new Set<(event: StoreEvent) => void>();
  readonly #retention: Retention;
  #revision: number;

  constructor(retention: Retention, revision = firstRevision) {
    this.#retention = retention;
    this.#revision = revision;
  }

  get revision(): number {
    return this.#revision;
  }

  get(key: StoreKey): Stored | undefined {
    return this.#mirror.get(key);
  }

  count(of: Collection): number {
    return this.#mirror.count(of);
  }

  since(
    of: Collection & { readonly namespace?: string },
    revision: number,
  ): readonly StoreEvent[] | 'compacted' | 'future' {
    if (revision > this.#revision) return 'future';
    return this.#histories.get(collectionKey(of))?.since(revision, of.namespace) ?? [];
  }

  list(of: Place, page: StorePage = {}): StoreList | 'compacted' | 'future' {
    const at = page.at ?? this.#revision;
    const later = this.since(of, at);
    if (later === 'compacted' || later === 'future') return later;
    const after = page.after === undefined ? null : parseCursor(page.after);
    const limit = page.limit ?? Number.POSITIVE_INFINITY;
    const { items, remaining } =
      later.length === 0
        ? this.#present(of, after, limit)
        : this.#past({ of, after, limit, later });
    const last = items.at(-1);
    const next = remaining > 0 && last !== undefined ? printCursor(last.key) : null;
    return { revision: at, items, next, remaining };
  }

  /** Makes one event visible and tells it; INVARIANT: in order of revisions. */
  publish(event: StoreEvent): Forgotten | null {
    const forgotten = this.restore(event);
    for (const listener of this.#listeners) listener(event);
    return forgotten;
  }

  /** Like `publish`, of what happened before this process started: nobody is told. */
  restore(event: StoreEvent): Forgotten | null {
    this.#revision = Math.max(this.#revision, event.revision);
    if (event.type === 'DELETED') this.#mirror.remove(event.key);
    else this.#mirror.put(event.now);
    return this.#history(event.key).push(event);
  }

  /** An object that is part of the state although its event is no longer known. */
  place(stored: Stored): void {
    this.#mirror.put(stored);
  }

  /** History of a collection is known after a revision only. */
  compact(of: Collection, revision: number): void {
    this.#histories.set(collectionKey(of), new History(this.#retention, revision));
  }

  subscribe(listener: (event: StoreEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #history(of: Collection): History {
    const key = collectionKey(of);
    const known = this.#histories.get(key);
    if (known !== undefined) return known;
    const created = new History(this.#retention);
    this.#histories.set(key, created);
    return created;
  }

  #present(of: Place, after: Cursor | null, limit: number): { items: Stored[]; remaining: number } {
    const items: Stored[] = [];
    for (const stored of this.#mirror.walk(of, after)) {
      if (items.length === limit) break;
      items.push(stored);
    }
    return { items, remaining: this.#mirror.countAfter(of, after) - items.length };
  }

  /** The present with the later events undone. */
  #past(input: {
    readonly of: Place;
    readonly after: Cursor | null;
    readonly limit: number;
    readonly later: readonly StoreEvent[];
  }): { items: Stored[]; remaining: number } {
    const { of, after, limit, later } = input;
    const undone = new Map<string, Stored | null>();
    for (const event of later) {
      const key = printCursor(event.key);
      if (!undone.has(key)) undone.set(key, event.previous);
    }
    const all: Stored[] = [];
    for (const stored of this.#mirror.walk(of, after)) {
      if (!undone.has(printCursor(stored.key))) all.push(stored);
    }
    for (const stored of undone.values()) {
      if (stored === null) continue;
      if (after !== null && compareCursors(stored.key, after) <= 0) continue;
      all.push(stored);
    }
    all.sort((a, b) => compareCursors(a.key, b.key));
    const items = all.slice(0, limit);
    return { items, remaining: all.length - items.length };
  }
}
