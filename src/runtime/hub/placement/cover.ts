import { compareText } from '../../../base/json.ts';

/** Clusters by the name of the decision that holds them. */
export type Holdings = ReadonlyMap<string, readonly string[]>;

export interface CoverInput {
  /** As far as the cache knows: a decision may have lost clusters since. */
  readonly live: Holdings;
  readonly wanted: Holdings;
  /** Decisions to be deleted. */
  readonly gone: readonly string[];
}

export type Step =
  /** Holds what is wanted; or, for a moment, these clusters. */
  | { readonly name: string; readonly to: 'written'; readonly clusters: readonly string[] | null }
  /** Nothing changes, but it must be as the cache says: clusters are about to be taken out of others because it has them. */
  | { readonly name: string; readonly to: 'confirmed' }
  | { readonly name: string; readonly to: 'deleted' };

/**
 * The way from the live decisions to the wanted ones on which a cluster that stays selected is in some decision after
 * every step. Where decisions swap clusters in a circle, one of them holds both its old and its new ones for a moment.
 */
export function coveringSteps({ live, wanted, gone }: CoverInput): readonly Step[] {
  const cover = new Cover(live, wanted);
  for (const name of [...wanted.keys()].sort(compareText)) cover.reach(name);
  for (const name of gone) cover.remove(name);
  return cover.steps;
}

class Cover {
  readonly steps: Step[] = [];
  readonly #wanted: Holdings;
  /** What each decision holds after the steps so far. */
  readonly #holds: Map<string, ReadonlySet<string>>;
  /** The decision each selected cluster is to be in. */
  readonly #homes = new Map<string, string>();
  readonly #reached = new Set<string>();
  /** What these hold is known from an answer of the API server. */
  readonly #sure = new Set<string>();

  constructor(live: Holdings, wanted: Holdings) {
    this.#wanted = wanted;
    this.#holds = new Map([...live].map(([name, clusters]) => [name, new Set(clusters)]));
    for (const [name, clusters] of wanted) {
      for (const cluster of clusters) this.#homes.set(cluster, name);
    }
  }

  /** Writes a decision as it is wanted, and before it those that must gain what it loses. */
  reach(name: string): void {
    const path = [name];
    const onPath = new Set(path);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const first = this.#reached.has(top) ? undefined : this.#mustGainBefore(top);
      if (first !== undefined && !onPath.has(first)) {
        path.push(first);
        onPath.add(first);
        continue;
      }
      // INVARIANT: nobody waits again for what holds its old and its new clusters, so each is written so only once.
      if (first !== undefined) this.#hold(top);
      else if (!this.#reached.has(top)) this.#finish(top);
      onPath.delete(top);
      path.pop();
    }
    if (!this.#reached.has(name)) this.reach(name);
  }

  remove(name: string): void {
    this.#confirmHomes(name);
    this.#holds.delete(name);
    this.steps.push({ name, to: 'deleted' });
  }

  #finish(name: string): void {
    this.#confirmHomes(name);
    this.#become(name, new Set(this.#wanted.get(name)));
    this.steps.push({ name, to: 'written', clusters: null });
    this.#reached.add(name);
  }

  /** For a moment it has what it holds and what it is to hold. */
  #hold(name: string): void {
    const both = new Set([...this.#held(name), ...(this.#wanted.get(name) ?? [])]);
    this.#become(name, both);
    this.steps.push({ name, to: 'written', clusters: [...both].sort(compareText) });
  }

  #become(name: string, clusters: ReadonlySet<string>): void {
    const before = this.#held(name);
    const isSame = before.size === clusters.size && [...clusters].every((of) => before.has(of));
    if (!isSame) this.#sure.add(name);
    this.#holds.set(name, clusters);
  }

  /** A decision that does not hold yet what this one is to lose. */
  #mustGainBefore(name: string): string | undefined {
    return this.#homesOfLost(name).find(([cluster, home]) => !this.#held(home).has(cluster))?.[1];
  }

  /** Before a decision loses clusters, those that have them already must be sure to. */
  #confirmHomes(name: string): void {
    for (const [, home] of this.#homesOfLost(name)) {
      if (this.#sure.has(home)) continue;
      this.#sure.add(home);
      this.steps.push({ name: home, to: 'confirmed' });
    }
  }

  #homesOfLost(name: string): readonly (readonly [cluster: string, home: string])[] {
    return [...this.#held(name)].flatMap((cluster) => {
      const home = this.#homes.get(cluster);
      return home === undefined || home === name ? [] : [[cluster, home] as const];
    });
  }

  #held(name: string): ReadonlySet<string> {
    return this.#holds.get(name) ?? new Set();
  }
}
