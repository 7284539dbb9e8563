import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { firstRevision, StorageFailure } from './store.ts';

/** The layout below; a file with a higher one was written by a newer version of the product. */
const layout = 1;

/**
 * `log` is the only place of objects: a write appends the whole object, a deletion appends a row without text,
 * and `previous` is the revision of the row it supersedes (0: none). The newest row of a key is its state.
 * `compaction` says after which revision the log of a collection is complete.
 */
const schema = `
  CREATE TABLE IF NOT EXISTS log (
    revision INTEGER PRIMARY KEY,
    "group" TEXT NOT NULL,
    resource TEXT NOT NULL,
    namespace TEXT NOT NULL,
    name TEXT NOT NULL,
    previous INTEGER NOT NULL,
    text TEXT
  ) STRICT;
  CREATE TABLE IF NOT EXISTS compaction (
    "group" TEXT NOT NULL,
    resource TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY ("group", resource)
  ) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${layout};
`;

/** One row of the log. */
export interface LogRow {
  readonly revision: number;
  readonly group: string;
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly previous: number;
  readonly text: string | null;
}

/** Makes the folder (0700) and the file (0600) where they are missing. Throws `StorageFailure`. */
export function prepareFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // SQLite gives its journal the mode of the database
    closeSync(openSync(path, 'a', 0o600));
    chmodSync(path, 0o600);
  } catch (error) {
    throw new StorageFailure(explain(path, error));
  }
}

/** Opens the file for this connection alone. Throws `StorageFailure`. */
export function openFile(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    database.exec('PRAGMA journal_mode = WAL');
    database.exec('PRAGMA synchronous = FULL');
    database.exec('PRAGMA journal_size_limit = 67108864');
    const found = database.prepare('PRAGMA user_version').get()?.['user_version'];
    if (typeof found === 'number' && found > layout) {
      throw new StorageFailure(`${path} was written by a newer version of ocm (layout ${found})`);
    }
    database.exec(schema);
    return database;
  } catch (error) {
    database?.close();
    throw error instanceof StorageFailure ? error : new StorageFailure(explain(path, error));
  }
}

/** The newest revision the file knows. */
export function lastRevision(database: DatabaseSync): number {
  const row = database
    .prepare(
      `SELECT max(revision) AS last FROM
        (SELECT max(revision) AS revision FROM log UNION ALL SELECT max(revision) FROM compaction)`,
    )
    .get();
  return Math.max(firstRevision, Number(row?.['last'] ?? 0));
}

/** Makes this connection refuse to grow the file beyond a size. */
export function limitSize(database: DatabaseSync, bytes: number): void {
  const size = Number(database.prepare('PRAGMA page_size').get()?.['page_size'] ?? 4096);
  database.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(bytes / size))}`);
}

/** What a person can do about an error of SQLite or the file system. */
export function explain(path: string, error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const { code } = error as { code?: unknown };
  if (/database is locked/.test(text)) return `${path} is in use by another server`;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return `no permission to write ${path}`;
  }
  if (/unable to open database file|readonly database/.test(text)) {
    return `no permission to write ${path} or its folder`;
  }
  if (/not a database|malformed/.test(text)) {
    return `${path} is damaged or no database of ocm: ${text}`;
  }
  if (/disk is full/.test(text)) return `no space left for ${path}`;
  return `cannot write ${path}: ${text}`;
}
