import type { Kind, KubeObject, Ref } from '../../kube/object.ts';
import type { Attempts } from './attempts.ts';
import type { Cache } from './cache.ts';
import type { Attempt, Evaluated, Index, Projection, Seen, Snapshot, World } from './controller.ts';
import type { Evaluations } from './evaluations.ts';
import type { Topics } from './topics.ts';

/** The Snapshot of one controller: the live cache, and the controller's own attempts. */
export class View implements Snapshot {
  readonly #cache: Cache;
  readonly #attempts: Attempts;
  readonly #evaluations: Evaluations;
  readonly #topics: Topics;
  /** Objects handed out since the counter was last set to zero. */
  reads = 0;

  constructor(cache: Cache, attempts: Attempts, evaluations: Evaluations, topics: Topics) {
    this.#cache = cache;
    this.#attempts = attempts;
    this.#evaluations = evaluations;
    this.#topics = topics;
  }

  get revision(): number {
    return this.#cache.revision;
  }

  get mentioning(): ReadonlyMap<string, ReadonlySet<string>> {
    return this.#topics.keys;
  }

  look(ref: Ref, at: World = 'hub'): Seen {
    this.reads += 1;
    return this.#cache.look(at, ref);
  }

  attempt(on: Ref, at: World = 'hub'): Attempt | undefined {
    return this.#attempts.of(on, at);
  }

  evaluated(id: string): Evaluated | undefined {
    return this.#evaluations.answer(id);
  }

  get<T extends KubeObject>(
    kind: Kind<T>,
    namespace: string,
    name: string,
    at: World = 'hub',
  ): T | undefined {
    this.reads += 1;
    return this.#cache.get(at, kind, namespace, name) as T | undefined;
  }

  list<T extends KubeObject>(index: Index<T>, key: string): readonly T[] {
    const listed = this.#cache.list(index as unknown as Index, key);
    this.reads += listed.length;
    return listed as readonly T[];
  }

  isRead(
    kind: Kind,
    { namespace, at = 'hub' }: { readonly namespace?: string; readonly at?: World } = {},
  ): boolean {
    return this.#cache.isRead(at, kind, namespace);
  }

  doubt(kind: Kind, at: World = 'hub'): string | null {
    return this.#cache.doubt(at, kind);
  }

  projection<P>(projection: Projection<P>): P {
    return this.#cache.projection(projection);
  }
}
