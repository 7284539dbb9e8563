import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instant } from '../../../src/base/instant.ts';
import { holds } from '../../../src/engine/predicate/evaluate.ts';
import { liftPlacement } from '../../../src/ir/lift/placement.ts';
import { lowerPlacement } from '../../../src/ir/lower/placement.ts';
import { clusters, predicates } from '../drawn.ts';
import { placement } from '../exprs.ts';

test('what is pushed down selects the same clusters, under upstream rules', () => {
  let lowered = 0;
  fc.assert(
    fc.property(predicates, clusters, (where, cluster) => {
      const { objects, refused } = lowerPlacement(placement({ where }));
      const [object] = objects;
      if (object === undefined) {
        expect(refused).not.toEqual([]);
        return;
      }
      lowered++;
      const scope = { cluster, now: instant(0) };
      const upstream = holds(liftPlacement(object).where, { ...scope, compat: 'upstream' });
      expect(upstream).toBe(holds(where, { ...scope, compat: 'native' }));
    }),
    { numRuns: 1000 },
  );
  expect(lowered).toBeGreaterThan(700);
});
