import type { KubeObject } from '../../kube/object.ts';

/** A collection of objects: the resource (not the kind), so that versions of a kind share a place. */
export interface Collection {
  readonly group: string;
  readonly resource: string;
}

/** Where an object lies; `namespace` is empty for cluster-scoped resources. */
export interface StoreKey extends Collection {
  readonly namespace: string;
  readonly name: string;
}

/** One object as one write left it. Its text is what goes over the wire, so nothing is serialised twice. */
export interface Stored {
  readonly key: StoreKey;
  /** Of the write; the `metadata.resourceVersion` in `text`. */
  readonly revision: number;
  /** JSON, in the version that the kind is stored in. */
  readonly text: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The parsed text. INVARIANT: shared between callers, so nobody changes it. */
  object(): KubeObject;
}

export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly revision: number;
  readonly key: StoreKey;
  /** As it is after the event; for DELETED as it was last, with the revision of the deletion. */
  readonly now: Stored;
  /** As it was before, where there was one: selectors need it to turn MODIFIED into ADDED or DELETED. */
  readonly previous: Stored | null;
}

export interface StorePage {
  /** At most that many objects. */
  readonly limit?: number;
  /** Only what comes after this cursor (`next` of an earlier page). */
  readonly after?: string;
  /** The state as of an earlier revision, while its history is kept. */
  readonly at?: number;
}

export interface StoreList {
  /** What the list is a state of. */
  readonly revision: number;
  readonly items: readonly Stored[];
  /** Cursor of the last object, where more follow; how many is `remaining`. */
  readonly next: string | null;
  readonly remaining: number;
}

export type Written =
  /** For a deletion `now` is the object as it was last, with the revision of the deletion. */
  | { readonly ok: true; readonly now: Stored }
  | { readonly ok: false; readonly why: 'exists' | 'conflict' | 'missing' };

/**
 * Everything the API server needs from its storage, and nothing else. Reads are synchronous and show what is
 * durable, in the order of the events; a write is acknowledged when it is durable and visible. A write that
 * the storage itself refuses (disk full) rejects with a `StorageFailure`.
 */
export interface Store {
  /** Of the last visible write. */
  readonly revision: number;
  get(key: StoreKey): Stored | undefined;
  /** In order of namespace and name; `namespace: ''` is all of them. */
  list(
    of: Collection & { readonly namespace: string },
    page?: StorePage,
  ): StoreList | 'compacted' | 'future';
  /** How many objects there are. */
  count(of: Collection): number;
  create(key: StoreKey, object: KubeObject): Promise<Written>;
  update(key: StoreKey, object: KubeObject, ifRevision: number): Promise<Written>;
  delete(key: StoreKey, ifRevision?: number): Promise<Written>;
  /**
   * Events after a revision, oldest first, of a collection or of one namespace of it; `compacted` when that far back is no
   * longer known.
   */
  since(
    of: Collection & { readonly namespace?: string },
    revision: number,
  ): readonly StoreEvent[] | 'compacted' | 'future';
  /** Called with each event in order, after it is durable and visible; returns how to stop. */
  subscribe(listener: (event: StoreEvent) => void): () => void;
  /** Ends after what was accepted is durable; later writes reject. */
  close(): Promise<void>;
}

/** The storage refused or is gone: nothing of the write is visible, but it may turn up after a restart. */
export class StorageFailure extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'StorageFailure';
  }
}

/** Of a store without a write: clients take revision 0 for "any". */
export const firstRevision = 1;

/** How far back `since` and `list … at` reach, for each collection by itself. */
export interface Retention {
  /** At most that many events. */
  readonly events: number;
  /** At most that many characters of JSON. */
  readonly characters: number;
}

/** Kept unless told otherwise: hours of a quiet kind, minutes of the busiest. */
export const defaultRetention: Retention = { events: 10_000, characters: 8 * 1024 * 1024 };
