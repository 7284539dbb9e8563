import type { KubeObject } from '../../kube/object.ts';

/** Where an object lies: the resource (not the kind), so that versions of a kind share a place. */
export interface StoreKey {
  readonly group: string;
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly revision: number;
  readonly key: StoreKey;
  /** As it is after the event; for DELETED as it was last, with the revision of the deletion. */
  readonly object: KubeObject;
  /** As it was before, where there was one: selectors need it to turn MODIFIED into ADDED or DELETED. */
  readonly previous: KubeObject | null;
}

export interface StoreList {
  readonly revision: number;
  readonly objects: readonly KubeObject[];
  /** Key of the last object, where more follow. */
  readonly next: string | null;
}

export type Written =
  | { readonly ok: true; readonly revision: number }
  | { readonly ok: false; readonly why: 'exists' | 'conflict' | 'missing' };

/**
 * Everything the API server needs from its storage, and nothing else. `metadata.resourceVersion` of what is
 * returned is the revision of its last write. A write is acknowledged when it is durable.
 */
export interface Store {
  readonly revision: number;
  get(key: StoreKey): KubeObject | undefined;
  /** In order of namespace and name; `namespace: ''` is all of them. */
  list(
    of: { readonly group: string; readonly resource: string; readonly namespace: string },
    page?: { readonly limit: number; readonly after: string | null },
  ): StoreList;
  create(key: StoreKey, object: KubeObject): Promise<Written>;
  update(key: StoreKey, object: KubeObject, ifRevision: number): Promise<Written>;
  delete(key: StoreKey, ifRevision?: number): Promise<Written>;
  /** Events after a revision, oldest first; `compacted` when that far back is no longer known. */
  since(revision: number, limit: number): readonly StoreEvent[] | 'compacted';
  /** Called with each event in order, after it is durable; returns how to stop. */
  subscribe(listener: (event: StoreEvent) => void): () => void;
  close(): Promise<void>;
}
