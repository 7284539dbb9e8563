/** Something whose parts are looked up by a key; what is looked up now decides whether an old result still holds. */
export interface Source {
  readonly current: (key: unknown) => unknown;
}

/** One look-up of a step: what it found then. */
export interface Read {
  readonly source: Source;
  readonly key: unknown;
  readonly seen: unknown;
}

/** Takes note of look-ups while a step runs. */
export interface Recorder {
  readonly note: (source: Source, key: unknown, seen: unknown) => void;
}

/** A table of names that tells what was looked up in it, and outlives the checks that fill it. */
export class TrackedMap<K, V> extends Map<K, V> implements Source {
  readonly #recorder: Recorder;
  /** Everything in it, in order, as one thing that is the same as long as that is. */
  readonly #whole: Source = { current: () => this.#stamp() };
  #content: readonly unknown[] = [];
  #stale = false;

  constructor(recorder: Recorder) {
    super();
    this.#recorder = recorder;
  }

  current(key: unknown): unknown {
    return super.get(key as K);
  }
  override get(key: K): V | undefined {
    const found = super.get(key);
    this.#recorder.note(this, key, found);
    return found;
  }
  override has(key: K): boolean {
    return this.get(key) !== undefined;
  }
  override set(key: K, value: V): this {
    this.#stale = true;
    return super.set(key, value);
  }
  override clear(): void {
    this.#stale = true;
    super.clear();
  }
  override get size(): number {
    this.#noteWhole();
    return super.size;
  }
  override values(): MapIterator<V> {
    this.#noteWhole();
    return super.values();
  }
  override keys(): MapIterator<K> {
    this.#noteWhole();
    return super.keys();
  }
  override entries(): MapIterator<[K, V]> {
    this.#noteWhole();
    return super.entries();
  }
  override [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }

  #noteWhole(): void {
    // a map calls its own methods while it is made
    if (#recorder in this) this.#recorder.note(this.#whole, null, this.#stamp());
  }
  #stamp(): readonly unknown[] {
    if (!this.#stale) return this.#content;
    this.#stale = false;
    const now: unknown[] = [];
    for (const [key, value] of super.entries()) now.push(key, value);
    const isSame =
      now.length === this.#content.length && now.every((each, at) => each === this.#content[at]);
    if (!isSame) this.#content = now;
    return this.#content;
  }
}

/** A map by nodes that does not keep them alive. */
export class WeaklyKeyed<K extends object, V> extends Map<K, V> {
  readonly #held = new WeakMap<K, V>();

  override get(key: K): V | undefined {
    return this.#held.get(key);
  }
  override has(key: K): boolean {
    return this.#held.has(key);
  }
  override set(key: K, value: V): this {
    this.#held.set(key, value);
    return this;
  }
}
