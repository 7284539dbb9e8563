import { compareText } from '../../base/json.ts';
import { type ClusterFacts, isTerminating } from './facts.ts';

/** All clusters the engine may look at. Only this folder knows how they are kept. */
export interface Inventory {
  readonly size: number;
  /** The clusters of some sets, without those that are going, in order of name. */
  readonly members: (sets: ReadonlySet<string>) => readonly ClusterFacts[];
  readonly facts: (name: string) => ClusterFacts | undefined;
}

/** An inventory of rows. A name that is there twice counts once, the last one. */
export function inventoryOf(rows: Iterable<ClusterFacts>): Inventory {
  const byName = new Map<string, ClusterFacts>();
  for (const row of rows) byName.set(row.name, row);
  const sorted = [...byName.values()].sort((a, b) => compareText(a.name, b.name));
  const bySet = new Map<string, ClusterFacts[]>();
  for (const row of sorted) {
    if (isTerminating(row)) continue;
    for (const set of new Set(row.sets)) {
      const members = bySet.get(set);
      if (members === undefined) bySet.set(set, [row]);
      else members.push(row);
    }
  }
  return {
    size: sorted.length,
    facts: (name) => byName.get(name),
    members: (sets) => {
      const lists = [...sets].map((set) => bySet.get(set)).filter((list) => list !== undefined);
      const [only, ...more] = lists;
      if (only === undefined || more.length === 0) return only ?? [];
      const any = new Set(lists.flat());
      return sorted.filter((row) => any.has(row));
    },
  };
}
