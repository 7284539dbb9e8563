import { type Kind, refKey } from '../../kube/object.ts';
import type { Cache } from './cache.ts';
import type { Outcome, World } from './controller.ts';
import type { SingleObjects } from './single-objects.ts';

type AlsoWatch = NonNullable<Outcome['alsoWatch']>;
type AlsoList = NonNullable<Outcome['alsoList']>;

interface Subscription {
  readonly close: () => void;
  readonly keys: Set<string>;
}

/** What the keys of one controller asked to watch beside its static watches, each thing once however many ask. */
export class Subscriptions<Key extends string = string> {
  readonly #cache: Cache;
  readonly #singles: SingleObjects;
  readonly #enqueue: (key: Key) => void;
  readonly #open = new Map<string, Subscription>();
  readonly #byKey = new Map<Key, ReadonlySet<string>>();

  constructor(cache: Cache, singles: SingleObjects, enqueue: (key: Key) => void) {
    this.#cache = cache;
    this.#singles = singles;
    this.#enqueue = enqueue;
  }

  /** Replaces what a key asked for before. */
  set(key: Key, watches: AlsoWatch, lists: AlsoList): void {
    const before = this.#byKey.get(key);
    if (before === undefined && watches.length === 0 && lists.length === 0) return;
    const wanted = new Set<string>();
    for (const { ref, at = 'hub' } of watches) {
      const id = `${at} ${ref.version} ${refKey(ref)}`;
      wanted.add(id);
      this.#join(id, key, (tell) => this.#singles.open(at, ref, tell, tell));
    }
    for (const { kind, namespace, at = 'hub' } of lists) {
      const id = `${at} all ${kind.version} ${refKey({ ...kind, namespace: namespace ?? '', name: '' })}`;
      wanted.add(id);
      this.#join(id, key, (tell) => this.#list(at, kind, namespace, tell));
    }
    for (const id of before ?? []) if (!wanted.has(id)) this.#leave(id, key);
    if (wanted.size === 0) this.#byKey.delete(key);
    else this.#byKey.set(key, wanted);
  }

  #list(at: World, kind: Kind, namespace: string | undefined, tell: () => void): () => void {
    const source = { kind, ...(namespace === undefined ? {} : { namespace }) };
    const opened = this.#cache.open(at, source, tell, tell);
    void opened.whenRead.then(tell);
    return opened.close;
  }

  #join(id: string, key: Key, open: (tell: () => void) => () => void): void {
    const subscription = this.#open.get(id);
    if (subscription !== undefined) {
      subscription.keys.add(key);
      return;
    }
    const keys = new Set<string>([key]);
    const tell = (): void => {
      for (const each of keys) this.#enqueue(each as Key);
    };
    this.#open.set(id, { close: open(tell), keys });
  }

  #leave(id: string, key: Key): void {
    const subscription = this.#open.get(id);
    if (subscription === undefined) return;
    subscription.keys.delete(key);
    if (subscription.keys.size > 0) return;
    this.#open.delete(id);
    subscription.close();
  }
}
