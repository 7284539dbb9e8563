import { compareText } from '../../base/json.ts';
import type { KubeObject } from '../../kube/object.ts';
import type { Index } from './controller.ts';

/** One change of one object; `before` is undefined where it is new, `now` where it is gone. */
export interface Change {
  readonly before: KubeObject | undefined;
  readonly now: KubeObject | undefined;
}

/** Told of an index that threw: it has no keys for that object then. */
export type OnIndexError = (error: unknown, index: Index, object: KubeObject) => void;

/** All objects of one kind in one world that the cache knows, with their indexes. */
export class Shelf {
  readonly #objects = new Map<string, KubeObject>();
  readonly #indexes = new Map<string, Bins>();
  readonly #onError: OnIndexError;

  constructor(onError: OnIndexError = rethrow) {
    this.#onError = onError;
  }

  get size(): number {
    return this.#objects.size;
  }

  get(namespace: string, name: string): KubeObject | undefined {
    return this.#objects.get(shelfKey(namespace, name));
  }

  /** By `shelfKey`. */
  byKey(key: string): KubeObject | undefined {
    return this.#objects.get(key);
  }

  values(): Iterable<KubeObject> {
    return this.#objects.values();
  }

  /** Keeps up an index from now on; reads all objects once. */
  declare(index: Index): void {
    if (this.#indexes.has(index.name)) return;
    const bins = new Bins(index, this.#onError);
    for (const object of this.#objects.values()) bins.change(undefined, object);
    this.#indexes.set(index.name, bins);
  }

  has(index: Index): boolean {
    return this.#indexes.has(index.name);
  }

  list(index: Index, key: string): readonly KubeObject[] | undefined {
    return this.#indexes.get(index.name)?.list(key);
  }

  /** Puts the object in the place of the one of its name. */
  put(object: KubeObject): Change {
    const key = shelfKey(object.metadata.namespace ?? '', object.metadata.name);
    const before = this.#objects.get(key);
    this.#objects.set(key, object);
    for (const bins of this.#indexes.values()) bins.change(before, object);
    return { before, now: object };
  }

  remove(key: string): Change {
    const before = this.#objects.get(key);
    if (before !== undefined) {
      this.#objects.delete(key);
      for (const bins of this.#indexes.values()) bins.change(before, undefined);
    }
    return { before, now: undefined };
  }
}

/** `namespace/name`; the namespace is empty for cluster-scoped objects. */
export function shelfKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

function rethrow(error: unknown): never {
  throw error;
}

interface Bin {
  readonly objects: Map<string, KubeObject>;
  /** Keys in order, null after one came or went. */
  order: readonly string[] | null;
  /** What `list` answered last, null after any change. */
  listed: readonly KubeObject[] | null;
}

class Bins {
  readonly #index: Index;
  readonly #bins = new Map<string, Bin>();

  readonly #onError: OnIndexError;

  constructor(index: Index, onError: OnIndexError) {
    this.#index = index;
    this.#onError = onError;
  }

  list(key: string): readonly KubeObject[] {
    const bin = this.#bins.get(key);
    if (bin === undefined) return [];
    if (bin.listed === null) {
      bin.order ??= [...bin.objects.keys()].sort(byNamespaceAndName);
      const listed: KubeObject[] = [];
      for (const of of bin.order) {
        const object = bin.objects.get(of);
        if (object !== undefined) listed.push(object);
      }
      bin.listed = listed;
    }
    return bin.listed;
  }

  change(before: KubeObject | undefined, now: KubeObject | undefined): void {
    const of = now ?? before;
    if (of === undefined) return;
    const objectKey = shelfKey(of.metadata.namespace ?? '', of.metadata.name);
    const kept = new Set(now === undefined ? [] : this.#keys(now));
    for (const key of before === undefined ? [] : this.#keys(before)) {
      if (!kept.has(key)) this.#take(key, objectKey);
    }
    if (now !== undefined) for (const key of kept) this.#put(key, objectKey, now);
  }

  #keys(object: KubeObject): readonly string[] {
    try {
      return this.#index.keys(object);
    } catch (error) {
      this.#onError(error, this.#index, object);
      return [];
    }
  }

  #put(key: string, objectKey: string, object: KubeObject): void {
    let bin = this.#bins.get(key);
    if (bin === undefined) {
      bin = { objects: new Map(), order: null, listed: null };
      this.#bins.set(key, bin);
    }
    if (!bin.objects.has(objectKey)) bin.order = null;
    bin.objects.set(objectKey, object);
    bin.listed = null;
  }

  #take(key: string, objectKey: string): void {
    const bin = this.#bins.get(key);
    if (bin === undefined || !bin.objects.delete(objectKey)) return;
    if (bin.objects.size === 0) this.#bins.delete(key);
    bin.order = null;
    bin.listed = null;
  }
}

// A slash sorts after `-` and `.`, so whole keys would not come in the order of namespace, then name.
function byNamespaceAndName(a: string, b: string): number {
  const [slashA, slashB] = [a.indexOf('/'), b.indexOf('/')];
  return (
    compareText(a.slice(0, slashA), b.slice(0, slashB)) ||
    compareText(a.slice(slashA + 1), b.slice(slashB + 1))
  );
}
