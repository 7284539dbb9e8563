import type { Retention, StoreEvent } from './store.ts';

/** Rows of the log that nothing refers to any more, after a history let its oldest events go. */
export interface Forgotten {
  /** Revisions of texts that no later read can ask for. */
  readonly revisions: readonly number[];
  /** History before and at this revision is no longer complete. */
  readonly compacted: number;
}

/** The recent events of one collection, bounded in number and size. */
export class History {
  readonly #retention: Retention;
  #events: StoreEvent[] = [];
  /** The same by namespace: ten thousand agents that come back look at what is theirs only. */
  readonly #byNamespace = new Map<string, StoreEvent[]>();
  #characters = 0;
  #compacted: number;

  constructor(retention: Retention, compacted = 0) {
    this.#retention = retention;
    this.#compacted = compacted;
  }

  get compacted(): number {
    return this.#compacted;
  }

  /** Adds the newest event; says what could be forgotten for it. */
  push(event: StoreEvent): Forgotten | null {
    this.#events.push(event);
    this.#file(event);
    this.#characters += event.now.text.length;
    const { events, characters } = this.#retention;
    // a fifth above the bound before anything is dropped, so that dropping is rare and comes in one go
    const over = (bound: number, is: number) => is > bound * 1.2;
    if (!over(events, this.#events.length) && !over(characters, this.#characters)) return null;
    return this.#drop();
  }

  /** Events after a revision, oldest first; `namespace: ''` is all of them. */
  since(revision: number, namespace = ''): readonly StoreEvent[] | 'compacted' {
    if (revision < this.#compacted) return 'compacted';
    const events = namespace === '' ? this.#events : (this.#byNamespace.get(namespace) ?? []);
    return events.slice(firstAfter(events, revision));
  }

  #file(event: StoreEvent): void {
    const { namespace } = event.key;
    if (namespace === '') return;
    const known = this.#byNamespace.get(namespace);
    if (known === undefined) this.#byNamespace.set(namespace, [event]);
    else known.push(event);
  }

  #drop(): Forgotten | null {
    const { events, characters } = this.#retention;
    let count = 0;
    while (
      // the newest event always stays: a watch that has just seen the one before may resume
      count < this.#events.length - 1 &&
      (this.#events.length - count > events || this.#characters > characters)
    ) {
      this.#characters -= this.#events[count]?.now.text.length ?? 0;
      count += 1;
    }
    const dropped = this.#events.slice(0, count);
    const last = dropped.at(-1);
    if (last === undefined) return null;
    this.#events = this.#events.slice(count);
    this.#compacted = last.revision;
    for (const namespace of new Set(dropped.map(({ key }) => key.namespace))) {
      const known = this.#byNamespace.get(namespace) ?? [];
      const left = known.slice(firstAfter(known, last.revision));
      if (left.length === 0) this.#byNamespace.delete(namespace);
      else this.#byNamespace.set(namespace, left);
    }
    return { revisions: dropped.flatMap(forgettable), compacted: this.#compacted };
  }
}

/** Index of the first event after a revision. */
function firstAfter(events: readonly StoreEvent[], revision: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((events[middle]?.revision ?? 0) <= revision) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A dropped event's predecessor is not the present state of anything, and neither is a deletion. */
function forgettable(event: StoreEvent): number[] {
  const revisions = event.previous === null ? [] : [event.previous.revision];
  if (event.type === 'DELETED') revisions.push(event.revision);
  return revisions;
}
