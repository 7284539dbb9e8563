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
  /** At each count above 0: how many clusters are in so many decisions. The last is not 0. */
  readonly #clusters: number[] = [];
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
  without(own: readonly string[]): OccupancyOfOthers {
    return new OccupancyOfOthers(this, own);
  }

  /** The largest count once clusters with these counts are in one decision less each. */
  mostAfter(leaving: readonly number[]): number {
    const change: number[] = [];
    for (const count of leaving) {
      change[count] = (change[count] ?? 0) - 1;
      change[count - 1] = (change[count - 1] ?? 0) + 1;
    }
    for (let count = this.#clusters.length - 1; count > 0; count -= 1) {
      if ((this.#clusters[count] ?? 0) + (change[count] ?? 0) > 0) return count;
    }
    return 0;
  }

  entries(): Iterable<[string, number]> {
    return this.#counts.entries();
  }

  #move(count: number, by: number): void {
    const clusters = this.#clusters;
    if (count > 0) clusters[count] = (clusters[count] ?? 0) + by;
    while (clusters.length > 0 && !clusters.at(-1)) clusters.pop();
  }
}

/** An occupancy seen by one placement: its own decisions do not count. */
export class OccupancyOfOthers implements OthersDecided {
  readonly all: Occupancy;
  /** Clusters in the placement's own decisions, each as often as it is in them. */
  readonly own: readonly string[];
  #times: ReadonlyMap<string, number> | undefined;

  constructor(all: Occupancy, own: readonly string[]) {
    this.all = all;
    this.own = own;
  }

  get(cluster: string): number | undefined {
    const count = this.all.count(cluster) - (this.#timesOfOwn().get(cluster) ?? 0);
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
    const leaving: number[] = [];
    for (const [cluster, times] of this.#timesOfOwn()) {
      const count = this.all.count(cluster);
      for (let time = 0; time < times && time < count; time += 1) leaving.push(count - time);
    }
    return this.all.mostAfter(leaving);
  }

  #timesOfOwn(): ReadonlyMap<string, number> {
    if (this.#times !== undefined) return this.#times;
    const times = new Map<string, number>();
    for (const cluster of this.own) times.set(cluster, (times.get(cluster) ?? 0) + 1);
    this.#times = times;
    return times;
  }
}
