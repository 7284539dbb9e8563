import { invariant } from '../../base/never.ts';
import type { Kind, KubeObject, Ref } from '../../kube/object.ts';
import type { Cluster, Refusal } from '../client/cluster.ts';
import type { Clock } from './clock.ts';
import type { Index, Projection, Seen, World } from './controller.ts';
import { inform, type Source } from './informer.ts';
import type { Log, OnError } from './log.ts';
import { Pacer } from './long-tasks.ts';
import { isAtLeast } from './resource-version.ts';
import { mayMatch } from './selector-text.ts';
import { type Change, Shelf, shelfKey } from './shelf.ts';

/** Why an object is no longer known: it was deleted, or nobody reads it any more. */
type End = 'deleted' | 'unread';

/** Called for every change of an object of a source, after the cache shows it. */
export type Listener = (change: Change) => void;

/** A source somebody reads. The last one to close it ends the watch and forgets what came from it. */
export interface Opened {
  readonly whenRead: Promise<void>;
  readonly close: () => void;
}

export interface CacheDeps {
  readonly clusters: Readonly<Partial<Record<World, Cluster>>>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** Our bugs in indexes and projections, and what they were about. */
  readonly onError: OnError;
  readonly signal: AbortSignal;
}

interface OpenSource {
  readonly id: string;
  readonly source: Source;
  readonly held: Set<string>;
  readonly listeners: Set<Listener>;
  readonly refusedListeners: Set<(refusal: Refusal) => void>;
  readonly whenRead: Promise<void>;
  readonly markRead: () => void;
  readonly stop: AbortController;
  read: boolean;
  kindUnknown: boolean;
  refusal: Refusal | null;
}

interface Place {
  readonly shelf: Shelf;
  readonly sources: Map<string, OpenSource>;
  readonly projections: Map<Projection<unknown>, Followed>;
  readonly waiting: Map<string, Set<{ readonly met: (now: KubeObject | undefined) => boolean }>>;
}

/** A projection at a kind it follows. */
interface Followed {
  readonly entry: { readonly value: unknown };
  /** How many asked for that. */
  times: number;
}

/** What is known of the API servers: kept up by list and watch, read by snapshots, written by nobody else. */
export class Cache {
  readonly #deps: CacheDeps;
  readonly #places = new Map<string, Place>();
  readonly #projected = new Map<Projection<unknown>, { value: unknown }>();
  readonly #pacer = new Pacer();
  #revision = 0;

  constructor(deps: CacheDeps) {
    this.#deps = deps;
  }

  /** Grows with every change. */
  get revision(): number {
    return this.#revision;
  }

  /** Every object known, for metrics. */
  get size(): number {
    let size = 0;
    for (const { shelf } of this.#places.values()) size += shelf.size;
    return size;
  }

  /** How many lists and watches are open, for metrics. */
  get openSources(): number {
    let open = 0;
    for (const { sources } of this.#places.values()) open += sources.size;
    return open;
  }

  /** Reads a source from now on and tells the listener of each object and change; shared by all who ask for the same. */
  open(
    world: World,
    source: Source,
    listener: Listener,
    onRefused?: (refusal: Refusal) => void,
  ): Opened {
    const place = this.#place(world, source.kind);
    const id = JSON.stringify([source.namespace, source.labelSelector, source.fieldSelector]);
    let opened = place.sources.get(id);
    if (opened === undefined) {
      opened = this.#start(world, id, source, place);
    } else {
      for (const key of opened.held) {
        const now = place.shelf.byKey(key);
        if (now !== undefined) listener({ before: undefined, now });
      }
    }
    const of = opened;
    of.listeners.add(listener);
    if (onRefused !== undefined) of.refusedListeners.add(onRefused);
    const close = (): void => {
      if (onRefused !== undefined) of.refusedListeners.delete(onRefused);
      if (!of.listeners.delete(listener) || of.listeners.size > 0) return;
      of.stop.abort();
      place.sources.delete(id);
      for (const key of [...of.held]) this.#release(place, of, key, 'unread');
    };
    return { whenRead: of.whenRead, close };
  }

  declare(index: Index): void {
    this.#place(index.at ?? 'hub', index.kind).shelf.declare(index);
  }

  /** Keeps up a projection from now on. */
  project(projection: Projection<unknown>): void {
    if (this.#projected.has(projection)) return;
    this.#projected.set(projection, { value: projection.create() });
    for (const { kind, at } of projection.kinds ?? []) this.follow(projection, at ?? 'hub', kind);
  }

  /** Has a projection follow a kind beside those it names, until the answer is called. */
  follow(projection: Projection<unknown>, world: World, kind: Kind): () => void {
    const { shelf, projections } = this.#place(world, kind);
    const entry = this.#projected.get(projection);
    invariant(entry !== undefined, `projection ${projection.name} is declared by no controller`);
    const followed = projections.get(projection) ?? { entry, times: 0 };
    projections.set(projection, followed);
    followed.times += 1;
    if (followed.times === 1) {
      for (const now of shelf.values()) {
        this.#projectOne(projection, entry, { before: undefined, now });
      }
    }
    return () => {
      followed.times -= 1;
      if (followed.times > 0 || !projections.delete(projection)) return;
      for (const before of shelf.values()) {
        this.#projectOne(projection, entry, { before, now: undefined }, 'unread');
      }
    };
  }

  projection<P>(projection: Projection<P>): P {
    const entry = this.#projected.get(projection as Projection<unknown>);
    invariant(entry !== undefined, `projection ${projection.name} is declared by no controller`);
    return entry.value as P;
  }

  look(world: World, ref: Ref): Seen {
    const place = this.#places.get(placeKey(world, ref));
    if (place === undefined) return { state: 'unread' };
    const object = place.shelf.get(ref.namespace, ref.name);
    if (object !== undefined) return { state: 'present', object };
    let refusal: Refusal | null = null;
    for (const { source, read, kindUnknown, refusal: refused } of place.sources.values()) {
      if (!covers(source, ref)) continue;
      if (kindUnknown) return { state: 'absent', kindUnknown };
      if (read) return { state: 'absent' };
      refusal ??= refused;
    }
    if (refusal === null) return { state: 'unread' };
    const { reason, message } = refusal;
    return { state: 'unread', why: { reason, message } };
  }

  get(world: World, kind: Kind, namespace: string, name: string): KubeObject | undefined {
    const place = this.#places.get(placeKey(world, kind));
    invariant(place !== undefined, `${kind.kind} is watched by no controller`);
    return place.shelf.get(namespace, name);
  }

  list(index: Index, key: string): readonly KubeObject[] {
    const world = index.at ?? 'hub';
    const place = this.#places.get(placeKey(world, index.kind));
    // `everyOf` is asked for before its kind is read for the first time.
    if (place === undefined && index.name === 'every') return [];
    invariant(place !== undefined, `${index.kind.kind} is watched by no controller`);
    if (index.name === 'every') place.shelf.declare(index);
    const listed = place.shelf.list(index, key);
    invariant(listed !== undefined, `index ${index.name} is declared by no controller`);
    return listed;
  }

  isRead(world: World, kind: Kind, namespace: string | undefined): boolean {
    const place = this.#places.get(placeKey(world, kind));
    for (const { source, read } of place?.sources.values() ?? []) {
      if (!read || source.labelSelector !== undefined || source.fieldSelector !== undefined) {
        continue;
      }
      if (source.namespace === undefined || source.namespace === namespace) return true;
    }
    return false;
  }

  /** Why what is known of a kind may not be all there is, or not as it is now; null where nothing speaks against it. */
  doubt(world: World, kind: Kind): string | null {
    const sources = this.#places.get(placeKey(world, kind))?.sources.values() ?? [];
    let why: string | null = 'nobody reads it';
    for (const { read, refusal, source } of sources) {
      if (source.labelSelector !== undefined || source.fieldSelector !== undefined) continue;
      if (read && refusal === null) return null;
      why = refusal?.message ?? 'it is being read';
    }
    return why;
  }

  /**
   * Resolves when the cache shows what a write did: the object in that version or a later one, or its absence. At once
   * where nobody reads the object. `existed`: it was there before the write, so its absence now is the end of it and
   * not that it has still to come.
   */
  seen(
    world: World,
    ref: Ref,
    written: KubeObject | { readonly gone: string },
    existed: boolean,
  ): Promise<void> {
    const place = this.#places.get(placeKey(world, ref));
    const labels = 'gone' in written ? undefined : written.metadata.labels;
    const read = [...(place?.sources.values() ?? [])].some(
      ({ source }) =>
        mayCover(source, ref) && ('gone' in written || mayMatch(labels, source.labelSelector)),
    );
    if (place === undefined || !read) return Promise.resolve();
    const met = (now: KubeObject | undefined): boolean =>
      'gone' in written
        ? now === undefined || now.metadata.uid !== written.gone
        : now === undefined
          ? existed
          : now.metadata.uid !== written.metadata.uid ||
            isAtLeast(now.metadata.resourceVersion, written.metadata.resourceVersion);
    if (met(place.shelf.get(ref.namespace, ref.name))) return Promise.resolve();
    return new Promise((resolve) => {
      const key = shelfKey(ref.namespace, ref.name);
      const waiters = place.waiting.get(key) ?? new Set();
      place.waiting.set(key, waiters);
      waiters.add({
        met: (now) => {
          // Gone again since: what was written has been seen, or never will be.
          const over = now === undefined || met(now);
          if (over) resolve();
          return over;
        },
      });
    });
  }

  /** One that throws loses this change; all others, and those who listen, still hear of it. */
  #projectOne(
    projection: Projection<unknown>,
    { value }: { readonly value: unknown },
    { before, now }: Change,
    end: End = 'deleted',
  ): void {
    try {
      if (end === 'unread' && before !== undefined && projection.unread !== undefined)
        projection.unread(value, before);
      else projection.change(value, before, now);
    } catch (error) {
      this.#bug(error, `projection ${projection.name}`, now ?? before);
    }
  }

  #bug(error: unknown, controller: string, object: KubeObject | undefined): void {
    const { namespace = '', name = '' } = object?.metadata ?? {};
    this.#deps.onError(error, { controller, key: `${object?.kind ?? ''} ${namespace}/${name}` });
  }

  #place(world: World, kind: Kind): Place {
    const key = placeKey(world, kind);
    let place = this.#places.get(key);
    if (place === undefined) {
      place = {
        shelf: new Shelf((error, { name }, object) => this.#bug(error, `index ${name}`, object)),
        sources: new Map(),
        projections: new Map(),
        waiting: new Map(),
      };
      this.#places.set(key, place);
    }
    return place;
  }

  #start(world: World, id: string, source: Source, place: Place): OpenSource {
    const cluster = this.#deps.clusters[world];
    invariant(cluster !== undefined, `no API server for the world ${world}`);
    const { promise: whenRead, resolve: markRead } = Promise.withResolvers<void>();
    const stop = new AbortController();
    const opened: OpenSource = {
      id,
      source,
      held: new Set(),
      listeners: new Set(),
      refusedListeners: new Set(),
      whenRead,
      markRead,
      stop,
      read: false,
      kindUnknown: false,
      refusal: null,
    };
    place.sources.set(id, opened);
    const { clock, random, log, onError, signal } = this.#deps;
    const about = {
      world,
      kind: source.kind.kind,
      ...(source.namespace && { in: source.namespace }),
    };
    void inform(
      source,
      {
        replace: (objects) => this.#replace(place, opened, objects),
        changed: (type, object) => {
          if (stop.signal.aborted) return;
          if (type === 'DELETED') this.#release(place, opened, keyOfObject(object), endIn(opened));
          else this.#hold(place, opened, object);
        },
        refused: (refusal) => {
          if (stop.signal.aborted) return;
          const { status, reason, message } = refusal;
          const known = status === 404 || opened.refusal?.message === message;
          log(known ? 'debug' : 'warn', 'cannot list', { ...about, reason, message });
          opened.refusal = refusal;
          for (const tell of [...opened.refusedListeners]) tell(refusal);
          if (status !== 404 || opened.read) return;
          // The API server does not have the kind (yet): there are no objects of it.
          opened.kindUnknown = true;
          this.#markRead(opened);
        },
        interrupted: (message) => log('debug', 'watch interrupted', { ...about, message }),
      },
      { cluster, clock, random, onError, signal: AbortSignal.any([signal, stop.signal]) },
    );
    return opened;
  }

  async #replace(place: Place, opened: OpenSource, objects: readonly KubeObject[]): Promise<void> {
    const gone = new Set(opened.held);
    for (const object of objects) {
      if (opened.stop.signal.aborted) return;
      gone.delete(keyOfObject(object));
      this.#hold(place, opened, object, place.sources.size === 1);
      if (this.#pacer.spent()) await this.#pacer.breathe();
    }
    for (const key of gone) this.#release(place, opened, key, endIn(opened));
    opened.kindUnknown = false;
    opened.refusal = null;
    this.#markRead(opened);
  }

  #markRead(opened: OpenSource): void {
    if (opened.read) return;
    opened.read = true;
    this.#revision += 1;
    opened.markRead();
  }

  /** `asItIs`: a list is right even where it is older, as after a server was restored from a backup. */
  #hold(place: Place, opened: OpenSource, object: KubeObject, asItIs = false): void {
    const key = keyOfObject(object);
    const before = place.shelf.byKey(key);
    const isNew = !opened.held.has(key);
    opened.held.add(key);
    const known =
      before !== undefined &&
      before.metadata.uid === object.metadata.uid &&
      (asItIs
        ? before.metadata.resourceVersion === object.metadata.resourceVersion
        : isAtLeast(before.metadata.resourceVersion, object.metadata.resourceVersion));
    if (!known) this.#tell(place, key, place.shelf.put(object));
    else if (isNew)
      for (const listener of opened.listeners) listener({ before: undefined, now: before });
  }

  #release(place: Place, opened: OpenSource, key: string, end: End): void {
    if (!opened.held.delete(key)) return;
    const before = place.shelf.byKey(key);
    if (before === undefined) return;
    const others = [...place.sources.values()].some(({ held }) => held.has(key));
    if (others) {
      for (const listener of opened.listeners) listener({ before, now: undefined });
      return;
    }
    this.#tell(place, key, place.shelf.remove(key), { by: opened, end });
  }

  #tell(
    place: Place,
    key: string,
    change: Change,
    released?: { readonly by: OpenSource; readonly end: End },
  ): void {
    this.#revision += 1;
    for (const [projection, { entry }] of place.projections) {
      this.#projectOne(projection, entry, change, released?.end);
    }
    for (const source of place.sources.values()) {
      // Who let go of it before the last one did has been told, and could still see it then.
      const isTold = source === released?.by || source.held.has(key);
      if (!isTold && !(released !== undefined && mayCover(source.source, placeOf(change))))
        continue;
      for (const listener of source.listeners) listener(change);
    }
    const waiters = place.waiting.get(key);
    if (waiters === undefined) return;
    for (const waiter of waiters) if (waiter.met(change.now)) waiters.delete(waiter);
    if (waiters.size === 0) place.waiting.delete(key);
  }
}

/** What an object that is no longer shown has come to: one that has left a selection may be there still. */
function endIn({ source }: OpenSource): End {
  return source.labelSelector === undefined ? 'deleted' : 'unread';
}

function placeKey(world: World, { group, version, kind }: Kind): string {
  return `${world} ${group}/${version}/${kind}`;
}

function keyOfObject({ metadata }: KubeObject): string {
  return shelfKey(metadata.namespace ?? '', metadata.name);
}

/** Whether a source that has been read knows for sure that an object is not there. */
function covers(source: Source, ref: Ref): boolean {
  return source.labelSelector === undefined && mayCover(source, ref);
}

function placeOf({ before, now }: Change): Pick<Ref, 'namespace' | 'name'> {
  const { namespace = '', name = '' } = (now ?? before)?.metadata ?? {};
  return { namespace, name };
}

function mayCover(
  { namespace, fieldSelector }: Source,
  ref: Pick<Ref, 'namespace' | 'name'>,
): boolean {
  if (namespace !== undefined && namespace !== ref.namespace) return false;
  return fieldSelector === undefined || fieldSelector === `metadata.name=${ref.name}`;
}
