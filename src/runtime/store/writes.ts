import type { KubeObject } from '../../kube/object.ts';
import type { Forgotten } from './history.ts';
import { collectionKey } from './mirror.ts';
import { StorageFailure, type Stored, type StoreKey, type Written } from './store.ts';
import { StoredObject } from './stored.ts';
import { printObject } from './text.ts';
import type { View } from './view.ts';

/** One accepted write on its way to the disk. */
export interface Write {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly now: Stored;
  readonly previous: Stored | null;
}

/** Makes writes durable, all or none; rejects when it cannot. Called with one batch at a time. */
export type Commit = (batch: readonly Write[], forgotten: readonly Leftover[]) => Promise<void>;

/** What a commit may delete from the disk on the way. */
export interface Leftover extends Forgotten {
  readonly group: string;
  readonly resource: string;
}

// so that the first write of a batch waits a few milliseconds at most
const maxBatchWrites = 512;
const maxBatchCharacters = 8 * 1024 * 1024;

interface Asker {
  readonly answer: (written: Written) => void;
  readonly reject: (error: StorageFailure) => void;
}

interface Pending extends Write {
  readonly asker: Asker;
  /** Who was refused because of this write, and why; answered when it is visible. */
  readonly refused: { readonly asker: Asker; readonly why: Refusal }[];
}
type Refusal = 'exists' | 'conflict' | 'missing';

/**
 * The one writer. A write is judged against what was accepted before it, durable or not; it gets its revision
 * at once, goes to the disk together with whatever else waits, and becomes visible when it is durable.
 */
export class Writes {
  readonly #view: View;
  readonly #commit: Commit;
  /** The newest accepted write of each object that is not visible yet. */
  readonly #heads = new Map<string, Pending>();
  #queue: Pending[] = [];
  #leftovers: Leftover[] = [];
  #assigned: number;
  #running: Promise<void> | null = null;
  #closed = false;

  constructor(view: View, commit: Commit, leftovers: readonly Leftover[] = []) {
    this.#view = view;
    this.#commit = commit;
    this.#leftovers = [...leftovers];
    this.#assigned = view.revision;
  }

  create(key: StoreKey, object: KubeObject): Promise<Written> {
    if (this.#head(key) !== undefined) return this.#refuse(key, 'exists');
    const now = this.#next(key, object);
    return this.#accept({ type: 'ADDED', now, previous: null });
  }

  update(key: StoreKey, object: KubeObject, ifRevision: number): Promise<Written> {
    const previous = this.#head(key);
    if (previous === undefined) return this.#refuse(key, 'missing');
    if (previous.revision !== ifRevision) return this.#refuse(key, 'conflict');
    const now = this.#next(key, object);
    return this.#accept({ type: 'MODIFIED', now, previous });
  }

  delete(key: StoreKey, ifRevision?: number): Promise<Written> {
    const previous = this.#head(key);
    if (previous === undefined) return this.#refuse(key, 'missing');
    if (ifRevision !== undefined && previous.revision !== ifRevision) {
      return this.#refuse(key, 'conflict');
    }
    const now = this.#next(key, previous.object());
    return this.#accept({ type: 'DELETED', now, previous });
  }

  async close(): Promise<void> {
    this.#closed = true;
    while (this.#running !== null) await this.#running;
  }

  #head(key: StoreKey): Stored | undefined {
    const pending = this.#heads.get(headKey(key));
    if (pending === undefined) return this.#view.get(key);
    return pending.type === 'DELETED' ? undefined : pending.now;
  }

  #next(key: StoreKey, object: KubeObject): Stored {
    const revision = this.#assigned + 1;
    return new StoredObject(key, revision, printObject(object, revision));
  }

  #accept(write: Write): Promise<Written> {
    if (this.#closed) return Promise.reject(new StorageFailure('the store is closed'));
    this.#assigned = write.now.revision;
    return new Promise((answer, reject) => {
      const pending: Pending = { ...write, asker: { answer, reject }, refused: [] };
      this.#heads.set(headKey(write.now.key), pending);
      this.#queue.push(pending);
      this.#running ??= this.#drain();
    });
  }

  /** Answers when the write that is in the way is visible, so that whoever asked reads it next. */
  #refuse(key: StoreKey, why: Refusal): Promise<Written> {
    const inTheWay = this.#heads.get(headKey(key));
    if (inTheWay === undefined) return Promise.resolve({ ok: false, why });
    return new Promise((answer, reject) => {
      inTheWay.refused.push({ asker: { answer, reject }, why });
    });
  }

  async #drain(): Promise<void> {
    // let everything that was asked for in this turn of the event loop share the first batch
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const batch = this.#take();
      const leftovers = this.#leftovers;
      this.#leftovers = [];
      try {
        await this.#commit(batch, leftovers);
      } catch (error) {
        this.#leftovers.unshift(...leftovers);
        this.#fail([...batch, ...this.#queue], error);
        continue;
      }
      for (const write of batch) this.#publish(write);
    }
    this.#running = null;
  }

  #take(): Pending[] {
    let count = 0;
    let characters = 0;
    for (const { now } of this.#queue) {
      if (count === maxBatchWrites || (count > 0 && characters > maxBatchCharacters)) break;
      count += 1;
      characters += now.text.length;
    }
    return this.#queue.splice(0, count);
  }

  #publish(write: Pending): void {
    const { type, now, previous } = write;
    const { key, revision } = now;
    const head = headKey(key);
    if (this.#heads.get(head) === write) this.#heads.delete(head);
    const forgotten = this.#view.publish({ type, revision, key, now, previous });
    if (forgotten !== null) {
      this.#leftovers.push({ group: key.group, resource: key.resource, ...forgotten });
    }
    write.asker.answer({ ok: true, now });
    for (const { asker, why } of write.refused) asker.answer({ ok: false, why });
  }

  /** Whatever was accepted after a failed write may build on it, so all of it fails. */
  #fail(writes: readonly Pending[], error: unknown): void {
    this.#queue = [];
    this.#heads.clear();
    const failure =
      error instanceof StorageFailure ? error : new StorageFailure(`cannot write: ${error}`);
    for (const { asker, refused } of writes) {
      asker.reject(failure);
      for (const other of refused) other.asker.reject(failure);
    }
  }
}

function headKey(key: StoreKey): string {
  return `${collectionKey(key)}/${key.namespace}/${key.name}`;
}
