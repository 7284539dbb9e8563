import { type Ref, refKey } from '../../kube/object.ts';
import type { Cache, Listener, Opened } from './cache.ts';
import type { World } from './controller.ts';
import { shelfKey } from './shelf.ts';

/** More single watches than this in one namespace become one watch of the namespace, where that is allowed. */
const mostInNamespace = 16;
/** More single watches than this of one kind become one watch of the kind. */
const mostOfKind = 48;

interface Want {
  readonly ref: Ref;
  readonly listeners: Set<Listener>;
  readonly single: Opened;
}

interface KindWants {
  readonly byNamespace: Map<string, Map<string, Want>>;
  count: number;
  /** Open wide watches, by namespace; the whole kind under the empty text. */
  readonly wide: Map<string, Wide>;
  /** Where a wide watch was refused; not tried again. */
  readonly refused: Set<string>;
}

interface Wide {
  opened: Opened | null;
  read: boolean;
  readonly wants: Map<string, Set<Listener>>;
}

/**
 * Watches of single objects. A thousand of them would be a thousand streams, so many of a kind become one watch of
 * their namespace or kind; what is known of an object stays known while they change over.
 */
export class SingleObjects {
  readonly #cache: Cache;
  readonly #kinds = new Map<string, KindWants>();

  constructor(cache: Cache) {
    this.#cache = cache;
  }

  /** Tells of an object's changes; calls `read` once it is known whether it exists. */
  open(at: World, ref: Ref, listener: Listener, read: () => void): () => void {
    const kind = this.#kind(at, ref);
    const key = shelfKey(ref.namespace, ref.name);
    const wide = readWide(kind, '') ?? readWide(kind, ref.namespace) ?? this.#shared(at, kind, ref);
    if (wide !== null) {
      add(wide.wants, key, listener);
      queueMicrotask(read);
    } else {
      const single = this.#openSingle(at, kind, ref, listener);
      void single.whenRead.then(read);
      this.#widen(at, kind, ref);
    }
    return () => this.#close(kind, ref, key, listener);
  }

  #openSingle(at: World, kind: KindWants, ref: Ref, listener: Listener): Opened {
    const wants = kind.byNamespace.get(ref.namespace) ?? new Map<string, Want>();
    kind.byNamespace.set(ref.namespace, wants);
    let want = wants.get(ref.name);
    if (want === undefined) {
      const listeners = new Set<Listener>();
      const tell: Listener = (change) => {
        for (const each of listeners) each(change);
      };
      const source = {
        kind: ref,
        ...scope(ref.namespace),
        fieldSelector: `metadata.name=${ref.name}`,
      };
      want = { ref, listeners, single: this.#cache.open(at, source, tell) };
      wants.set(ref.name, want);
      kind.count += 1;
    }
    want.listeners.add(listener);
    return want.single;
  }

  #widen(at: World, kind: KindWants, ref: Ref): void {
    const inNamespace = kind.byNamespace.get(ref.namespace)?.size ?? 0;
    const namespace =
      kind.count > mostOfKind || ref.namespace === ''
        ? ''
        : inNamespace > mostInNamespace
          ? ref.namespace
          : null;
    if (namespace === null || (namespace === '' && kind.count <= mostInNamespace)) return;
    if (kind.wide.has(namespace) || kind.refused.has(namespace)) return;
    this.#openWide(at, kind, ref, namespace);
  }

  /** Where a controller reads the whole kind or namespace anyway, its watch serves. */
  #shared(at: World, kind: KindWants, ref: Ref): Wide | null {
    if (this.#cache.isRead(at, ref, undefined)) return this.#openRead(at, kind, ref, '');
    if (ref.namespace === '' || !this.#cache.isRead(at, ref, ref.namespace)) return null;
    return this.#openRead(at, kind, ref, ref.namespace);
  }

  #openRead(at: World, kind: KindWants, ref: Ref, namespace: string): Wide {
    const wide = this.#openWide(at, kind, ref, namespace);
    wide.read = true;
    return wide;
  }

  #openWide(at: World, kind: KindWants, ref: Ref, namespace: string): Wide {
    const wide: Wide = { opened: null, read: false, wants: new Map() };
    kind.wide.set(namespace, wide);
    wide.opened = this.#cache.open(
      at,
      { kind: ref, ...scope(namespace) },
      ({ before, now }) => {
        const metadata = (now ?? before)?.metadata;
        if (metadata === undefined) return;
        const key = shelfKey(metadata.namespace ?? '', metadata.name);
        for (const listener of wide.wants.get(key) ?? []) listener({ before, now });
      },
      ({ status }) => {
        if (wide.read || status !== 403) return;
        kind.refused.add(namespace);
        kind.wide.delete(namespace);
        wide.opened?.close();
      },
    );
    void wide.opened.whenRead.then(() => this.#changeOver(kind, namespace, wide));
    return wide;
  }

  #changeOver(kind: KindWants, namespace: string, wide: Wide): void {
    if (kind.wide.get(namespace) !== wide) return;
    wide.read = true;
    const scopes = namespace === '' ? [...kind.byNamespace.keys()] : [namespace];
    for (const of of scopes) {
      for (const want of kind.byNamespace.get(of)?.values() ?? []) {
        const key = shelfKey(want.ref.namespace, want.ref.name);
        for (const listener of want.listeners) add(wide.wants, key, listener);
        want.single.close();
        kind.count -= 1;
      }
      kind.byNamespace.delete(of);
    }
    if (wide.wants.size === 0) this.#closeWide(kind, namespace, wide);
  }

  #close(kind: KindWants, ref: Ref, key: string, listener: Listener): void {
    const wants = kind.byNamespace.get(ref.namespace);
    const want = wants?.get(ref.name);
    if (want?.listeners.delete(listener) && want.listeners.size === 0) {
      want.single.close();
      wants?.delete(ref.name);
      if (wants?.size === 0) kind.byNamespace.delete(ref.namespace);
      kind.count -= 1;
    }
    for (const [namespace, wide] of [...kind.wide]) {
      const listeners = wide.wants.get(key);
      if (listeners?.delete(listener) && listeners.size === 0) wide.wants.delete(key);
      if (wide.read && wide.wants.size === 0) this.#closeWide(kind, namespace, wide);
    }
  }

  #closeWide(kind: KindWants, namespace: string, wide: Wide): void {
    kind.wide.delete(namespace);
    wide.opened?.close();
  }

  #kind(at: World, ref: Ref): KindWants {
    const id = `${at} ${refKey({ ...ref, namespace: '', name: ref.version })}`;
    let kind = this.#kinds.get(id);
    if (kind === undefined) {
      kind = { byNamespace: new Map(), count: 0, wide: new Map(), refused: new Set() };
      this.#kinds.set(id, kind);
    }
    return kind;
  }
}

function readWide(kind: KindWants, namespace: string): Wide | null {
  const wide = kind.wide.get(namespace);
  return wide?.read ? wide : null;
}

function add(wants: Map<string, Set<Listener>>, key: string, listener: Listener): void {
  const listeners = wants.get(key) ?? new Set();
  wants.set(key, listeners.add(listener));
}

function scope(namespace: string): { readonly namespace?: string } {
  return namespace === '' ? {} : { namespace };
}
