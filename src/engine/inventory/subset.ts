import type { IrSource } from '../../ir/expr.ts';
import { addRow, hasRow, intersect, noBits, rowsOf, someRow, unite, without } from './bits.ts';
import { columnOf, rowsHaving, rowsPassing } from './columns.ts';
import type { ClusterFacts } from './facts.ts';
import type { ClusterSubset, Inventory } from './inventory.ts';
import { bitsOf, made, subset, tableOf } from './inventory.ts';

/** Clusters in both subsets of an inventory. */
export function both(a: ClusterSubset, b: ClusterSubset): ClusterSubset {
  return subset(intersect(bitsOf(a), bitsOf(b)));
}

/** Clusters in either of two subsets. */
export function either(a: ClusterSubset, b: ClusterSubset): ClusterSubset {
  return subset(unite(bitsOf(a), bitsOf(b)));
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

/** Clusters of a subset that are not in another. */
export function except(of: ClusterSubset, others: ClusterSubset): ClusterSubset {
  return others.size === 0 ? of : subset(without(bitsOf(of), bitsOf(others)));
}

/** What `find` finds, kept as long as the inventory; `key` says what that is, and is best a text that is there already. */
export function keptFor<T>(inventory: Inventory, key: string, find: () => T): T {
  return made(tableOf(inventory), key, find);
}

/** Clusters that have the same in one source of facts. */
export interface Alike {
  readonly clusters: ClusterSubset;
  /** One of them. */
  readonly example: ClusterFacts;
}

/** All clusters by what they have in one source of facts, in no order; null where they have more than so many things. */
export function alikeIn(
  inventory: Inventory,
  source: IrSource,
  most: number,
): readonly Alike[] | null {
  const table = tableOf(inventory);
  const column = columnOf(table, source);
  if (column.values.size > most) return null;
  return [...column.values.values()].flatMap((value): Alike[] => {
    const facts = table.rows[value.example];
    if (facts === undefined) return [];
    return [{ clusters: subset(rowsHaving(column, value)), example: facts }];
  });
}

/** The clusters that pass a test which looks at one source of facts only. */
export function passing(
  inventory: Inventory,
  source: IrSource,
  test: (facts: ClusterFacts) => boolean,
): ClusterSubset {
  return subset(rowsPassing(tableOf(inventory), source, test));
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
