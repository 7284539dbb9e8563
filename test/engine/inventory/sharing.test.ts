import { expect, test } from 'vitest';
import { instant } from '../../../src/base/instant.ts';
import { fromObjects } from '../../../src/engine/inventory/objects.ts';
import { select } from '../../../src/engine/inventory/select.ts';
import { namesOf } from '../../../src/engine/inventory/subset.ts';
import type { IrAttribute, IrExpr } from '../../../src/ir/expr.ts';
import type { ManagedCluster } from '../../../src/kube/ocm/cluster.ts';
import { cluster, everything } from './builders.ts';

const moment = { now: instant(0), compat: 'native' } as const;
const regions = ['eu', 'us', 'ap'];

/** Clusters of three regions, and how often anybody has looked at what they report. */
function watched() {
  let looks = 0;
  const clusters = Array.from({ length: 300 }, (_, at): ManagedCluster => {
    const of = cluster(`c${String(at).padStart(3, '0')}`);
    const clusterClaims = [
      { name: 'region', value: regions[at % 3] ?? '' },
      { name: 'home', value: regions[at % 2] ?? '' },
    ];
    return Object.defineProperty({ ...of }, 'status', {
      enumerable: true,
      get: () => {
        looks += 1;
        return { clusterClaims };
      },
    }) as ManagedCluster;
  });
  const inventory = fromObjects({ clusters, sets: [everything] });
  const during = <T>(work: () => T): readonly [T, number] => {
    const before = looks;
    const result = work();
    return [result, looks - before];
  };
  return { inventory, during };
}

/** Written somewhere: another object and another place each time. */
function claim(key: string, start: number): IrAttribute {
  const origin = { file: 0, span: { start, end: start + 4 } };
  return { op: 'attribute', name: key, source: { from: 'claim', key }, type: 'string', origin };
}
const isIn = (region: string, at: number): IrExpr => ({
  op: 'compare',
  by: '==',
  left: claim('region', at),
  right: { op: 'const', type: 'string', value: region },
});
const isHome = (at: number): IrExpr => ({
  op: 'compare',
  by: '==',
  left: claim('region', at),
  right: claim('home', at + 9),
});

test('what several placements ask of clusters is looked up and evaluated once', () => {
  const { inventory, during } = watched();
  const ask = (expr: IrExpr) => during(() => namesOf(inventory, select(inventory, expr, moment)));
  const [first, looks] = ask({ op: 'and', args: [isHome(10), isIn('eu', 40)] });
  expect(first).toHaveLength(50);
  expect(looks).toBeGreaterThan(0);
  // The same parts, written elsewhere and put together otherwise; another value of the same claim.
  const other: IrExpr = { op: 'or', args: [isIn('us', 90), { op: 'not', arg: isHome(70) }] };
  const [second, again] = ask(other);
  expect(second).toHaveLength(250);
  // One look for each value there is of that claim; none for what is known.
  expect(again).toBe(regions.length);
});

test('a claim is read once from each cluster, and an expression judged once for each value there is', () => {
  const { inventory, during } = watched();
  const [, looks] = during(() => regions.map((of, at) => select(inventory, isIn(of, at), moment)));
  expect(looks).toBe(300 + regions.length * regions.length);
});
