import { collectionKey } from '../../store/mirror.ts';
import type { Collection, Store, StoreEvent } from '../../store/store.ts';
import type { Form } from '../output/form.ts';
import { groupVersion, type Resource } from '../resources/resource.ts';
import type { Selection } from '../verbs/selection.ts';
import { bookmarkText, type Frame, frameOf, frameText } from './frames.ts';

/** What a watcher wants to see. Watchers with the same interest share their bytes. */
export interface Interest {
  readonly resource: Resource;
  readonly collection: Collection;
  /** Empty: all. */
  readonly namespace: string;
  readonly selection: Selection;
  readonly form: Form;
}

/** Gets the bytes of a watch. */
export interface Sink {
  /** `bytes` end with a whole line; `revision` is what has been seen with them. */
  readonly deliver: (bytes: Uint8Array, revision: number) => void;
  readonly bookmarks: boolean;
}

interface Group {
  readonly interest: Interest;
  readonly sinks: Set<Sink>;
}

/** Bookmarks go round once a minute, as Kubernetes has it; a part of the watchers each second. */
const rounds = 60;

/**
 * Tells watchers what happened. An event becomes text once for each form it is wanted in, and bytes once for each
 * group of watchers with the same interest, however many they are.
 */
export class WatchHub {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #groups = new Map<string, Group>();
  /** Groups by collection, namespace and name; either may be `*`. */
  readonly #index = new Map<string, Set<Group>>();
  readonly #slots: Set<Sink>[] = Array.from({ length: rounds }, () => new Set());
  readonly #placeOf = new Map<Sink, { readonly group: Group; readonly slot: Set<Sink> }>();
  readonly #stop: () => void;
  readonly #timer: NodeJS.Timeout;
  #queue: StoreEvent[] = [];
  #revision: number;
  #round = 0;
  #joined = 0;

  constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
    this.#revision = store.revision;
    this.#stop = store.subscribe((event) => this.#enqueue(event));
    this.#timer = setInterval(() => this.#bookmark(), 1000);
    this.#timer.unref();
  }

  /** How many watchers are told at once. */
  get size(): number {
    return this.#placeOf.size;
  }

  /**
   * From now on the sink gets everything after the returned revision; it has seen what was before.
   * INVARIANT: read the history and join without waiting in between.
   */
  join(interest: Interest, sink: Sink): number {
    this.flush();
    const signature = signatureOf(interest);
    let group = this.#groups.get(signature);
    if (group === undefined) {
      group = { interest, sinks: new Set() };
      this.#groups.set(signature, group);
      entry(this.#index, indexKey(interest)).add(group);
    }
    group.sinks.add(sink);
    this.#joined += 1;
    const slot = this.#slots[this.#joined % rounds] as Set<Sink>;
    if (sink.bookmarks) slot.add(sink);
    this.#placeOf.set(sink, { group, slot });
    return this.#revision;
  }

  leave(sink: Sink): void {
    const place = this.#placeOf.get(sink);
    if (place === undefined) return;
    const { group, slot } = place;
    this.#placeOf.delete(sink);
    slot.delete(sink);
    group.sinks.delete(sink);
    if (group.sinks.size > 0) return;
    this.#groups.delete(signatureOf(group.interest));
    const key = indexKey(group.interest);
    const groups = this.#index.get(key);
    groups?.delete(group);
    if (groups?.size === 0) this.#index.delete(key);
  }

  /** Tells what is waiting to be told. */
  flush(): void {
    const events = this.#queue;
    if (events.length === 0) return;
    this.#queue = [];
    this.#revision = events.at(-1)?.revision ?? this.#revision;
    const now = this.#now();
    const pieces = new Map<Group, Uint8Array[]>();
    for (const event of events) {
      const bytes = new Map<string, Uint8Array>();
      for (const group of this.#interested(event)) {
        const frame = frameOf(group.interest, event);
        if (frame === null) continue;
        let list = pieces.get(group);
        if (list === undefined) {
          list = [];
          pieces.set(group, list);
        }
        list.push(bytesOf(group.interest, frame, bytes, now));
      }
    }
    for (const [group, list] of pieces) {
      const all = list.length === 1 ? (list[0] as Uint8Array) : Buffer.concat(list);
      for (const sink of group.sinks) sink.deliver(all, this.#revision);
    }
  }

  close(): void {
    this.#stop();
    clearInterval(this.#timer);
  }

  #enqueue(event: StoreEvent): void {
    this.#queue.push(event);
    // the writes of one commit become visible in one go: tell them together
    if (this.#queue.length === 1) queueMicrotask(() => this.flush());
  }

  *#interested({ key }: StoreEvent): IterableIterator<Group> {
    const of = collectionKey(key);
    for (const namespace of key.namespace === '' ? ['*'] : ['*', key.namespace]) {
      for (const name of ['*', key.name]) {
        yield* this.#index.get(`${of} ${namespace} ${name}`) ?? [];
      }
    }
  }

  #bookmark(): void {
    this.flush();
    this.#round = (this.#round + 1) % rounds;
    const texts = new Map<Group, Uint8Array>();
    const revision = Math.max(this.#revision, this.#store.revision);
    for (const sink of this.#slots[this.#round] as Set<Sink>) {
      const group = this.#placeOf.get(sink)?.group;
      if (group === undefined) continue;
      const { resource, form } = group.interest;
      const bytes =
        texts.get(group) ??
        Buffer.from(bookmarkText({ resource, form, revision, now: this.#now() }));
      texts.set(group, bytes);
      sink.deliver(bytes, revision);
    }
  }
}

function bytesOf(
  { resource, form }: Interest,
  frame: Frame,
  known: Map<string, Uint8Array>,
  now: number,
): Uint8Array {
  const key = `${frame.type} ${groupVersion(resource)} ${formKey(form)}`;
  let bytes = known.get(key);
  if (bytes === undefined) {
    bytes = Buffer.from(frameText({ resource, form, frame, now }));
    known.set(key, bytes);
  }
  return bytes;
}

function formKey({ as, version, includeObject }: Form): string {
  return `${as} ${version} ${includeObject}`;
}

function indexKey({ collection, namespace, selection }: Interest): string {
  return `${collectionKey(collection)} ${namespace || '*'} ${selection.name ?? '*'}`;
}

function signatureOf(interest: Interest): string {
  const { resource, namespace, selection, form } = interest;
  const of = `${groupVersion(resource)} ${resource.plural} ${namespace || '*'}`;
  return `${of} ${formKey(form)} ${selection.signature}`;
}

function entry<V>(map: Map<string, Set<V>>, key: string): Set<V> {
  const known = map.get(key);
  if (known !== undefined) return known;
  const created = new Set<V>();
  map.set(key, created);
  return created;
}
