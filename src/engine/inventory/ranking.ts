import { rowsOf } from './bits.ts';
import type { ClusterFacts } from './facts.ts';
import type { ClusterSubset, Inventory } from './inventory.ts';
import { bitsOf, made, tableOf } from './inventory.ts';

/** A number per cluster of an inventory, by its row; NaN where a cluster has none. */
export type Numbers = Float64Array;

/** Numbers that only depend on the facts of each cluster; `key` names them. */
export function numbersNamed(
  inventory: Inventory,
  key: string,
  of: (facts: ClusterFacts) => number,
): Numbers {
  const table = tableOf(inventory);
  return made(table, `numbers ${key}`, () => Float64Array.from(table.rows, of));
}

/** Numbers by name of cluster that come from an object outside, kept as long as the object is. */
export function numbersFrom(
  inventory: Inventory,
  owner: object,
  of: (name: string) => number,
): Numbers {
  const table = tableOf(inventory);
  const known = table.numbers.get(owner);
  if (known !== undefined) return known;
  const numbers = Float64Array.from(table.rows, ({ name }) => of(name));
  table.numbers.set(owner, numbers);
  return numbers;
}

/** Numbers computed for the clusters of a subset; all others have NaN. */
export function numbersOf(
  inventory: Inventory,
  among: ClusterSubset,
  of: (facts: ClusterFacts) => number,
): Numbers {
  const table = tableOf(inventory);
  const numbers = new Float64Array(table.size).fill(Number.NaN);
  for (const row of rowsOf(bitsOf(among))) {
    const facts = table.rows[row];
    if (facts !== undefined) numbers[row] = of(facts);
  }
  return numbers;
}

/** The rows of a subset: what numbers are indexed by. */
export function rowNumbers(of: ClusterSubset): Uint32Array {
  return rowsOf(bitsOf(of));
}

/** The row of a cluster. */
export function rowNumber(inventory: Inventory, name: string): number | undefined {
  return tableOf(inventory).index.get(name);
}

/** The names of the best clusters of a subset: the highest number first, of equal ones the lowest name. */
export function best(
  inventory: Inventory,
  among: ClusterSubset,
  numbers: Numbers,
  count: number,
): readonly string[] {
  const { rows } = tableOf(inventory);
  const candidates = rowsOf(bitsOf(among));
  const take = Math.min(count, candidates.length);
  const ranked =
    take < candidates.length / 8 ? top(candidates, numbers, take) : sort(candidates, numbers);
  return Array.from(ranked.subarray(0, take), (row) => rows[row]?.name ?? '');
}

// Rows are in order of name, so of equal numbers the lower row comes first.
function isBetter(numbers: Numbers, a: number, b: number): boolean {
  const difference = (numbers[a] ?? 0) - (numbers[b] ?? 0);
  return difference === 0 ? a < b : difference > 0;
}

function sort(rows: Uint32Array, numbers: Numbers): Uint32Array {
  return rows.sort((a, b) => (isBetter(numbers, a, b) ? -1 : 1));
}

// Keeps the best so far in a heap whose root is the worst of them.
function top(rows: Uint32Array, numbers: Numbers, count: number): Uint32Array {
  const heap = rows.slice(0, count);
  for (let at = (count >> 1) - 1; at >= 0; at -= 1) sink(heap, numbers, at);
  for (let next = count; next < rows.length; next += 1) {
    const row = rows[next] ?? 0;
    if (count === 0 || !isBetter(numbers, row, heap[0] ?? 0)) continue;
    heap[0] = row;
    sink(heap, numbers, 0);
  }
  return sort(heap, numbers);
}

function sink(heap: Uint32Array, numbers: Numbers, from: number): void {
  let at = from;
  for (;;) {
    let worst = at;
    for (const child of [2 * at + 1, 2 * at + 2]) {
      if (child >= heap.length) continue;
      if (isBetter(numbers, heap[worst] ?? 0, heap[child] ?? 0)) worst = child;
    }
    if (worst === at) return;
    const row = heap[at] ?? 0;
    heap[at] = heap[worst] ?? 0;
    heap[worst] = row;
    at = worst;
  }
}
