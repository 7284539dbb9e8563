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

/** A cluster a decision is to lose, and the decision it is to be in. */
interface Mover {
  readonly cluster: string;
  readonly home: string;
}

class Cover {
  readonly steps: Step[] = [];
  readonly #wanted: Holdings;
  readonly #live: Holdings;
  /** What each decision loses to others. */
  readonly #movers: ReadonlyMap<string, readonly Mover[]>;
  /** What decisions hold after the steps so far, of those that were asked for or have changed. */
  readonly #holds = new Map<string, ReadonlySet<string>>();
  readonly #reached = new Set<string>();
  /** What these hold is known from an answer of the API server. */
  readonly #sure = new Set<string>();

  constructor(live: Holdings, wanted: Holdings) {
    this.#live = live;
    this.#wanted = wanted;
    this.#movers = moversOf(live, wanted);
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
    this.steps.push({ name, to: 'deleted' });
  }

  #finish(name: string): void {
    this.#confirmHomes(name);
    const wanted = this.#wanted.get(name) ?? [];
    // Nearly all are what they are to be.
    const stays = !this.#holds.has(name) && isSame(this.#live.get(name) ?? [], wanted);
    if (!stays) this.#become(name, new Set(wanted));
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
    const isTheSame = before.size === clusters.size && before.isSubsetOf(clusters);
    if (!isTheSame) this.#sure.add(name);
    this.#holds.set(name, clusters);
  }

  /** A decision that does not hold yet what this one is to lose. */
  #mustGainBefore(name: string): string | undefined {
    return this.#moversOf(name).find(({ cluster, home }) => !this.#held(home).has(cluster))?.home;
  }

  /** Before a decision loses clusters, those that have them already must be sure to. */
  #confirmHomes(name: string): void {
    for (const { home } of this.#moversOf(name)) {
      if (this.#sure.has(home)) continue;
      this.#sure.add(home);
      this.steps.push({ name: home, to: 'confirmed' });
    }
  }

  #moversOf(name: string): readonly Mover[] {
    return this.#movers.get(name) ?? [];
  }

  #held(name: string): ReadonlySet<string> {
    const known = this.#holds.get(name);
    if (known !== undefined) return known;
    const held = new Set(this.#live.get(name));
    this.#holds.set(name, held);
    return held;
  }
}

/** What each live decision loses to another. Of a hundred thousand clusters few move: only those are looked up. */
function moversOf(live: Holdings, wanted: Holdings): ReadonlyMap<string, readonly Mover[]> {
  const lost = new Map([...live].map(([name, has]) => [name, lostBy(has, wanted.get(name) ?? [])]));
  const homes = homesOf(new Set([...lost.values()].flat()), wanted);
  const movers = (clusters: readonly string[]) =>
    clusters.flatMap((cluster): readonly Mover[] => {
      const home = homes.get(cluster);
      return home === undefined ? [] : [{ cluster, home }];
    });
  return new Map([...lost].map(([name, clusters]) => [name, movers(clusters)]));
}

function lostBy(has: readonly string[], wants: readonly string[]): readonly string[] {
  if (isSame(has, wants)) return [];
  const stay = new Set(wants);
  return has.filter((cluster) => !stay.has(cluster));
}

/** The decision each of some clusters is wanted in. */
function homesOf(clusters: ReadonlySet<string>, wanted: Holdings): ReadonlyMap<string, string> {
  const homes = new Map<string, string>();
  if (clusters.size === 0) return homes;
  for (const [name, wants] of wanted) {
    for (const cluster of wants) if (clusters.has(cluster)) homes.set(cluster, name);
  }
  return homes;
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((cluster, at) => cluster === b[at]);
}
