import type { IrSource } from '../../ir/expr.ts';
import { type Bits, listRows, rowsOf } from './bits.ts';
import type { Candidates } from './candidates.ts';
import { rowsPassing } from './columns.ts';
import type { ClusterFacts } from './facts.ts';
import type { Inventory } from './inventory.ts';
import { made, tableOf } from './inventory.ts';

/** Row numbers of some clusters, ascending, which is the order of their names. */
export type Rows = Uint32Array;

// There is one store for what is ranked, so that deciding in a loop allocates nothing.
let rowStore = new Uint32Array(0);
let sumStore = new Float64Array(0);
let heapStore = new Uint32Array(0);

/**
 * Candidates, and a sum of scores for each. Rows are listed once somebody tells them apart: as long as all have the same
 * sum, the best are the first. Good until the next candidates or the next ranking are made.
 */
export class Ranking {
  /** For this folder only. */
  readonly bits: Bits;
  #rows: Rows | null = null;
  #sums: Float64Array | null = null;
  /** The sum of each while all have the same. */
  #same = 0;

  /** For this folder only. */
  constructor(bits: Bits) {
    this.bits = bits;
  }

  get rows(): Rows {
    this.#rows ??= listed(this.bits, Number.POSITIVE_INFINITY);
    return this.#rows;
  }

  /** Sums of the rows, in their order, to be added to. */
  get sums(): Float64Array {
    if (this.#sums !== null) return this.#sums;
    const { length } = this.rows;
    if (sumStore.length < length) sumStore = new Float64Array(rowStore.length);
    this.#sums = sumStore.subarray(0, length).fill(this.#same);
    return this.#sums;
  }

  get isEven(): boolean {
    return this.#sums === null;
  }

  /** Adds the same to all sums. */
  addToAll(score: number): void {
    if (this.#sums === null) this.#same += score;
    else for (let place = 0; place < this.#sums.length; place += 1) this.addAt(place, score);
  }

  /** Adds to the sum at a place. */
  addAt(place: number, score: number): void {
    const { sums } = this;
    sums[place] = (sums[place] ?? 0) + score;
  }
}

/** Candidates to be ranked; every sum is 0. */
export function rankingOf({ bits }: Candidates): Ranking {
  return new Ranking(bits);
}

function listed(bits: Bits, most: number): Rows {
  // Listing goes on to the end of a word.
  const wanted = bits.length << 5;
  if (rowStore.length < wanted) rowStore = new Uint32Array(wanted);
  return rowStore.subarray(0, Math.min(most, listRows(bits, rowStore, most)));
}

/** The row of a cluster; undefined where there is none of that name. */
export function rowNamed(inventory: Inventory, name: string): number | undefined {
  return tableOf(inventory).index.get(name);
}

const noRows = new Uint32Array(0);

// By the index of rows, which inventories of the same clusters share, and the list of names.
const namedRows = new WeakMap<object, WeakMap<readonly string[], Rows>>();

/** Rows of the clusters a list names, ascending, each as often as it is named; a name of none has none. */
export function rowsNamed(inventory: Inventory, names: readonly string[]): Rows {
  if (names.length === 0) return noRows;
  const { index } = tableOf(inventory);
  const lists = namedRows.get(index) ?? new WeakMap<readonly string[], Rows>();
  namedRows.set(index, lists);
  const known = lists.get(names);
  if (known !== undefined) return known;
  const found: number[] = [];
  for (const name of names) {
    const row = index.get(name);
    if (row !== undefined) found.push(row);
  }
  const rows = Uint32Array.from(found).sort();
  lists.set(names, rows);
  return rows;
}

/** The facts of a row. */
export function factsAt(inventory: Inventory, row: number): ClusterFacts | undefined {
  return tableOf(inventory).rows[row];
}

/** The rows whose clusters pass a test that looks at one source only, ascending. `key` names the test. */
export function rowsThat(
  inventory: Inventory,
  source: IrSource,
  key: string,
  test: (facts: ClusterFacts) => boolean,
): Rows {
  const table = tableOf(inventory);
  return made(table, key, () => rowsOf(rowsPassing(table, source, test)));
}

/** At which place of some rows a row is; -1 where it is not among them. */
export function placeOf(rows: Rows, row: number): number {
  let [low, high] = [0, rows.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const at = rows[middle] ?? 0;
    if (at === row) return middle;
    if (at < row) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** A number per row that depends on the facts of its cluster only; NaN where it has none. `key` names them. */
export function numbersNamed(
  inventory: Inventory,
  key: string,
  of: (facts: ClusterFacts) => number,
): Float64Array {
  const table = tableOf(inventory);
  const build = () => Float64Array.from(table.rows, of);
  return made(table, `numbers ${key}`, build, (before, changes) => {
    const numbers = before.slice();
    for (const { row } of changes) {
      const facts = table.rows[row];
      if (facts !== undefined) numbers[row] = of(facts);
    }
    return numbers;
  });
}

/** A whole number per cluster that comes from outside, and changes cluster by cluster. */
export interface ChangingNumbers {
  /** Grows with every change. */
  readonly version: number;
  readonly count: (name: string) => number;
  /** All that are not 0. */
  readonly entries: () => Iterable<readonly [string, number]>;
  /** Clusters whose number may have changed since a version; null where that is not known any more. */
  readonly changedSince: (version: number) => readonly string[] | null;
}

// By the index of rows, which inventories of the same clusters share.
const followed = new WeakMap<object, WeakMap<ChangingNumbers, Followed>>();
interface Followed {
  version: number;
  readonly numbers: Int32Array;
}

/** A number per row that follows the outside: only what has changed is asked for. Good until the next change. */
export function numbersFollowing(inventory: Inventory, from: ChangingNumbers): Int32Array {
  const table = tableOf(inventory);
  const known = followed.get(table.index) ?? new WeakMap<ChangingNumbers, Followed>();
  followed.set(table.index, known);
  const before = known.get(from);
  const changed = before === undefined ? null : from.changedSince(before.version);
  if (before === undefined || changed === null) {
    const numbers = new Int32Array(table.size);
    for (const [name, number] of from.entries()) {
      const row = table.index.get(name);
      if (row !== undefined) numbers[row] = number;
    }
    known.set(from, { version: from.version, numbers });
    return numbers;
  }
  for (const name of changed) {
    const row = table.index.get(name);
    if (row !== undefined) before.numbers[row] = from.count(name);
  }
  before.version = from.version;
  return before.numbers;
}

/** A number per row that comes from outside; kept as long as `owner`, which stands for one state of the outside. */
export function numbersFrom(
  inventory: Inventory,
  owner: object,
  of: (name: string) => number,
): Float64Array {
  const table = tableOf(inventory);
  const known = table.lineage.numbers.get(owner);
  if (known !== undefined) return known;
  const numbers = Float64Array.from(table.rows, ({ name }) => of(name));
  table.lineage.numbers.set(owner, numbers);
  return numbers;
}

/** Clusters by their sums. */
export interface Best {
  /** Their names: the highest sum first, of equal ones the lowest name. */
  readonly names: readonly string[];
  /** The same in order of name. */
  readonly byName: readonly string[];
}

/** The best of what is ranked, at most so many; null is all. */
export function bestOf(inventory: Inventory, ranking: Ranking, count: number | null): Best {
  const { rows: facts } = tableOf(inventory);
  const namesOf = (rows: Rows): readonly string[] => {
    const names: string[] = [];
    for (const row of rows) names.push(facts[row]?.name ?? '');
    return names;
  };
  if (ranking.isEven) {
    const names = namesOf(listed(ranking.bits, count ?? Number.POSITIVE_INFINITY));
    return { names, byName: names };
  }
  const { rows, sums } = ranking;
  const most = Math.min(count ?? rows.length, rows.length);
  const equals = firstEquals(sums, most);
  const best = equals ?? bestPlaces(sums, most);
  for (let at = 0; at < best.length; at += 1) best[at] = rows[best[at] ?? 0] ?? 0;
  const names = namesOf(best);
  return { names, byName: equals === null ? namesOf(best.sort()) : names };
}

/** Where as many as are wanted share the highest sum, they are the best, and the first of them come first; else null. */
function firstEquals(numbers: Float64Array, count: number): Uint32Array | null {
  let highest = Number.NEGATIVE_INFINITY;
  let sharing = 0;
  for (let place = 0; place < numbers.length; place += 1) {
    const number = numbers[place] ?? 0;
    if (number > highest) {
      highest = number;
      sharing = 1;
    } else if (number === highest) sharing += 1;
  }
  if (sharing < count) return null;
  const first = placesFor(numbers, count);
  let found = 0;
  for (let place = 0; found < count; place += 1) {
    if (numbers[place] !== highest) continue;
    first[found] = place;
    found += 1;
  }
  return first;
}

function placesFor(numbers: Float64Array, count: number): Uint32Array {
  if (heapStore.length < count) heapStore = new Uint32Array(numbers.length);
  return heapStore.subarray(0, count);
}

// Keeps the best so far in a heap whose root is the worst of them, and takes that off again and again.
function bestPlaces(numbers: Float64Array, count: number): Uint32Array {
  const heap = placesFor(numbers, count);
  for (let at = 0; at < count; at += 1) heap[at] = at;
  for (let at = (count >> 1) - 1; at >= 0; at -= 1) sink(heap, count, numbers, at);
  let worst = numbers[heap[0] ?? 0] ?? 0;
  for (let next = count; next < numbers.length; next += 1) {
    // Of equal ones those that came first are better.
    if (!((numbers[next] ?? 0) > worst)) continue;
    heap[0] = next;
    sink(heap, count, numbers, 0);
    worst = numbers[heap[0] ?? 0] ?? 0;
  }
  for (let left = count - 1; left > 0; left -= 1) {
    const last = heap[0] ?? 0;
    heap[0] = heap[left] ?? 0;
    heap[left] = last;
    sink(heap, left, numbers, 0);
  }
  return heap;
}

function isBetter(numbers: Float64Array, a: number, b: number): boolean {
  const difference = (numbers[a] ?? 0) - (numbers[b] ?? 0);
  return difference === 0 ? a < b : difference > 0;
}

function sink(heap: Uint32Array, size: number, numbers: Float64Array, from: number): void {
  let at = from;
  for (;;) {
    let worst = at;
    for (let child = 2 * at + 1; child <= 2 * at + 2 && child < size; child += 1) {
      if (isBetter(numbers, heap[worst] ?? 0, heap[child] ?? 0)) worst = child;
    }
    if (worst === at) return;
    const place = heap[at] ?? 0;
    heap[at] = heap[worst] ?? 0;
    heap[worst] = place;
    at = worst;
  }
}
