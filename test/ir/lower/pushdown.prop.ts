import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instant } from '../../../src/base/instant.ts';
import { holds } from '../../../src/engine/predicate/evaluate.ts';
import type { IrExpr } from '../../../src/ir/expr.ts';
import { liftPlacement } from '../../../src/ir/lift/placement.ts';
import { lowerPlacement } from '../../../src/ir/lower/placement.ts';
import { lowerSelector } from '../../../src/ir/lower/predicate/predicates.ts';
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

test('what becomes a selector of a group or a set selects the same clusters', () => {
  let lowered = 0;
  fc.assert(
    fc.property(predicates, clusters, (where, cluster) => {
      const found = lowerSelector(where);
      if (!found.ok || found.widened.length > 0) return;
      lowered++;
      const scope = { cluster, now: instant(0), compat: 'native' } as const;
      const { label, claim } = found;
      const args: IrExpr[] = [
        { op: 'selector', over: 'label', selector: label ?? {} },
        { op: 'selector', over: 'claim', selector: claim ?? {} },
      ];
      expect(holds({ op: 'and', args }, scope)).toBe(holds(where, scope));
    }),
    { numRuns: 2000 },
  );
  expect(lowered).toBeGreaterThan(200);
});
