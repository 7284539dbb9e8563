/** In how many decisions of other placements each cluster is. A Map will do; `Occupancy` gives a cheaper one. */
export interface OthersDecided {
  readonly get: (cluster: string) => number | undefined;
  readonly values: () => Iterable<number>;
}

/** So many changes are remembered one by one. */
const mostRemembered = 10_000;

/** In how many decisions each cluster is, over all placements; kept up decision by decision. */
export class Occupancy {
  readonly #counts = new Map<string, number>();
  /** How many clusters are in so many decisions. */
  readonly #clusters = new Map<number, number>();
  /** Names of clusters in the order of the latest changes; `#forgotten` changes came before them. */
  #changed: string[] = [];
  #forgotten = 0;

  /** An occupancy of some decisions; a cluster in several of them is named several times. */
  static of(decided: Iterable<string>): Occupancy {
    const occupancy = new Occupancy();
    for (const cluster of decided) occupancy.change(cluster, 1);
    return occupancy;
  }

  /** Grows with every change. */
  get version(): number {
    return this.#forgotten + this.#changed.length;
  }

  /** Clusters whose count has changed since a version; null where that is not known any more. */
  changedSince(version: number): readonly string[] | null {
    return version < this.#forgotten ? null : this.#changed.slice(version - this.#forgotten);
  }

  count(cluster: string): number {
    return this.#counts.get(cluster) ?? 0;
  }

  /** One decision more or less for a cluster. */
  change(cluster: string, by: number): void {
    const before = this.count(cluster);
    const now = Math.max(0, before + by);
    this.#move(before, -1);
    this.#move(now, 1);
    if (now === 0) this.#counts.delete(cluster);
    else this.#counts.set(cluster, now);
    this.#changed.push(cluster);
    if (this.#changed.length <= mostRemembered) return;
    this.#forgotten += this.#changed.length;
    this.#changed = [];
  }

  /** What it is without the decisions of one placement. Good until the next change. */
  without(own: Iterable<string>): OccupancyOfOthers {
    return new OccupancyOfOthers(this, own);
  }

  /** The largest count once some clusters count less. */
  mostWithout(own: ReadonlyMap<string, number>): number {
    const leaving = new Map<number, number>();
    let most = 0;
    for (const [cluster, times] of own) {
      const count = this.count(cluster);
      leaving.set(count, (leaving.get(count) ?? 0) + 1);
      if (count - times > most) most = count - times;
    }
    for (const [count, clusters] of this.#clusters) {
      if (count > most && clusters > (leaving.get(count) ?? 0)) most = count;
    }
    return most;
  }

  entries(): Iterable<[string, number]> {
    return this.#counts.entries();
  }

  #move(count: number, by: number): void {
    if (count === 0) return;
    const clusters = (this.#clusters.get(count) ?? 0) + by;
    if (clusters === 0) this.#clusters.delete(count);
    else this.#clusters.set(count, clusters);
  }
}

/** An occupancy seen by one placement: its own decisions do not count. */
export class OccupancyOfOthers implements OthersDecided {
  readonly all: Occupancy;
  /** How often each cluster is in the placement's own decisions. */
  readonly own: ReadonlyMap<string, number>;
  #most = -1;

  constructor(all: Occupancy, own: Iterable<string>) {
    this.all = all;
    const times = new Map<string, number>();
    for (const cluster of own) times.set(cluster, (times.get(cluster) ?? 0) + 1);
    this.own = times;
  }

  get(cluster: string): number | undefined {
    const count = this.all.count(cluster) - (this.own.get(cluster) ?? 0);
    return count > 0 ? count : undefined;
  }

  *values(): Iterable<number> {
    for (const [cluster] of this.all.entries()) {
      const count = this.get(cluster);
      if (count !== undefined) yield count;
    }
  }

  /** The largest count of any cluster, also of clusters nobody knows any more. */
  get most(): number {
    if (this.#most < 0) this.#most = this.all.mostWithout(this.own);
    return this.#most;
  }
}
