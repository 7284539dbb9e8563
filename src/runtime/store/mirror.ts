import { compareText } from '../../base/json.ts';
import type { Collection, Stored, StoreKey } from './store.ts';

/** What is visible: every object by its key, each collection in order of namespace and name. */
export class Mirror {
  readonly #tables = new Map<string, Table>();

  get(key: StoreKey): Stored | undefined {
    return this.#tables.get(collectionKey(key))?.shelves.get(key.namespace)?.items.get(key.name);
  }

  put(stored: Stored): void {
    const { key } = stored;
    const table = entry(this.#tables, collectionKey(key), () => new Table());
    const shelf = entry(table.shelves, key.namespace, () => {
      table.order.add(key.namespace);
      return new Shelf();
    });
    if (!shelf.items.has(key.name)) {
      shelf.order.add(key.name);
      table.size += 1;
    }
    shelf.items.set(key.name, stored);
  }

  remove(key: StoreKey): void {
    const table = this.#tables.get(collectionKey(key));
    const shelf = table?.shelves.get(key.namespace);
    if (table === undefined || shelf === undefined || !shelf.items.delete(key.name)) return;
    shelf.order.remove(key.name);
    table.size -= 1;
    if (shelf.items.size > 0) return;
    table.shelves.delete(key.namespace);
    table.order.remove(key.namespace);
  }

  count(of: Collection): number {
    return this.#tables.get(collectionKey(of))?.size ?? 0;
  }

  /** How many `walk` would give. */
  countAfter(of: Place, after: Cursor | null): number {
    if (after === null && of.namespace === '') return this.count(of);
    let count = 0;
    for (const { shelf, passed } of this.#shelves(of, after)) {
      count += passed === null ? shelf.items.size : shelf.order.after(passed).length;
    }
    return count;
  }

  /** In order, from the first one after a cursor. `namespace: ''` is all of them. */
  *walk(of: Place, after: Cursor | null): IterableIterator<Stored> {
    for (const { shelf, passed } of this.#shelves(of, after)) {
      for (const name of passed === null ? shelf.order.all() : shelf.order.after(passed)) {
        const stored = shelf.items.get(name);
        if (stored !== undefined) yield stored;
      }
    }
  }

  /** The namespaces not before a cursor; `passed` is the name that its own one continues after. */
  *#shelves(
    of: Place,
    after: Cursor | null,
  ): IterableIterator<{ shelf: Shelf; passed: string | null }> {
    const table = this.#tables.get(collectionKey(of));
    if (table === undefined) return;
    for (const namespace of of.namespace === '' ? table.order.all() : [of.namespace]) {
      const shelf = table.shelves.get(namespace);
      if (shelf === undefined) continue;
      const order = after === null ? 1 : compareText(namespace, after.namespace);
      if (order >= 0) yield { shelf, passed: order === 0 ? (after?.name ?? null) : null };
    }
  }
}

/** A collection, or one namespace of it. */
export type Place = Collection & { readonly namespace: string };

/** Where a page ended: the object it ended with. */
export interface Cursor {
  readonly namespace: string;
  readonly name: string;
}

/** A cursor as text; names hold no `/`. */
export function printCursor(cursor: Cursor): string {
  return `${cursor.namespace}/${cursor.name}`;
}

/** The inverse of `printCursor`; null where it is none. */
export function parseCursor(text: string): Cursor | null {
  const slash = text.indexOf('/');
  if (slash < 0) return null;
  return { namespace: text.slice(0, slash), name: text.slice(slash + 1) };
}

/** The order of a collection. */
export function compareCursors(a: Cursor, b: Cursor): number {
  return compareText(a.namespace, b.namespace) || compareText(a.name, b.name);
}

/** What a collection is found by in maps. */
export function collectionKey(of: Collection): string {
  return `${of.group}/${of.resource}`;
}

class Table {
  readonly shelves = new Map<string, Shelf>();
  readonly order = new Order();
  size = 0;
}

class Shelf {
  readonly items = new Map<string, Stored>();
  readonly order = new Order();
}

/** Names in order. Sorting waits for the next read, so that a run of writes costs one merge. */
class Order {
  #sorted: string[] = [];
  #added: string[] = [];
  readonly #gone = new Set<string>();

  add(name: string): void {
    // a name that is gone is still in one of the lists
    if (!this.#gone.delete(name)) this.#added.push(name);
  }

  remove(name: string): void {
    this.#gone.add(name);
  }

  all(): readonly string[] {
    this.#settle();
    return this.#sorted;
  }

  after(name: string): readonly string[] {
    this.#settle();
    return this.#sorted.slice(upperBound(this.#sorted, name));
  }

  #settle(): void {
    if (this.#added.length === 0 && this.#gone.size === 0) return;
    const merged = merge(this.#sorted, this.#added.sort(compareText));
    // a new list, because an iteration may be on its way through the old one
    this.#sorted = this.#gone.size === 0 ? merged : merged.filter((name) => !this.#gone.has(name));
    this.#added = [];
    this.#gone.clear();
  }
}

function merge(a: readonly string[], b: readonly string[]): string[] {
  const merged: string[] = [];
  let next = 0;
  for (const name of a) {
    for (
      let other = b[next];
      other !== undefined && compareText(other, name) < 0;
      other = b[next]
    ) {
      merged.push(other);
      next += 1;
    }
    merged.push(name);
  }
  for (; next < b.length; next += 1) merged.push(b[next] as string);
  return merged;
}

/** Index of the first name after `name`. */
function upperBound(names: readonly string[], name: string): number {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareText(names[middle] as string, name) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function entry<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const created = create();
  map.set(key, created);
  return created;
}
