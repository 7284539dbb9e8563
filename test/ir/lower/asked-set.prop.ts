import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instant } from '../../../src/base/instant.ts';
import { isMember, membershipOf } from '../../../src/engine/inventory/membership.ts';
import { holds } from '../../../src/engine/predicate/evaluate.ts';
import type { IrExpr } from '../../../src/ir/expr.ts';
import { liftPlacement } from '../../../src/ir/lift/placement.ts';
import { lowerPlacement } from '../../../src/ir/lower/placement.ts';
import { clusterSetLabel } from '../../../src/kube/ocm/cluster.ts';
import { standardSetSelectors } from '../../../src/kube/ocm/standard-sets.ts';
import { atom, clusters, joined } from '../drawn.ts';
import { constant, fact, placement } from '../exprs.ts';

const key = fc.constantFrom('x', 'y', 'w.io/z');
const values = fc.subarray(['a', 'b', ''], { minLength: 1 });
const expression = fc.oneof(
  fc.record({ key, operator: fc.constantFrom('In', 'NotIn'), values }),
  fc.record({ key, operator: fc.constantFrom('Exists', 'DoesNotExist') }),
);
/** How a set chooses: exclusively, or by labels. */
const selector = fc.oneof(
  fc.constant(null),
  fc.record({
    matchLabels: fc.dictionary(key, fc.constantFrom('a', 'b', ''), { maxKeys: 2 }),
    matchExpressions: fc.array(expression, { maxLength: 2 }),
  }),
);

test('who is in a set that is declared is pushed down as the labels it takes', () => {
  const cases = selector.chain((chosen) => {
    const sets = fact('sets', { from: 'sets', selector: chosen }, 'json');
    const asked: IrExpr = { op: 'in', left: constant('s'), right: sets };
    const label = fc.constantFrom('s', 'other', undefined);
    const where = joined(fc.oneof({ arbitrary: fc.constant(asked), weight: 2 }, atom));
    return fc.tuple(fc.constant(chosen), where, clusters, label);
  });
  let lowered = 0;
  fc.assert(
    fc.property(cases, ([chosen, where, facts, label]) => {
      const [object] = lowerPlacement(placement({ where })).objects;
      if (object === undefined) return;
      lowered++;
      const labels = {
        ...facts.cluster.metadata.labels,
        ...(label === undefined ? {} : { [clusterSetLabel]: label }),
      };
      const { metadata } = facts.cluster;
      const cluster = { ...facts.cluster, metadata: { ...metadata, labels } };
      const set = membershipOf({
        apiVersion: 'cluster.open-cluster-management.io/v1beta2',
        kind: 'ManagedClusterSet',
        metadata: { name: 's' },
        spec: {
          clusterSelector:
            chosen === null
              ? standardSetSelectors.default
              : { selectorType: 'LabelSelector', labelSelector: chosen },
        },
      });
      const scope = {
        cluster: { ...facts, cluster, sets: isMember(set, cluster) ? ['s'] : [] },
        now: instant(0),
      };
      const upstream = holds(liftPlacement(object).where, { ...scope, compat: 'upstream' });
      expect(upstream).toBe(holds(where, { ...scope, compat: 'native' }));
    }),
    { numRuns: 1000 },
  );
  expect(lowered).toBeGreaterThan(700);
});
