import type { Bits } from './bits.ts';
import { addRow, countRows, hasRow, intersect, noBits, rowsOf, someRow } from './bits.ts';
import type { ClusterFacts } from './facts.ts';
import { taintsOf } from './facts.ts';
import type { ClusterSubset, Inventory } from './inventory.ts';
import { bitsOf, made, subset, tableOf } from './inventory.ts';

/** Clusters in both subsets of an inventory. */
export function both(a: ClusterSubset, b: ClusterSubset): ClusterSubset {
  return subset(intersect(bitsOf(a), bitsOf(b)));
}

/** How many clusters are in both, without making the subset. */
export function sizeOfBoth(a: ClusterSubset, b: ClusterSubset): number {
  const [left, right] = [bitsOf(a), bitsOf(b)];
  return countRows(left.map((word, at) => word & (right[at] ?? 0)));
}

/** Names of the clusters, in order. */
export function namesOf(inventory: Inventory, of: ClusterSubset): readonly string[] {
  const { rows } = tableOf(inventory);
  return Array.from(rowsOf(bitsOf(of)), (row) => rows[row]?.name ?? '');
}

/** The clusters of these names that there are. */
export function named(inventory: Inventory, names: Iterable<string>): ClusterSubset {
  const table = tableOf(inventory);
  const bits = noBits(table.size);
  for (const name of names) {
    const row = table.index.get(name);
    if (row !== undefined) addRow(bits, row);
  }
  return subset(bits);
}

/** The first cluster by name that is in one subset and not in the other. */
export function firstOutside(
  inventory: Inventory,
  of: ClusterSubset,
  outside: ClusterSubset,
): string | undefined {
  const { rows } = tableOf(inventory);
  const other = bitsOf(outside);
  let found: string | undefined;
  someRow(bitsOf(of), (row) => {
    if (hasRow(other, row)) return false;
    found = rows[row]?.name;
    return true;
  });
  return found;
}

/** Clusters of a subset that pass a test of their facts. */
export function passing(
  inventory: Inventory,
  among: ClusterSubset,
  test: (facts: ClusterFacts) => boolean,
): ClusterSubset {
  const table = tableOf(inventory);
  const bits = noBits(table.size);
  someRow(bitsOf(among), (row) => {
    const facts = table.rows[row];
    if (facts !== undefined && test(facts)) addRow(bits, row);
    return false;
  });
  return subset(bits);
}

/** Clusters of a subset that are tainted pass a test; the others pass as they are. */
export function passingWhereTainted(
  inventory: Inventory,
  among: ClusterSubset,
  test: (facts: ClusterFacts) => boolean,
): ClusterSubset {
  const table = tableOf(inventory);
  const tainted = made(table, 'tainted', () => {
    const bits = noBits(table.size);
    table.rows.forEach((facts, row) => {
      if (taintsOf(facts).length > 0) addRow(bits, row);
    });
    return bits;
  });
  const suspects = intersect(bitsOf(among), tainted);
  if (countRows(suspects) === 0) return among;
  const kept: Bits = bitsOf(among).map((word, at) => word & ~(suspects[at] ?? 0));
  someRow(suspects, (row) => {
    const facts = table.rows[row];
    if (facts !== undefined && test(facts)) addRow(kept, row);
    return false;
  });
  return subset(kept);
}

/** The first clusters by name that are in one subset and not in the other, at most so many. */
export function examples(
  inventory: Inventory,
  of: ClusterSubset,
  outside: ClusterSubset,
  most: number,
): readonly ClusterFacts[] {
  const { rows } = tableOf(inventory);
  const other = bitsOf(outside);
  const found: ClusterFacts[] = [];
  someRow(bitsOf(of), (row) => {
    const facts = rows[row];
    if (facts !== undefined && !hasRow(other, row)) found.push(facts);
    return found.length >= most;
  });
  return found;
}
