import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instant } from '../../../src/base/instant.ts';
import { holds } from '../../../src/engine/predicate/evaluate.ts';
import type { IrComparison, IrExpr } from '../../../src/ir/expr.ts';
import { liftPlacement } from '../../../src/ir/lift/placement.ts';
import { lowerPlacement } from '../../../src/ir/lower/placement.ts';
import type { ManagedCluster } from '../../../src/kube/ocm/cluster.ts';
import { joined } from '../drawn.ts';
import { claim, compare, constant, field, has, placement } from '../exprs.ts';

const times = ['2026-01-01T00:00:00Z', '2026-01-01T02:00:00+02:00', '2025-12-31T23:59:59Z'];
const addresses = ['10.0.0.1', '11.0.0.1', '2001:db8::1'];
const ranges = ['10.0.0.0/8', '10.0.0.0/31', '2001:db8::/32', '0.0.0.0/0'];
const ip = claim('ip');
const lan = claim('lan', {}, 'cidr');
const renewed = claim('renewed', {}, 'time');
const created = field('metadata.creationTimestamp', 'time');

const order = fc.constantFrom<IrComparison>('==', '!=', '<', '<=', '>', '>=');
const atom: fc.Arbitrary<IrExpr> = fc.oneof(
  fc
    .tuple(fc.constantFrom(created, renewed), order, fc.constantFrom(...times))
    .map(([fact, by, time]) => compare(fact, by, constant(time, 'time'))),
  fc
    .constantFrom(...ranges)
    .map((range): IrExpr => ({ op: 'in', left: ip, right: constant(range, 'cidr') })),
  fc
    .constantFrom(...addresses)
    .map((address): IrExpr => ({ op: 'in', left: constant(address), right: lan })),
  fc.constantFrom(has(renewed), has(lan)),
);
const maybe = (...texts: readonly string[]) =>
  fc.option(fc.constantFrom(...texts, 'none'), { nil: undefined });
const clusters = fc
  .record({
    created: fc.constantFrom(...times),
    ip: maybe(...addresses),
    lan: maybe(...ranges),
    renewed: maybe(...times),
  })
  .map(({ created: creationTimestamp, ...claims }) => {
    const clusterClaims = Object.entries(claims).flatMap(([name, value]) =>
      value === undefined ? [] : [{ name, value }],
    );
    const cluster: ManagedCluster = {
      apiVersion: 'cluster.open-cluster-management.io/v1',
      kind: 'ManagedCluster',
      metadata: { name: 'c', creationTimestamp },
      spec: {},
      status: { conditions: [], clusterClaims },
    };
    return { cluster, name: 'c', sets: [] };
  });

test('times and ranges of addresses are pushed down as they are meant', () => {
  let lowered = 0;
  fc.assert(
    fc.property(joined(atom), clusters, (where, cluster) => {
      const [object] = lowerPlacement(placement({ where })).objects;
      if (object === undefined) return;
      lowered++;
      const scope = { cluster, now: instant(0) };
      const upstream = holds(liftPlacement(object).where, { ...scope, compat: 'upstream' });
      expect(upstream).toBe(holds(where, { ...scope, compat: 'native' }));
    }),
    { numRuns: 1000 },
  );
  expect(lowered).toBeGreaterThan(600);
});
