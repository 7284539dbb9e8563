import type { Json } from '../../base/json.ts';
import type { Kind, KubeObject, Ref } from '../../kube/object.ts';

/** A refusal by an API server, in Kubernetes' own words; `status` 0 means that there was no answer. */
export interface Refusal {
  readonly ok: false;
  readonly status: number;
  readonly reason: string;
  readonly message: string;
}
export type Answer<T> = { readonly ok: true; readonly value: T } | Refusal;

export interface ListOptions {
  /** Absent: all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly limit?: number;
  readonly continue?: string;
}
export interface ListOf<T> {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly items: readonly T[];
}
export type WatchEvent<T extends KubeObject = KubeObject> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string }
  /** The stream is over: `expired` (410) means list again, anything else watch again. */
  | { readonly type: 'ERROR'; readonly expired: boolean; readonly message: string };

/** Who to act as, beside the identity of the connection (impersonation). */
export interface As {
  readonly user: string;
  readonly groups?: readonly string[];
}
export interface WriteOptions {
  readonly as?: As;
  readonly dryRun?: boolean;
}

/** The one way to any API server, ours included. Implemented in `kube.ts` over @kubernetes/client-node. */
export interface Cluster {
  /** For people: where this is, without secrets. */
  readonly address: string;
  get<T extends KubeObject>(kind: Kind<T>, namespace: string, name: string): Promise<Answer<T>>;
  list<T extends KubeObject>(kind: Kind<T>, options?: ListOptions): Promise<Answer<ListOf<T>>>;
  watch<T extends KubeObject>(
    kind: Kind<T>,
    options: ListOptions & { readonly resourceVersion: string },
    signal: AbortSignal,
  ): AsyncIterable<WatchEvent<T>>;
  create<T extends KubeObject>(object: T, options?: WriteOptions): Promise<Answer<T>>;
  replace<T extends KubeObject>(
    object: T,
    options?: WriteOptions & { readonly subresource?: string },
  ): Promise<Answer<T>>;
  mergePatch(
    of: Ref,
    patch: Json,
    options?: WriteOptions & { readonly subresource?: string },
  ): Promise<Answer<KubeObject>>;
  apply(
    object: KubeObject,
    options: WriteOptions & {
      readonly fieldManager: string;
      readonly force?: boolean;
      readonly subresource?: string;
    },
  ): Promise<Answer<KubeObject>>;
  delete(
    of: Ref,
    options?: WriteOptions & {
      readonly ifVersion?: string;
      readonly ifUid?: string;
      readonly propagation?: 'Background' | 'Foreground' | 'Orphan';
    },
  ): Promise<Answer<KubeObject | null>>;
  /** A request by path, for what has no verb here (discovery, health, token requests); JSON in and out. */
  request(method: string, path: string, body?: Json): Promise<Answer<Json>>;
  close(): void;
}
