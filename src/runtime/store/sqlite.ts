import { once } from 'node:events';
import type { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { storeOf } from './memory.ts';
import { type LogRow, lastRevision, openFile, prepareFile } from './sqlite-file.ts';
import type { Opening, Transaction, WorkerAnswer, WorkerMessage } from './sqlite-worker.ts';
import {
  defaultRetention,
  type Retention,
  StorageFailure,
  type Store,
  type StoreEvent,
} from './store.ts';
import { StoredObject } from './stored.ts';
import { printObject } from './text.ts';
import { View } from './view.ts';
import { type Commit, type Leftover, type Write, Writes } from './writes.ts';

export interface SqliteOptions {
  readonly retention?: Retention;
  /** Writes that would make the file larger fail; absent: as large as the disk allows. */
  readonly quotaBytes?: number;
}

/**
 * Opens a store in one SQLite file, made where it is missing. Reads come from memory: a reader connection would
 * show commits before their turn, and a list would be parsed on every request. Throws `StorageFailure`.
 */
export async function sqliteStore(path: string, options: SqliteOptions = {}): Promise<Store> {
  const { retention = defaultRetention, quotaBytes } = options;
  prepareFile(path);
  // the thread starts while this one reads
  const link = startWorker();
  try {
    const { view, leftovers } = read(path, retention);
    const size = quotaBytes === undefined ? {} : { quotaBytes };
    await link.open({ path, lastRevision: view.revision, ...size });
    return storeOf(view, new Writes(view, link.commit, leftovers), link.close);
  } catch (error) {
    await link.close();
    throw error;
  }
}

function read(path: string, retention: Retention): Loaded {
  const database = openFile(path);
  try {
    return load(database, retention);
  } finally {
    database.close();
  }
}

interface Loaded {
  readonly view: View;
  readonly leftovers: readonly Leftover[];
}

/** Replays the log: what is older than the compaction of its collection is state, the rest is history too. */
function load(database: DatabaseSync, retention: Retention): Loaded {
  const view = new View(retention, lastRevision(database));
  const compacted = new Map<string, number>();
  for (const row of database.prepare('SELECT * FROM compaction').iterate()) {
    const { group, resource, revision } = row as unknown as Leftover & { revision: number };
    compacted.set(`${group}/${resource}`, revision);
    view.compact({ group, resource }, revision);
  }
  const leftovers: Leftover[] = [];
  const shared = new Map<string, string>();
  for (const found of database.prepare('SELECT * FROM log ORDER BY revision').iterate()) {
    const row = intern(found as unknown as LogRow, shared);
    const { group, resource, revision } = row;
    const event = eventOf(row, view);
    if (revision <= (compacted.get(`${group}/${resource}`) ?? 0)) {
      if (row.text !== null) view.place(event.now);
      continue;
    }
    const forgotten = view.restore(event);
    if (forgotten !== null) leftovers.push({ group, resource, ...forgotten });
  }
  return { view, leftovers };
}

function eventOf(row: LogRow, view: View): StoreEvent {
  const { group, resource, namespace, name, revision, text } = row;
  const key = { group, resource, namespace, name };
  const previous = row.previous === 0 ? null : (view.get(key) ?? null);
  if (text !== null) {
    const type = previous === null ? 'ADDED' : 'MODIFIED';
    return { type, revision, key, now: new StoredObject(key, revision, text), previous };
  }
  const last = previous === null ? '{"metadata":{}}' : printObject(previous.object(), revision);
  return { type: 'DELETED', revision, key, now: new StoredObject(key, revision, last), previous };
}

/** SQLite makes a new text for every row; those of a few names are worth sharing. */
function intern(row: LogRow, shared: Map<string, string>): LogRow {
  const share = (text: string): string => {
    const known = shared.get(text);
    if (known === undefined) shared.set(text, text);
    return known ?? text;
  };
  const { group, resource, namespace } = row;
  return { ...row, group: share(group), resource: share(resource), namespace: share(namespace) };
}

interface Link {
  readonly open: (opening: Opening) => Promise<void>;
  readonly commit: Commit;
  readonly close: () => Promise<void>;
}

/** Starts the writing thread; once it has opened the file it is the only connection. */
function startWorker(): Link {
  const worker = new Worker(new URL('./sqlite-worker.ts', import.meta.url));
  let lost: StorageFailure | null = null;
  let waiting: PromiseWithResolvers<void> | null = null;
  const answered = (failure: StorageFailure | null): void => {
    const asked = waiting;
    waiting = null;
    if (failure === null) asked?.resolve();
    else asked?.reject(failure);
  };
  const ask = (message: WorkerMessage): Promise<void> => {
    if (lost !== null) return Promise.reject(lost);
    waiting = Promise.withResolvers();
    worker.postMessage(message);
    return waiting.promise;
  };
  const lose = (why: string): void => {
    lost ??= new StorageFailure(why);
    answered(lost);
  };
  worker.on('message', ({ failure }: WorkerAnswer) => {
    answered(failure === null ? null : new StorageFailure(failure));
  });
  worker.on('error', (error) => lose(`the writing thread failed: ${error}`));
  worker.on('exit', () => lose('the writing thread has ended'));
  return {
    open: (opening) => ask({ open: opening }),
    commit: (batch, leftovers) => ask({ write: transactionOf(batch, leftovers) }),
    close: async () => {
      if (lost !== null) return;
      const ended = once(worker, 'exit');
      worker.postMessage({ close: true } satisfies WorkerMessage);
      await ended;
    },
  };
}

function transactionOf(batch: readonly Write[], leftovers: readonly Leftover[]): Transaction {
  const rows = batch.map(({ type, now, previous }) => ({
    ...now.key,
    revision: now.revision,
    previous: previous?.revision ?? 0,
    text: type === 'DELETED' ? null : now.text,
  }));
  const compacted = leftovers.map(({ group, resource, compacted: revision }) => ({
    group,
    resource,
    revision,
  }));
  return { rows, forget: leftovers.flatMap(({ revisions }) => revisions), compacted };
}
