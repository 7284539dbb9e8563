import type { Instant } from '../../base/instant.ts';
import type { Json } from '../../base/json.ts';
import type { Kind, KubeObject, Ref } from '../../kube/object.ts';

/** Which API server is meant. Hub controllers know the hub only; an agent looks at both. */
export type World = 'hub' | 'cluster';

/** What a reconciler may want done. The driver is the only code that does it; `at` is the hub where absent. */
export type Action = Deed & {
  /**
   * Its failure does not stop the actions after it, and it is done although one before it failed: for example one
   * manifest of many. Without it a failure ends the pass.
   */
  readonly independent?: boolean;
  /**
   * What follows is only safe once this went through: while it waits to be tried again it ends the pass, as its failure
   * did. Without it a reconciler that knew of the failure has what follows done.
   */
  readonly gate?: boolean;
  /** Sent although it would change nothing, so that the API server tells whether `ifVersion` still holds. */
  readonly confirm?: boolean;
  /** Of a patch: only of what the write before it in this pass, of the same object, left. */
  readonly asWritten?: boolean;
  /**
   * It and what follows come after the keys that wait now, where this pass has written something already: what tells how
   * it went follows what has to be done.
   */
  readonly yields?: boolean;
  /** Names what is wanted, so that a reconciler knows from an attempt whether it was about the same. */
  readonly intent?: string;
};
type Deed =
  | {
      readonly do: 'create';
      readonly object: KubeObject;
      readonly at?: World;
      readonly as?: Account;
    }
  /** Server-side apply. Without `force` a conflict is a failure to report. */
  | {
      readonly do: 'apply';
      readonly object: KubeObject;
      readonly fieldManager: string;
      readonly force?: boolean;
      readonly at?: World;
      readonly as?: Account;
    }
  /** JSON merge patch of everything but the status. */
  | {
      readonly do: 'patch';
      readonly of: Ref;
      readonly patch: Json;
      readonly ifVersion?: string;
      readonly ifUid?: string;
      readonly at?: World;
      readonly as?: Account;
    }
  /** JSON merge patch `{status}` of the status subresource. */
  | {
      readonly do: 'patchStatus';
      readonly of: Ref;
      readonly status: Json;
      readonly ifVersion?: string;
      readonly ifUid?: string;
      readonly at?: World;
      readonly as?: Account;
    }
  /** Replaces the object as it was read; for those who may `update` but not `patch` (an agent's lease on the hub). */
  | { readonly do: 'replace'; readonly object: KubeObject; readonly at?: World }
  /** Replaces the `approval` subresource of a CertificateSigningRequest. */
  | { readonly do: 'approve'; readonly object: KubeObject; readonly at?: World }
  /** Replaces the `finalize` subresource of a Namespace. */
  | { readonly do: 'finalize'; readonly object: KubeObject; readonly at?: World }
  | {
      readonly do: 'delete';
      readonly of: Ref;
      readonly ifVersion?: string;
      readonly ifUid?: string;
      readonly propagation?: 'Background' | 'Foreground' | 'Orphan';
      readonly at?: World;
      readonly as?: Account;
    }
  /** An Event about an object, aggregated by the driver. */
  | {
      readonly do: 'record';
      readonly about: Ref;
      readonly type?: 'Normal' | 'Warning';
      readonly reason: string;
      readonly message: string;
      /** What was done, as `events.k8s.io` has it. */
      readonly action?: string;
      /** Another object the event is about as well. */
      readonly related?: Ref;
      readonly at?: World;
    };

/** A service account to impersonate; without one the action is done with the controller's own rights. */
export interface Account {
  readonly namespace: string;
  readonly name: string;
}

/** What became of the last action on an object. A refusal is a fact to report, not an exception to lose. */
export interface Attempt {
  readonly at: Instant;
  /** Of the action, where it named one. */
  readonly intent?: string;
  /** null: it went through. `status` is the HTTP status, 0 where there was no answer. */
  readonly failure: {
    readonly status: number;
    readonly reason: string;
    readonly message: string;
  } | null;
}

/** `unread` is not `absent`: a controller that cannot see yet must say so, never guess. */
export type Seen<T extends KubeObject = KubeObject> =
  | { readonly state: 'present'; readonly object: T }
  /** `kindUnknown`: the API server does not even have the kind. */
  | { readonly state: 'absent'; readonly kindUnknown?: true }
  /** `why`: the API server refused to say, for example Forbidden; absent while the answer is on its way. */
  | {
      readonly state: 'unread';
      readonly why?: { readonly reason: string; readonly message: string };
    };

/**
 * Read-only view of the live cache, never a copy: a reconcile is synchronous, so nothing moves under it.
 * INVARIANT: valid until the first `await`; nobody keeps one.
 */
export interface Snapshot {
  /** Grows with every change the cache has seen; for tests and traces. */
  readonly revision: number;
  /** An object named by `alsoWatch` or of a watched kind. */
  look(ref: Ref, at?: World): Seen;
  /** What became of the last action on this object. */
  attempt(on: Ref, at?: World): Attempt | undefined;
  evaluated(id: string): Evaluated | undefined;
  get<T extends KubeObject>(
    kind: Kind<T>,
    namespace: string,
    name: string,
    at?: World,
  ): T | undefined;
  /** By a declared index, in order of namespace and name. There is no way to scan a kind. */
  list<T extends KubeObject>(index: Index<T>, key: string): readonly T[];
  /** Whether `get` and `list` know all objects of a kind (of one namespace, where given); for `alsoList`. */
  isRead(kind: Kind, options?: { readonly namespace?: string; readonly at?: World }): boolean;
  /**
   * Why what is known of a kind may not be all there is, or not as it is now: it is not read yet, the API server refuses
   * to list it, or does not have it. null: nothing speaks against it.
   */
  doubt(kind: Kind, at?: World): string | null;
  /** A value kept up to date from the events of a kind, for example the inventory of clusters. */
  projection<P>(projection: Projection<P>): P;
  /** Keys of this controller by what their last outcomes said in `mentions`. */
  readonly mentioning: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Kept up to date by the cache; `keys` says under which keys an object is found. */
export interface Index<T extends KubeObject = KubeObject> {
  readonly name: string;
  readonly kind: Kind<T>;
  readonly at?: World;
  readonly keys: (object: T) => readonly string[];
}

/** A value derived from all objects of some kinds, maintained event by event and never rebuilt in a pass. */
export interface Projection<P> {
  readonly name: string;
  /** Absent: every kind its controller watches, those that come and go included. */
  readonly kinds?: readonly { readonly kind: Kind; readonly at?: World }[];
  readonly create: () => P;
  /** `now` is undefined where the object was deleted. */
  readonly change: (into: P, before: KubeObject | undefined, now: KubeObject | undefined) => void;
  /** Told instead of `change` of an object that is no longer read, and may well be there still. */
  readonly unread?: (into: P, before: KubeObject) => void;
}

/**
 * What a pass cannot do itself, because it is user code (Rego, templates, CEL of users: a worker runs it) or cannot be
 * had at once (a signature, a look past the cache): a pass asks, the next one reads the answer.
 */
export interface Evaluation {
  /** Hash of the input, so that the same question is asked once. */
  readonly id: string;
  readonly pass: 'policy' | 'render' | 'schedule' | 'sign' | 'lookup' | 'anyIn' | 'token';
  readonly input: Json;
}
export type Evaluated =
  | { readonly ok: true; readonly outcome: Json }
  | {
      readonly ok: false;
      readonly reason: 'EvaluationTimeout' | 'EvaluationMemory' | 'InternalError';
    };

/** Which keys to look at again when an object of a kind changes; also called with the object as it was before. */
export interface Watch<Key extends string = string, T extends KubeObject = KubeObject> {
  readonly kind: Kind<T>;
  readonly at?: World;
  /** Restricts what is read to one namespace, for example the agent's on the hub. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** The controller starts also where the API server refuses to show these: `Snapshot.doubt` says so. */
  readonly optional?: boolean;
  /** Objects that are there at the start wake nobody, because whom they would wake is there as well and wakes itself. */
  readonly quietAtStart?: boolean;
  /** The object is the new state (or the last one, when deleted). */
  readonly keys: (object: T, snapshot: Snapshot) => readonly Key[];
  /** Asked instead of `keys` where an object was and is: what changed may concern fewer keys than the object does. */
  readonly keysOfChange?: (before: T, now: T, snapshot: Snapshot, at: Instant) => readonly Key[];
  /** Watches that are open as long as an object asks for them: of the kind that a definition adds. Always `optional`. */
  readonly watches?: (object: T) => readonly Omit<Watch<Key>, 'watches'>[];
}

/** All objects of a kind by namespace, and under the empty key every one of them: for kinds asked for by `alsoList`. */
export function everyOf<T extends KubeObject>(kind: Kind<T>, at: World = 'hub'): Index<T> {
  const keys = ({ metadata }: T): readonly string[] =>
    metadata.namespace ? ['', metadata.namespace] : [''];
  return { name: 'every', kind, at, keys };
}

/** A function of parameters, so that an `Index<T>` of any T fits in the list of a controller. */
export function indexed<T extends KubeObject>(by: Index<T>): Index {
  return by as unknown as Index;
}

/** A function of parameters, so that a `Watch<K, T>` of any T fits in the list of a controller. */
export function watch<Key extends string, T extends KubeObject>(of: Watch<Key, T>): Watch<Key> {
  return of as unknown as Watch<Key>;
}

export interface Outcome {
  /** In order; after a failure the rest of the pass is not done, unless the failure is of another object's write that later ones do not need. */
  readonly actions: readonly Action[];
  /** Single objects the next pass needs and no static watch covers (policy targets); the key runs again when they change. */
  readonly alsoWatch?: readonly { readonly ref: Ref; readonly at?: World }[];
  /** Whole kinds the next pass needs: `isRead` says when they are there, `list(everyOf(kind, at), namespace)` reads them. */
  readonly alsoList?: readonly {
    readonly kind: Kind;
    readonly namespace?: string;
    readonly at?: World;
  }[];
  readonly evaluate?: readonly Evaluation[];
  /** What this outcome depends on inside of watched objects, for `keysOfChange` to find by `Snapshot.mentioning`. */
  readonly mentions?: readonly string[];
  /** Run again then, whatever happens. */
  readonly again?: Instant;
}

/** Every controller of the hub, of the agent and of the cluster services has this shape and no other. */
export interface Controller<Key extends string = string> {
  readonly name: string;
  /** Whose events these are; its name where absent. */
  readonly reportsAs?: string;
  /** How many keys may have writes under way at once; 8 where absent. One key never runs twice at once. */
  readonly concurrency?: number;
  /** Keys to run once at the start, whether or not any object exists (a default object to create). */
  readonly startWith?: readonly Key[];
  readonly watches: readonly Watch<Key>[];
  readonly indexes?: readonly Index[];
  readonly projections?: readonly Projection<unknown>[];
  /** Level-triggered, synchronous, total: same key, snapshot and instant give the same outcome. */
  readonly reconcile: (key: Key, snapshot: Snapshot, now: Instant) => Outcome;
}

/** Nothing to do. */
export const done: Outcome = { actions: [] };
