import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromRows } from '../../../src/engine/inventory/inventory.ts';
import { select } from '../../../src/engine/inventory/select.ts';
import { namesOf } from '../../../src/engine/inventory/subset.ts';
import { holds } from '../../../src/engine/predicate/evaluate.ts';
import { clusterFacts, predicate } from '../predicate/arbitraries.ts';
import { scope } from '../predicate/builders.ts';

test('columns select exactly the clusters the predicate holds for', () => {
  const clusters = fc
    .array(clusterFacts, { maxLength: 40 })
    .map((all) => all.map((facts, at) => renamed(facts, `c${at}`)));
  const compat = fc.constantFrom('native' as const, 'upstream' as const);
  fc.assert(
    fc.property(
      clusters,
      fc.array(predicate, { maxLength: 4 }),
      compat,
      (rows, predicates, mode) => {
        const inventory = fromRows(rows, new Map(), 0);
        const or = { op: 'or', args: predicates } as const;
        // Again and together: what one has computed is used by the others.
        for (const where of [...predicates, or, { op: 'not', arg: or } as const, ...predicates]) {
          const at = scope(null, { compat: mode });
          const wanted = rows.filter((cluster) => holds(where, { ...at, cluster }));
          const selected = select(inventory, where, at);
          expect(namesOf(inventory, selected)).toEqual(wanted.map(({ name }) => name).sort());
          expect(selected.size).toBe(wanted.length);
        }
      },
    ),
    { numRuns: 300 },
  );
});

function renamed<T extends { readonly cluster: { readonly metadata: object } }>(
  facts: T,
  name: string,
): T & { readonly name: string } {
  const { cluster } = facts;
  return { ...facts, name, cluster: { ...cluster, metadata: { ...cluster.metadata, name } } };
}
