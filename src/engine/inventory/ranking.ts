import { rowsOf } from './bits.ts';
import type { ClusterFacts } from './facts.ts';
import type { ClusterSubset, Inventory } from './inventory.ts';
import { bitsOf, made, rowsWhere, tableOf } from './inventory.ts';

/** Row numbers of some clusters, ascending, which is the order of their names. */
export type Rows = Uint32Array;

const known = new WeakMap<ClusterSubset, Rows>();

/** The rows of a subset: what numbers are read by. */
export function rowsIn(of: ClusterSubset): Rows {
  const before = known.get(of);
  if (before !== undefined) return before;
  const rows = rowsOf(bitsOf(of));
  known.set(of, rows);
  return rows;
}

/** The row of a cluster; undefined where there is none of that name. */
export function rowNamed(inventory: Inventory, name: string): number | undefined {
  return tableOf(inventory).index.get(name);
}

/** The facts of a row. */
export function factsAt(inventory: Inventory, row: number): ClusterFacts | undefined {
  return tableOf(inventory).rows[row];
}

/** The rows whose clusters pass a test of their facts, ascending. `key` names the test. */
export function rowsThat(
  inventory: Inventory,
  key: string,
  test: (facts: ClusterFacts) => boolean,
): Rows {
  const table = tableOf(inventory);
  return made(table, `rows ${key}`, () => rowsOf(rowsWhere(table, key, test)));
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

/** A number per cluster that comes from outside, and changes cluster by cluster. */
export interface ChangingNumbers {
  /** Grows with every change. */
  readonly version: number;
  readonly count: (name: string) => number;
  /** Clusters whose number may have changed since a version; null where that is not known any more. */
  readonly changedSince: (version: number) => readonly string[] | null;
}

// By the index of rows, which inventories of the same clusters share.
const followed = new WeakMap<object, WeakMap<ChangingNumbers, Followed>>();
interface Followed {
  version: number;
  readonly numbers: Float64Array;
}

/** A number per row that follows the outside: only what has changed is asked for. Good until the next change. */
export function numbersFollowing(inventory: Inventory, from: ChangingNumbers): Float64Array {
  const table = tableOf(inventory);
  const known = followed.get(table.index) ?? new WeakMap<ChangingNumbers, Followed>();
  followed.set(table.index, known);
  const before = known.get(from);
  const changed = before === undefined ? null : from.changedSince(before.version);
  if (before === undefined || changed === null) {
    const numbers = Float64Array.from(table.rows, ({ name }) => from.count(name));
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

/** The names of the best rows: the highest number first, of equal ones the lowest name. `numbers` goes with `rows`. */
export function bestOf(
  inventory: Inventory,
  rows: Rows,
  numbers: Float64Array,
  count: number,
): readonly string[] {
  const all = tableOf(inventory).rows;
  const take = Math.min(count, rows.length);
  const places = take < rows.length / 2 ? topPlaces(numbers, take) : allPlaces(numbers);
  return Array.from(places.subarray(0, take), (place) => all[rows[place] ?? 0]?.name ?? '');
}

function isBetter(numbers: Float64Array, a: number, b: number): boolean {
  const difference = (numbers[a] ?? 0) - (numbers[b] ?? 0);
  return difference === 0 ? a < b : difference > 0;
}

function allPlaces(numbers: Float64Array): Uint32Array {
  return sort(
    Uint32Array.from({ length: numbers.length }, (_, at) => at),
    numbers,
  );
}

function sort(places: Uint32Array, numbers: Float64Array): Uint32Array {
  return places.sort((a, b) => (isBetter(numbers, a, b) ? -1 : 1));
}

// Keeps the best so far in a heap whose root is the worst of them.
function topPlaces(numbers: Float64Array, count: number): Uint32Array {
  const heap = Uint32Array.from({ length: count }, (_, at) => at);
  if (count === 0) return heap;
  for (let at = (count >> 1) - 1; at >= 0; at -= 1) sink(heap, numbers, at);
  for (let next = count; next < numbers.length; next += 1) {
    if (!isBetter(numbers, next, heap[0] ?? 0)) continue;
    heap[0] = next;
    sink(heap, numbers, 0);
  }
  return sort(heap, numbers);
}

function sink(heap: Uint32Array, numbers: Float64Array, from: number): void {
  let at = from;
  for (;;) {
    let worst = at;
    for (let child = 2 * at + 1; child <= 2 * at + 2 && child < heap.length; child += 1) {
      if (isBetter(numbers, heap[worst] ?? 0, heap[child] ?? 0)) worst = child;
    }
    if (worst === at) return;
    const place = heap[at] ?? 0;
    heap[at] = heap[worst] ?? 0;
    heap[worst] = place;
    at = worst;
  }
}
