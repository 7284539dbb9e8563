import { areInOrder, compareText } from '../../base/json.ts';
import type { IrExpr } from '../../ir/expr.ts';
import type { Compat } from '../predicate/scope.ts';
import type { Bits } from './bits.ts';
import { addRow, addRows, countRows, noBits, without, withRow } from './bits.ts';
import type { ClusterFacts } from './facts.ts';
import { isTerminating } from './facts.ts';
import type { Membership } from './membership.ts';

declare const inside: unique symbol;

/** All clusters the engine may look at, at one moment. Opaque: only this folder looks inside. */
export interface Inventory {
  readonly [inside]: 'inventory';
  /** Grows with every change of what it was made of. */
  readonly revision: number;
  readonly size: number;
}

/** Some clusters of an inventory. Opaque; `size` says how many. */
export interface ClusterSubset {
  readonly [inside]: 'subset';
  readonly size: number;
}

/** What an inventory is: rows in order of name, and columns that are made when they are first asked for. */
export interface Table extends Inventory {
  readonly rows: readonly ClusterFacts[];
  readonly index: RowIndex;
  readonly sets: ReadonlyMap<string, Membership>;
  lineage: Lineage;
  /** How many changes of rows the lineage had seen. */
  readonly version: number;
}

/** The rows of names; made when one is first asked for. Inventories of the same clusters share it. */
class RowIndex {
  #rows: readonly ClusterFacts[];
  #byName: ReadonlyMap<string, number> | undefined;

  constructor(rows: readonly ClusterFacts[]) {
    this.#rows = rows;
  }

  get(name: string): number | undefined {
    if (this.#byName === undefined) {
      this.#byName = new Map(this.#rows.map((row, at) => [row.name, at]));
      this.#rows = [];
    }
    return this.#byName.get(name);
  }
}

/** Inventories that came of one another by changed rows: what is made for one is renewed for the next. */
interface Lineage {
  /** Made on demand, by what they hold. */
  readonly made: Shelves;
  /** What is known of predicates, by the expression itself. */
  readonly truths: Readonly<Record<Compat, WeakMap<IrExpr, Versioned>>>;
  /** Numbers of rows, by the object they were computed from. */
  readonly numbers: WeakMap<object, Float64Array>;
  /** The latest changes, in order; `forgotten` came before them. */
  readonly changes: RowChange[];
  forgotten: number;
}
/** Labels, claims and annotations, which placements ask for again and again, are found by their keys alone. */
type Shelves = Readonly<Record<'label' | 'claim' | 'annotation' | 'other', Map<string, Versioned>>>;

interface Versioned {
  value: unknown;
  version: number;
}

/** A row that has other facts than before. */
export interface RowChange {
  readonly row: number;
  readonly before: ClusterFacts;
}

/** An inventory of clusters whose sets are known already, as a hub keeps them. Rows of a name seen before replace it. */
export function fromRows(
  rows: Iterable<ClusterFacts>,
  sets: ReadonlyMap<string, Membership>,
  revision: number,
): Inventory {
  const sorted = byName(rows);
  const table: Omit<Table, typeof inside> = {
    revision,
    size: sorted.length,
    rows: sorted,
    index: new RowIndex(sorted),
    sets: new Map(sets),
    lineage: newLineage(0),
    version: 0,
  };
  return table as Table;
}

function newLineage(version: number): Lineage {
  return {
    made: { label: new Map(), claim: new Map(), annotation: new Map(), other: new Map() },
    truths: { native: new WeakMap(), upstream: new WeakMap() },
    numbers: new WeakMap(),
    changes: [],
    forgotten: version,
  };
}

/** Changes of rows that are remembered one by one; who missed more starts afresh. */
const mostChanges = 1000;

/**
 * The inventory with other facts of some of its clusters, which all have to be in it: what was made of it is renewed row
 * by row. The old inventory stays good, but what is asked of it from now on is made anew.
 */
export function withRows(
  inventory: Inventory,
  changed: readonly ClusterFacts[],
  revision: number,
): Inventory {
  const table = tableOf(inventory);
  const { lineage } = table;
  const isLatest = table.version === latestOf(lineage);
  if (!isLatest || changed.some(({ name }) => table.index.get(name) === undefined)) {
    return fromRows([...table.rows, ...changed], table.sets, revision);
  }
  const rows = [...table.rows];
  for (const facts of changed) {
    const row = table.index.get(facts.name) ?? -1;
    const before = rows[row];
    if (before === undefined) continue;
    lineage.changes.push({ row, before });
    rows[row] = facts;
  }
  const version = latestOf(lineage);
  if (lineage.changes.length > mostChanges) {
    lineage.forgotten += lineage.changes.splice(0, lineage.changes.length - mostChanges).length;
  }
  const next: Omit<Table, typeof inside> = { ...table, revision, rows, version };
  return next as Table;
}

function byName(rows: Iterable<ClusterFacts>): readonly ClusterFacts[] {
  const all = [...rows];
  // What is listed by a hub is in order already.
  if (areInOrder(all, ({ name }) => name)) return all;
  const last = new Map(all.map((row) => [row.name, row]));
  return [...last.values()].sort((a, b) => compareText(a.name, b.name));
}

/** The facts of one cluster. */
export function clusterFacts(inventory: Inventory, name: string): ClusterFacts | undefined {
  const table = tableOf(inventory);
  const row = table.index.get(name);
  return row === undefined ? undefined : table.rows[row];
}

/** Names of all clusters, in order. */
export function clusterNames(inventory: Inventory): readonly string[] {
  return tableOf(inventory).rows.map(({ name }) => name);
}

/** How clusters come to be in a set; undefined where there is no such set. */
export function clusterSet(inventory: Inventory, name: string): Membership | undefined {
  return tableOf(inventory).sets.get(name);
}

/** Clusters in any of the sets, without those that are being deleted. */
export function clustersOfSets(inventory: Inventory, sets: readonly string[]): ClusterSubset {
  const table = tableOf(inventory);
  const build = (): ClusterSubset => {
    const bits = noBits(table.size);
    for (const set of sets) addRows(bits, membersOf(table, set));
    return subset(without(bits, terminating(table)));
  };
  return made(table, keyOfSets(sets), build, (before, changes) =>
    changes.some((change) => changesMembers(table, change)) ? build() : before,
  );
}

let latestSets = { sets: [] as readonly string[], key: 'sets []' };

// Most placements of a namespace choose from the same sets, and a text that is made anew has to be read again.
function keyOfSets(sets: readonly string[]): string {
  const { sets: latest, key } = latestSets;
  if (sets.length === latest.length && sets.every((set, at) => set === latest[at])) return key;
  latestSets = { sets: [...sets], key: `sets ${JSON.stringify(sets)}` };
  return latestSets.key;
}

/** The inside of an inventory: for this folder only. */
export function tableOf(inventory: Inventory): Table {
  return inventory as Table;
}

/** A subset of these rows: for this folder only. */
export function subset(bits: Bits): ClusterSubset {
  return new BitSubset(bits);
}

/** The rows of a subset: for this folder only. */
export function bitsOf(of: ClusterSubset): Bits {
  return (of as unknown as BitSubset).bits;
}

/**
 * Something computed from an inventory, kept while it is in use. Where some rows have changed since, `renew` makes it
 * from what it was; without it, it is made anew.
 */
export function made<T>(
  table: Table,
  what: string | { readonly from: 'label' | 'claim' | 'annotation'; readonly key: string },
  make: () => T,
  renew?: (before: T, changes: readonly RowChange[]) => T,
): T {
  leaveNewer(table);
  const [shelf, key] =
    typeof what === 'string' ? (['other', what] as const) : ([what.from, what.key] as const);
  const all = table.lineage.made[shelf];
  const known = all.get(key);
  if (known?.version === table.version) return known.value as T;
  const value = renewed(table, known, make, renew);
  if (known !== undefined) {
    known.value = value;
    known.version = table.version;
    return value;
  }
  if (all.size >= maxMade) all.clear();
  all.set(key, { value, version: table.version });
  return value;
}

/** What is known of an expression, kept by the expression itself. */
export function madeOf<T>(table: Table, compat: Compat, expr: IrExpr, make: () => T): T {
  leaveNewer(table);
  const all = table.lineage.truths[compat];
  const known = all.get(expr);
  if (known?.version === table.version) return known.value as T;
  const value = make();
  if (known === undefined) all.set(expr, { value, version: table.version });
  else {
    known.value = value;
    known.version = table.version;
  }
  return value;
}

// An inventory that is asked although there is a newer one goes on by itself.
function leaveNewer(table: Table): void {
  if (table.version === latestOf(table.lineage)) return;
  table.lineage = newLineage(table.version);
}

function latestOf({ forgotten, changes }: Lineage): number {
  return forgotten + changes.length;
}

function renewed<T>(
  { lineage, version }: Table,
  known: Versioned | undefined,
  make: () => T,
  renew: ((before: T, changes: readonly RowChange[]) => T) | undefined,
): T {
  if (known === undefined || renew === undefined) return make();
  if (known.version < lineage.forgotten) return make();
  const first = known.version - lineage.forgotten;
  const last = version - lineage.forgotten;
  const changes = new Map<number, RowChange>();
  for (const change of lineage.changes.slice(first, last)) {
    if (!changes.has(change.row)) changes.set(change.row, change);
  }
  return renew(known.value as T, [...changes.values()]);
}

const maxMade = 20_000;

class BitSubset implements Omit<ClusterSubset, typeof inside> {
  declare readonly [inside]: 'subset';
  readonly bits: Bits;
  #size = -1;

  constructor(bits: Bits) {
    this.bits = bits;
  }

  get size(): number {
    if (this.#size < 0) this.#size = countRows(this.bits);
    return this.#size;
  }
}

function membersOf(table: Table, set: string): Bits {
  const build = (): ReadonlyMap<string, Bits> => {
    const all = new Map<string, Bits>();
    table.rows.forEach(({ sets }, row) => {
      for (const name of sets) {
        const bits = all.get(name) ?? noBits(table.size);
        addRow(bits, row);
        all.set(name, bits);
      }
    });
    return all;
  };
  const members = made(table, 'members', build, (before, changes) =>
    changes.some((change) => movesBetweenSets(table, change)) ? build() : before,
  );
  return members.get(set) ?? noBits(table.size);
}

function movesBetweenSets(table: Table, { row, before }: RowChange): boolean {
  return table.rows[row]?.sets.join(' ') !== before.sets.join(' ');
}

function changesMembers(table: Table, change: RowChange): boolean {
  const now = table.rows[change.row];
  const goes = now !== undefined && isTerminating(now);
  return goes !== isTerminating(change.before) || movesBetweenSets(table, change);
}

function terminating(table: Table): Bits {
  const build = (): Bits => {
    const bits = noBits(table.size);
    table.rows.forEach((facts, row) => {
      if (isTerminating(facts)) addRow(bits, row);
    });
    return bits;
  };
  return made(table, 'terminating', build, (before, changes) =>
    changes.reduce((bits, { row }) => {
      const facts = table.rows[row];
      return withRow(bits, row, facts !== undefined && isTerminating(facts));
    }, before),
  );
}
