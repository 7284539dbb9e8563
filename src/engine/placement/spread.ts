import type { IrPlacement, IrSpread } from '../../ir/program.ts';
import { factText } from '../inventory/fact.ts';
import type { ClusterFacts } from '../inventory/facts.ts';
import type { PipelineInput } from './input.ts';
import { countTexts, type ReasonText } from './reason.ts';
import { misconfigured, type ScheduleStatus } from './status.ts';

/** Does the placement spread its choice? Upstream's scheduler does not know how. */
export function isSpread({ placement: { spread = [] }, compat }: PipelineInput): boolean {
  return spread.length > 0 && compat === 'native';
}

/** That clusters cannot be spread as a placement asks. */
export function spreadProblem(problem: string): ScheduleStatus {
  return misconfigured('Spread', problem);
}

/** Combinations of values that clusters are spread over at most: what has more is no topology. */
export const mostTopologies = 1024;

export interface Spread {
  /** The clusters chosen, the best first. */
  readonly chosen: readonly ClusterFacts[];
  /** Why the others are not. */
  readonly why: readonly ReasonText[];
  /** They cannot be spread at all. */
  readonly problem: string | null;
}

/**
 * Chooses clusters one by one: the one that exceeds the skews least, in the order they are written, and of those the
 * best. The skew of a value is by how many chosen clusters it is ahead of the value that has fewest, among the clusters
 * there are to choose from. What exceeds a `DoNotSchedule`, or lacks its label or claim, is not chosen.
 */
export function spreadOver(
  ranked: readonly ClusterFacts[],
  { spread = [], numberOfClusters }: Pick<IrPlacement, 'spread' | 'numberOfClusters'>,
): Spread {
  const most = Math.min(numberOfClusters ?? ranked.length, ranked.length);
  if (most === ranked.length && !spread.some(isHard)) {
    return { chosen: ranked, why: [], problem: null };
  }
  const { topologies, axes, places } = pick(ranked, spread, most);
  if (topologies.length > mostTopologies) {
    const keys = spread.map(({ topologyKey }) => topologyKey).join(', ');
    const problem = `clusters have ${topologies.length} combinations of ${keys}; at most ${mostTopologies} can be spread over`;
    return { chosen: [], why: [], problem };
  }
  const chosen = places.toSorted((a, b) => a - b).map((place) => ranked[place] as ClusterFacts);
  return { chosen, why: whyNot(ranked, topologies, axes), problem: null };
}

/** Where a cluster comes among those that are chosen one by one. */
export type SpreadTurn =
  /** From 1: with as large a number it is chosen. */
  | { readonly turn: number }
  /** Never: of this label or claim it has no value (null), or one that would be so far ahead of the least. */
  | { readonly blocked: IrSpread; readonly ahead: number | null };

/** When a cluster is chosen, whatever the number of clusters; null where it is none of these. */
export function spreadTurn(
  ranked: readonly ClusterFacts[],
  { spread = [] }: Pick<IrPlacement, 'spread'>,
  name: string,
): SpreadTurn | null {
  const { topologies, axes, places } = pick(ranked, spread, ranked.length);
  const place = ranked.findIndex((one) => one.name === name);
  const turn = places.indexOf(place) + 1;
  if (turn > 0) return { turn };
  const own = topologies.find((one) => one.places.includes(place));
  const axis = own === undefined ? undefined : blocking(own, axes);
  if (own === undefined || axis === undefined) return null;
  const excess = axis.excess(own.values[axes.indexOf(axis)] ?? -1);
  const { constraint } = axis;
  if (!Number.isFinite(excess)) return { blocked: constraint, ahead: null };
  const better = own.places.indexOf(place) - own.taken;
  return { blocked: constraint, ahead: excess + (constraint.maxSkew ?? 1) + better };
}

/** Places in the ranking of those that are chosen, in the order in which they are. */
function pick(ranked: readonly ClusterFacts[], spread: readonly IrSpread[], most: number) {
  const axes = spread.map((constraint) => new Axis(constraint));
  const topologies = topologiesOf(ranked, axes);
  const places: number[] = [];
  while (places.length < most && topologies.length <= mostTopologies) {
    const next = nextOf(topologies, axes);
    if (next === null) break;
    places.push(next.places[next.taken] ?? 0);
    next.taken += 1;
    next.values.forEach((value, at) => {
      axes[at]?.add(value);
    });
  }
  return { topologies, axes, places };
}

/** The values of one label or claim, and how many chosen clusters have each. */
class Axis {
  readonly constraint: IrSpread;
  readonly #numbers = new Map<string, number>();
  readonly #counts: number[] = [];
  #least = 0;
  #withLeast = 0;

  constructor(constraint: IrSpread) {
    this.constraint = constraint;
  }

  /** The number of a cluster's value; -1 where it has none. */
  valueOf(cluster: ClusterFacts): number {
    const { topologyKey: key, topologyKeyType } = this.constraint;
    const text = factText({ from: topologyKeyType === 'Claim' ? 'claim' : 'label', key }, cluster);
    if (text === undefined) return -1;
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const number = this.#counts.push(0) - 1;
    this.#numbers.set(text, number);
    this.#withLeast += 1;
    return number;
  }

  add(value: number): void {
    const count = this.#counts[value];
    if (count === undefined) return;
    this.#counts[value] = count + 1;
    if (count !== this.#least) return;
    this.#withLeast -= 1;
    if (this.#withLeast > 0) return;
    this.#least += 1;
    this.#withLeast = this.#counts.filter((of) => of === this.#least).length;
  }

  /** By how much one more cluster of a value would exceed the skew that is allowed. */
  excess(value: number): number {
    const count = this.#counts[value];
    if (count === undefined) return Number.POSITIVE_INFINITY;
    return Math.max(0, count + 1 - this.#least - (this.constraint.maxSkew ?? 1));
  }
}

/** Clusters with the same values on every axis. */
interface Topology {
  readonly values: readonly number[];
  /** Where they stand in the ranking, the best first. */
  readonly places: number[];
  taken: number;
}

function topologiesOf(ranked: readonly ClusterFacts[], axes: readonly Axis[]): readonly Topology[] {
  const found = new Map<string, Topology>();
  ranked.forEach((cluster, place) => {
    const values = axes.map((axis) => axis.valueOf(cluster));
    const key = values.join(' ');
    const known = found.get(key);
    if (known === undefined) found.set(key, { values, places: [place], taken: 0 });
    else known.places.push(place);
  });
  return [...found.values()];
}

function nextOf(topologies: readonly Topology[], axes: readonly Axis[]): Topology | null {
  let best: Topology | null = null;
  for (const one of topologies) {
    if (one.taken === one.places.length || blocking(one, axes) !== undefined) continue;
    if (best === null || compare(one, best, axes) < 0) best = one;
  }
  return best;
}

function compare(a: Topology, b: Topology, axes: readonly Axis[]): number {
  for (let at = 0; at < axes.length; at += 1) {
    const [x = 0, y = 0] = [
      axes[at]?.excess(a.values[at] ?? -1),
      axes[at]?.excess(b.values[at] ?? -1),
    ];
    if (x !== y) return x < y ? -1 : 1;
  }
  return (a.places[a.taken] ?? 0) - (b.places[b.taken] ?? 0);
}

function blocking({ values }: Topology, axes: readonly Axis[]): Axis | undefined {
  return axes.find((axis, at) => isHard(axis.constraint) && axis.excess(values[at] ?? -1) > 0);
}

function isHard({ whenUnsatisfiable }: IrSpread): boolean {
  return whenUnsatisfiable === 'DoNotSchedule';
}

function whyNot(
  ranked: readonly ClusterFacts[],
  topologies: readonly Topology[],
  axes: readonly Axis[],
): readonly ReasonText[] {
  const texts: [string, string, number][] = [];
  for (const one of topologies) {
    const axis = blocking(one, axes);
    const text = axis === undefined ? 'ranked below the chosen ones' : skewText(axis.constraint);
    for (const place of one.places.slice(one.taken))
      texts.push([ranked[place]?.name ?? '', text, 1]);
  }
  return countTexts(texts);
}

function skewText({ topologyKey, maxSkew = 1 }: IrSpread): string {
  return `its ${topologyKey} would be more than ${maxSkew} ahead, or it has none`;
}
