import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { parentPort } from 'node:worker_threads';
import { explain, type LogRow, lastRevision, limitSize, openFile } from './sqlite-file.ts';
import { StorageFailure } from './store.ts';

/** What the main thread asks for: one transaction. */
export interface Transaction {
  readonly rows: readonly LogRow[];
  readonly forget: readonly number[];
  readonly compacted: readonly {
    readonly group: string;
    readonly resource: string;
    readonly revision: number;
  }[];
}

/** The first message: which file. */
export interface Opening {
  readonly path: string;
  /** What the main thread has read; another writer in between would be a second server. */
  readonly lastRevision: number;
  readonly quotaBytes?: number;
}

export type WorkerMessage =
  | { readonly open: Opening }
  | { readonly write: Transaction }
  | { readonly close: true };

/** One for the opening, then one for each transaction, in order; `failure` is for people. */
export interface WorkerAnswer {
  readonly failure: string | null;
}

let path = '';
let write: (transaction: Transaction) => void = () => undefined;
let close: () => void = () => undefined;

parentPort?.on('message', (message: WorkerMessage) => {
  if ('open' in message) answer(() => open(message.open));
  else if ('write' in message) answer(() => write(message.write));
  else {
    close();
    parentPort?.close();
  }
});

function open(opening: Opening): void {
  path = opening.path;
  const database = openFile(path);
  if (lastRevision(database) !== opening.lastRevision) {
    database.close();
    throw new StorageFailure(`${path} is in use by another server`);
  }
  if (opening.quotaBytes !== undefined) limitSize(database, opening.quotaBytes);
  write = writer(database);
  close = () => database.close();
}

function answer(work: () => void): void {
  let failure: string | null = null;
  try {
    work();
  } catch (error) {
    failure = error instanceof StorageFailure ? error.message : explain(path, error);
  }
  parentPort?.postMessage({ failure } satisfies WorkerAnswer);
}

function writer(database: DatabaseSync): (transaction: Transaction) => void {
  const insert: StatementSync = database.prepare(
    `INSERT INTO log (revision, "group", resource, namespace, name, previous, text)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const forget = database.prepare('DELETE FROM log WHERE revision = ?');
  const compact = database.prepare(
    `INSERT INTO compaction ("group", resource, revision) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET revision = excluded.revision`,
  );
  return ({ rows, forget: revisions, compacted }) => {
    database.exec('BEGIN IMMEDIATE');
    try {
      for (const row of rows) {
        const { revision, group, resource, namespace, name, previous, text } = row;
        insert.run(revision, group, resource, namespace, name, previous, text);
      }
      for (const revision of revisions) forget.run(revision);
      for (const { group, resource, revision } of compacted) compact.run(group, resource, revision);
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  };
}
