/** What the outcomes of keys depend on, in words of their controller, and whose do. */
export class Topics<Key extends string = string> {
  readonly #byKey = new Map<Key, readonly string[]>();
  readonly #keys = new Map<string, Set<Key>>();

  /** Keys by topic; a topic nobody depends on is not there. */
  get keys(): ReadonlyMap<string, ReadonlySet<Key>> {
    return this.#keys;
  }

  /** Replaces what a key said before. */
  set(key: Key, topics: readonly string[]): void {
    const before = this.#byKey.get(key) ?? [];
    if (before === topics) return;
    for (const topic of before) if (!topics.includes(topic)) this.#drop(topic, key);
    for (const topic of topics) {
      const keys = this.#keys.get(topic) ?? new Set();
      this.#keys.set(topic, keys.add(key));
    }
    if (topics.length === 0) this.#byKey.delete(key);
    else this.#byKey.set(key, topics);
  }

  #drop(topic: string, key: Key): void {
    const keys = this.#keys.get(topic);
    keys?.delete(key);
    if (keys?.size === 0) this.#keys.delete(topic);
  }
}
